package freestanding

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// writeOverlay makes the go command's overlay in work, which replaces package
// runtime and the version, and returns its path.
func writeOverlay(work string, toolchain toolchain, version string) (string, error) {
	runtime := filepath.Join(toolchain.GOROOT, "src", "runtime")
	files, err := os.ReadDir(runtime)
	if err != nil {
		return "", fmt.Errorf("toolchain: %w", err)
	}
	replace := map[string]string{}
	for _, file := range files {
		if !file.IsDir() {
			replace[filepath.Join(runtime, file.Name())] = ""
		}
	}
	standIn, versionFile := filepath.Join(work, "runtime.go"), filepath.Join(work, "version.go")
	replace[filepath.Join(runtime, "runtime.go")] = standIn
	replace[toolchain.versionFile()] = versionFile
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(work, "overlay.json")
	for path, content := range map[string][]byte{
		standIn:     runtimeStandIn,
		versionFile: fmt.Appendf(nil, "package main\n\nconst version = %q\n", version),
		overlay:     list,
	} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return "", err
		}
	}
	return overlay, nil
}
