package oci

import (
	"runtime"
	"slices"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// deniedCalls are the system calls that the default profile of Docker and containerd
// allows to no process without a capability (moby/profiles, seccomp/default.json). That
// profile lists what it allows, which takes a runtime twenty milliseconds of each start to
// compile; what it denies takes one.
var deniedCalls = strings.Fields(`
	_sysctl acct add_key afs_syscall bdflush bpf break clock_settime clock_settime64
	create_module delete_module fanotify_init finit_module fsconfig fsmount fsopen fspick
	ftime get_kernel_syms get_mempolicy getpmsg gtty idle init_module io_uring_enter
	io_uring_register io_uring_setup ioperm iopl kcmp kexec_file_load kexec_load keyctl lock
	lookup_dcookie mbind migrate_pages mount mount_setattr move_mount move_pages mpx
	nfsservctl nice oldfstat oldlstat oldolduname oldstat olduname open_by_handle_at
	open_tree perf_event_open pidfd_getfd pivot_root process_madvise prof profil putpmsg
	query_module quotactl quotactl_fd readdir reboot request_key security set_mempolicy
	set_mempolicy_home_node setdomainname sethostname setns settimeofday sgetmask sigaction
	signal sigpending sigsuspend ssetmask stime stty swapoff swapon sync_file_range2 sysfs
	syslog tuxcall ulimit umount umount2 unshare uselib userfaultfd ustat vhangup vm86
	vm86old vserver`)

// deniedFamilies are address families of sockets. All above the last are denied too.
var deniedFamilies = []uint64{3, 4, 5, 6, 11, 12, 19, 20, 23, 25, 34, 37, 38, 40}

const lastAllowedFamily = 45

// seccompProfile returns the default profile for a process with the default
// capabilities, or with none.
func seccompProfile(privileges bool) *specs.LinuxSeccomp {
	denyList := slices.Clone(deniedCalls)
	if !privileges {
		denyList = append(denyList, "chroot")
	}
	profile := &specs.LinuxSeccomp{DefaultAction: specs.ActAllow, Architectures: architectures[runtime.GOARCH]}
	deny := func(number unix.Errno, names []string, arguments ...specs.LinuxSeccompArg) {
		code := uint(number)
		profile.Syscalls = append(profile.Syscalls, specs.LinuxSyscall{
			Names: names, Action: specs.ActErrno, ErrnoRet: &code, Args: arguments,
		})
	}
	deny(unix.EPERM, denyList)
	deny(unix.ENOSYS, []string{"clone3"}) // its flags are out of a filter's sight
	for _, flag := range []uint64{
		unix.CLONE_NEWNS, unix.CLONE_NEWCGROUP, unix.CLONE_NEWUTS, unix.CLONE_NEWIPC,
		unix.CLONE_NEWUSER, unix.CLONE_NEWPID, unix.CLONE_NEWNET,
	} {
		deny(unix.EPERM, []string{"clone"}, specs.LinuxSeccompArg{Value: flag, ValueTwo: flag, Op: specs.OpMaskedEqual})
	}
	for _, family := range deniedFamilies {
		deny(unix.EPERM, []string{"socket"}, specs.LinuxSeccompArg{Value: family, Op: specs.OpEqualTo})
	}
	deny(unix.EPERM, []string{"socket"}, specs.LinuxSeccompArg{Value: lastAllowedFamily, Op: specs.OpGreaterThan})
	// The flags of personality(2) but UNAME26; with the highest bit it is a question.
	const question = 1 << 31
	for flag := uint64(0x40000); flag <= 0x8000000; flag <<= 1 {
		deny(unix.EPERM, []string{"personality"}, specs.LinuxSeccompArg{Value: flag | question, ValueTwo: flag, Op: specs.OpMaskedEqual})
	}
	return profile
}

// architectures are those whose programs a kernel runs besides.
var architectures = map[string][]specs.Arch{
	"amd64": {specs.ArchX86_64, specs.ArchX86, specs.ArchX32},
	"arm64": {specs.ArchAARCH64, specs.ArchARM},
}
