// Command hog is a sandbox that takes all it can of one thing: memory, processes, files,
// disk or log. It ends where it may not write, so that it gets a root that it may write to.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
)

// block is what is written at a time.
var block = []byte(strings.Repeat("all work and no pause ", 1<<12) + "\n")

func main() {
	ends := make(chan os.Signal, 1)
	signal.Notify(ends, syscall.SIGTERM, syscall.SIGINT)
	switch os.Args[1] {
	case "wait":
	case "memory":
		go takeMemory()
	case "processes":
		go forever(func() { _ = exec.Command(os.Args[0], "wait").Start() })
	case "files":
		name := 0
		create(name).Close()
		go forever(func() {
			name++
			create(name).Close()
		})
	case "disk":
		file := create(0)
		go forever(func() { _, _ = file.Write(block) })
	case "log":
		go forever(func() { _, _ = os.Stdout.Write(block) })
	}
	<-ends
}

func forever(do func()) {
	for {
		do()
	}
}

func takeMemory() {
	var taken [][]byte
	forever(func() { taken = append(taken, []byte(string(block))) })
}

func create(name int) *os.File {
	file, err := os.Create(fmt.Sprintf("/%d", name))
	if err != nil {
		os.Exit(1)
	}
	return file
}
