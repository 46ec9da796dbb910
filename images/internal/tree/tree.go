// Package tree reads the files below a directory.
package tree

import "io/fs"

// EachFile visits all files in the order of their paths, until visit fails.
func EachFile(files fs.FS, visit func(path string, content []byte) error) error {
	return fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		return visit(path, content)
	})
}
