// Package guest is the first process of a virtual machine: it mounts what a
// Linux program expects, runs one command, sends back what that printed and
// wrote, and ends the machine.
package guest

import (
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// Init is where the kernel looks for the first process.
const Init = "/init"

// CommandFile holds the Command, as JSON, in the machine's file system.
const CommandFile = "/command.json"

// Command is what a machine is started for.
type Command struct {
	// Path is the program's absolute path.
	Path string

	// Args are the name that the program goes by and its arguments.
	Args []string

	// Stdin is what the program reads.
	Stdin []byte

	// Env is the whole environment.
	Env []string

	// Dir is the working directory; the empty string is the root.
	Dir string

	// Timeout is how long the command may take, by the machine's clock.
	Timeout time.Duration

	// Reports are files, or directories with all their files, that the machine
	// sends back. What does not exist is left out.
	Reports []string

	// Modules are files of kernel modules, in the order in which they load.
	Modules []string
}

func readCommand() (Command, error) {
	content, err := os.ReadFile(CommandFile)
	if err != nil {
		return Command{}, err
	}
	var command Command
	if err := json.Unmarshal(content, &command); err != nil {
		return Command{}, fmt.Errorf("read %s: %w", CommandFile, err)
	}
	return command, nil
}
