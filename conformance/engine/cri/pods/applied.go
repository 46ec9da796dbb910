package pods

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/engine"
)

// checkApplied returns an error where the runtime has ignored what the pod asks for: some
// do, and say nothing.
func (s *sandbox) checkApplied(spec engine.Pod) error {
	if s.process == nil {
		return nil
	}
	return errors.Join(s.checkUserNamespace(spec), s.checkUser(spec))
}

// checkUserNamespace is for containerd 1.6, which makes none.
func (s *sandbox) checkUserNamespace(spec engine.Pod) error {
	if !spec.UserNamespace {
		return nil
	}
	ids, err := os.ReadFile(fmt.Sprintf("/proc/%d/uid_map", s.pid))
	if err != nil {
		return s.unlessEnded(err)
	}
	var inside, outside int64
	if _, err := fmt.Sscan(string(ids), &inside, &outside); err != nil || outside != firstHostID {
		return engine.Unsupported("%s makes no user namespace", s.Name)
	}
	return nil
}

// userNamespaceRefusal says that there are no user namespaces, where the runtime refuses a pod
// for one, and not for its program: a kernel, a file system or an OCI runtime may have none. No
// sandbox of another image can show that, as a node starts them all of one.
func (p *pod) userNamespaceRefusal(err error) error {
	refused := new(refusal)
	if p.configuration.Linux.SecurityContext.NamespaceOptions.UsernsOptions == nil || !errors.As(err, &refused) || strings.Contains(refused.Error(), "exec") {
		return nil
	}
	return engine.Unsupported("%s makes no pod with a user namespace here: %v", p.Name, refused)
}

// checkUser is for CRI-O, whose sandboxes are all root's.
func (s *sandbox) checkUser(spec engine.Pod) error {
	if spec.User == "" || spec.UserNamespace {
		return nil
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.pid))
	if err != nil {
		return s.unlessEnded(err)
	}
	user, _, _ := strings.Cut(spec.User, ":")
	if actual := realUser(string(status)); actual != user {
		return engine.Unsupported("%s runs sandboxes as the user %s, whatever a pod asks for", s.Name, actual)
	}
	return nil
}

// realUser reads the real user id from /proc/PID/status.
func realUser(status string) string {
	_, rest, _ := strings.Cut(status, "\nUid:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return ""
	}
	return fields[0]
}

// unlessEnded forgets an error about a process that has ended meanwhile.
func (s *sandbox) unlessEnded(err error) error {
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, unix.ESRCH) || s.process.Ended() {
		return nil
	}
	return err
}
