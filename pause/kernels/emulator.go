package kernels

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/pause/kernels/console"
)

// emulator is a running qemu-system.
type emulator struct {
	*exec.Cmd
	console *console.Reader
	stderr  bytes.Buffer
	end     chan struct{} // closed by stop

	// kernel is why the kernel gave up or, failing that, its last line.
	kernel string
}

// sameAddresses are parameters of the kernel that let a program have the addresses that it had
// before, for qemu translates it anew at others. A runtime that finds its own program in a tmpfs
// takes it for a memfd that is not sealed, and copies it at each start.
const sameAddresses = "norandmaps rootfstype=ramfs"

func (m Machine) start(ctx context.Context, initramfs *os.File) (*emulator, error) {
	platform, known := platforms[m.Platform]
	if !known {
		return nil, fmt.Errorf("no machine is known for it, only for %s", strings.Join(Platforms(), ", "))
	}
	command := m.Emulator
	if len(command) == 0 {
		command = []string{platform.emulator}
	}
	memory := m.Memory
	if memory == 0 {
		memory = DefaultMemory
	}
	args := append(command[1:len(command):len(command)], platform.args...)
	if !platform.realTime {
		// The machine's clock counts instructions and skips idle time: a machine
		// on a busy host does not notice, and a sleep costs nothing.
		args = append(args, "-icount", "shift=1,sleep=off")
	}
	if m.Firmware != "" {
		args = append(args, "-bios", m.Firmware)
	}
	args = append(args, "-accel", "tcg,thread=single", "-smp", "1", "-m", strconv.Itoa(memory),
		"-no-user-config", "-display", "none", "-monitor", "none", "-serial", "stdio", "-net", "none", "-no-reboot",
		"-kernel", m.Kernel, "-initrd", "/proc/self/fd/3",
		"-append", "console="+platform.console+" loglevel=1 panic=-1 mitigations=off "+sameAddresses)
	e := &emulator{Cmd: exec.CommandContext(ctx, command[0], args...), end: make(chan struct{})}
	e.Cmd.Stderr, e.ExtraFiles = &e.stderr, []*os.File{initramfs}
	stdout, err := e.StdoutPipe()
	if err != nil {
		return nil, err
	}
	e.console = console.NewReader(stdout)
	e.console.Kernel = func(line string) {
		if !strings.Contains(e.kernel, "Kernel panic") {
			e.kernel = line
		}
	}
	if err := e.startOnThread(); err != nil {
		return nil, err
	}
	if m.CPUTime > 0 {
		seconds := uint64((m.CPUTime + time.Second - 1) / time.Second)
		if err := unix.Prlimit(e.Process.Pid, unix.RLIMIT_CPU, &unix.Rlimit{Cur: seconds, Max: seconds + 1}, nil); err != nil {
			_, _ = e.stop()
			return nil, fmt.Errorf("limit the emulator to %s: %w", m.CPUTime, err)
		}
	}
	return e, nil
}

// startOnThread keeps the thread that starts the emulator: when it ends, be it because this program
// is killed, the kernel kills the emulator (PR_SET_PDEATHSIG(2const)).
func (e *emulator) startOnThread() error {
	e.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: unix.SIGKILL}
	result := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := e.Start()
		result <- err
		if err == nil {
			<-e.end
		}
	}()
	return <-result
}

// stop kills the emulator, and returns the processor time that it used and, as
// an error, why it ended by itself.
func (e *emulator) stop() (time.Duration, error) {
	defer close(e.end)
	_ = e.Process.Kill()
	err := e.Wait()
	total := e.ProcessState.UserTime() + e.ProcessState.SystemTime()
	if status, ok := e.ProcessState.Sys().(interface{ Signal() unix.Signal }); ok && status.Signal() == unix.SIGXCPU {
		return total, fmt.Errorf("not done within %s of processor time", total.Round(time.Second))
	}
	detail := "the machine ended before its command"
	if err != nil {
		detail = "the emulator ended: " + err.Error()
	}
	// Notes of modules that it does without may come first.
	if lines := strings.Split(strings.TrimSpace(e.stderr.String()), "\n"); lines[0] != "" {
		detail += ": " + lines[len(lines)-1]
	}
	if e.kernel != "" {
		detail += "; the kernel says: " + e.kernel
	}
	return total, errors.New(detail)
}
