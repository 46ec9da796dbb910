// Package terminal knows whether someone looks at what is printed.
package terminal

import "os"

// Is tells whether the file is a terminal, or another character device but the null
// device.
func Is(file *os.File) bool {
	info, err := file.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}
