// Command hog is a sandbox that takes all the memory that it may.
package main

import "bytes"

func main() {
	var taken [][]byte
	for {
		taken = append(taken, bytes.Repeat([]byte{1}, 1<<20))
	}
}
