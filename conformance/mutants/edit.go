package mutants

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/podsandbox/pause/pause/freestanding"
)

// Edit replaces a text of the pause program's source. The old text has to be
// there exactly once, in one of the files.
type Edit struct{ Old, New string }

// additions are what edits may call.
//
//go:embed testdata/pause/*.go
var additions embed.FS

// Build builds the pause program with the edits, for a platform, by the source
// that the working directory is in.
func Build(ctx context.Context, edits []Edit, platform freestanding.Platform) (freestanding.Program, error) {
	directory, err := os.MkdirTemp("", "mutant-")
	if err != nil {
		return freestanding.Program{}, err
	}
	defer os.RemoveAll(directory)
	if err := copySource(ctx, directory); err != nil {
		return freestanding.Program{}, fmt.Errorf("copy the source of pause: %w", err)
	}
	for _, edit := range edits {
		if err := edit.apply(filepath.Join(directory, "pause")); err != nil {
			return freestanding.Program{}, err
		}
	}
	builder := freestanding.Builder{Dir: directory, Version: "mutant", AnySize: true}
	return builder.Build(ctx, platform)
}

func copySource(ctx context.Context, to string) error {
	module, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return fmt.Errorf("go env GOMOD: %w", err)
	}
	root := filepath.Dir(strings.TrimSpace(string(module)))
	sources, err := filepath.Glob(filepath.Join(root, "pause", "*.[gs]*"))
	if err != nil {
		return err
	}
	if err := os.Mkdir(filepath.Join(to, "pause"), 0o700); err != nil {
		return err
	}
	for _, source := range append(sources, filepath.Join(root, "go.mod")) {
		if strings.HasSuffix(source, "_test.go") {
			continue
		}
		content, err := os.ReadFile(source)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, source)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, name), content, 0o600); err != nil {
			return err
		}
	}
	files, err := fs.Sub(additions, "testdata")
	if err != nil {
		return err
	}
	return os.CopyFS(to, files)
}

func (e Edit) apply(directory string) error {
	sources, err := filepath.Glob(filepath.Join(directory, "*.go"))
	if err != nil {
		return err
	}
	total, target := 0, ""
	var content string
	for _, source := range sources {
		text, err := os.ReadFile(source)
		if err != nil {
			return err
		}
		if count := strings.Count(string(text), e.Old); count > 0 {
			total, target, content = total+count, source, string(text)
		}
	}
	if total != 1 {
		return errors.New("edit of the source of pause: want this text once, found it " + fmt.Sprint(total) + " times:\n" + e.Old)
	}
	return os.WriteFile(target, []byte(strings.Replace(content, e.Old, e.New, 1)), 0o600)
}
