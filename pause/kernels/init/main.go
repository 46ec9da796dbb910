// Command init is the first process of a virtual machine.
package main

import (
	"fmt"
	"os"

	"github.com/podsandbox/pause/pause/kernels/guest"
)

func main() {
	if !guest.Called() {
		fmt.Fprintln(os.Stderr, "init: not the first process of a machine: package kernels starts it in one")
		os.Exit(1)
	}
	guest.Run()
}
