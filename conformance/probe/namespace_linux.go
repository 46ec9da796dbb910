package probe

import (
	"errors"
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Namespace returns the identity of one of the probe's namespaces: net, ipc,
// pid or uts.
func (*Probe) Namespace(kind string, identity *string) (err error) {
	*identity, err = os.Readlink("/proc/self/ns/" + kind)
	return err
}

// InitNamespace returns the identity of one of PID 1's namespaces.
func (*Probe) InitNamespace(kind string, identity *string) (err error) {
	*identity, err = os.Readlink("/proc/1/ns/" + kind)
	return err
}

// Hostname returns the host name that the kernel has for the UTS namespace.
func (*Probe) Hostname(_ None, name *string) (err error) {
	*name, err = os.Hostname()
	return err
}

// The keys of the objects in the IPC namespace.
const (
	sharedMemoryKey = 0x70617573
	queueName       = "pause-conformance"
)

// MakeIPC makes a System V shared memory segment and a POSIX message queue.
func (*Probe) MakeIPC(None, *None) error {
	_, err := unix.SysvShmGet(sharedMemoryKey, 4096, unix.IPC_CREAT|unix.IPC_EXCL|0o666)
	return errors.Join(wrap("shmget", err), openQueue(unix.O_CREAT|unix.O_EXCL|unix.O_RDWR))
}

// IPC tells which objects of MakeIPC are there.
type IPC struct{ SharedMemory, MessageQueue bool }

// FindIPC looks for what MakeIPC has made in the same IPC namespace.
func (*Probe) FindIPC(_ None, ipc *IPC) error {
	_, err := unix.SysvShmGet(sharedMemoryKey, 4096, 0)
	ipc.SharedMemory = err == nil
	queueErr := openQueue(unix.O_RDWR)
	ipc.MessageQueue = queueErr == nil
	if errors.Is(err, unix.ENOENT) {
		err = nil
	}
	if errors.Is(queueErr, unix.ENOENT) {
		queueErr = nil
	}
	return errors.Join(wrap("shmget", err), queueErr)
}

// queueAttributes is the kernel's struct mq_attr: a queue of one byte. One of the default size is a tenth
// of what all processes of a user may have (RLIMIT_MSGQUEUE), and pods are many.
var queueAttributes = [8]int{1: 1, 2: 1}

func openQueue(flags int) error {
	name := append([]byte(queueName), 0)
	descriptor, _, errno := unix.Syscall6(unix.SYS_MQ_OPEN, uintptr(unsafe.Pointer(&name[0])), uintptr(flags), 0o666,
		uintptr(unsafe.Pointer(&queueAttributes)), 0, 0)
	if errno != 0 {
		return wrap("mq_open", errno)
	}
	return unix.Close(int(descriptor))
}

func wrap(call string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", call, err)
	}
	return nil
}
