package report

// Engine describes where the sandboxes ran. It is empty for the static profile.
type Engine struct {
	Name           string    `json:"name,omitempty"`
	Version        string    `json:"version,omitempty"`
	Runtime        string    `json:"runtime,omitempty"` // the OCI runtime
	RuntimeVersion string    `json:"runtimeVersion,omitempty"`
	Kernel         string    `json:"kernel,omitempty"`
	CgroupVersion  string    `json:"cgroupVersion,omitempty"`
	Platform       string    `json:"platform,omitempty"` // of the host
	Emulation      Emulation `json:"emulation,omitempty"`
	Emulator       string    `json:"emulator,omitempty"` // of the machine, and its version
}

// Emulation is the kind of emulator between the sandboxes and the processor.
type Emulation string

const (
	// NoEmulation: programs run on the processor itself, or in a virtual machine on it,
	// as far as suite and engine know.
	NoEmulation Emulation = "none"

	// UserEmulation: programs of another machine run under an emulator of system
	// calls, such as qemu-user, which hides some of what they do.
	UserEmulation Emulation = "user"

	// MachineEmulation: the kernel itself runs under an emulator, such as
	// qemu-system. It hides nothing, and makes everything slow.
	MachineEmulation Emulation = "machine"
)
