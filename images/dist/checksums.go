package dist

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/podsandbox/pause/images/internal/tree"
)

const checksums = "SHA256SUMS"

// writeChecksums lists all files below dir, in the form that sha256sum -c reads.
func writeChecksums(dir string) error {
	var list strings.Builder
	err := tree.EachFile(os.DirFS(dir), func(path string, content []byte) error {
		fmt.Fprintf(&list, "%x  %s\n", sha256.Sum256(content), path)
		return nil
	})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, checksums), []byte(list.String()), 0o644)
}
