package mutants

import v1 "github.com/google/go-containerregistry/pkg/v1"

// What no image and no engine with one fault fails, the tests of the engine containerd
// do: POD-RUNTIME-RESTART and POD-PINNED.
var podMutants = []Mutant{
	{
		Name: "needs-shared-memory", Why: "a pod's sysctls may allow none, and the sandbox starts after they are set", Fails: fails("POD-SYSCTLS"),
		Edits: []Edit{atStart(`segment := syscall(sysShmget, 0, page, 0o600, 0)
			if int(segment) < 0 {
				return 1
			}
			syscall(sysShmctl, segment, 0, 0, 0)`)},
	},
	{
		Name: "needs-semaphores", Why: "a pod's sysctls may allow none", Fails: fails("POD-SYSCTLS"),
		Edits: []Edit{atStart(`semaphores := syscall(sysSemget, 0, 1, 0o600, 0)
			if int(semaphores) < 0 {
				return 1
			}
			syscall(sysSemctl, semaphores, 0, 0, 0)`)},
	},
	{
		Name: "needs-message-queue", Why: "a pod's sysctls may allow none", Fails: fails("POD-SYSCTLS"),
		Edits: []Edit{atStart("if !makesQueue() { return 1 }")},
	},
	{
		Name: "user-beyond-65535", Why: "in a pod with a user namespace there is no such user", Fails: fails("POD-USER-NAMESPACE"),
		Configure: configure(func(c *v1.Config) { c.User = "100000:100000" }),
	},
	{
		Name: "ends-with-parent", Why: "the death of the runtime's shim ends the pod with it", Fails: fails("LIFE-PARENT"),
		// PR_SET_PDEATHSIG with SIGKILL
		Edits: []Edit{atStart(`syscall(sysPrctl, 1, 9, 0, 0)`)},
	},
}
