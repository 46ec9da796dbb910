package static

import (
	"bufio"
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/podsandbox/pause/conformance/report"
)

// maxAccounts is the most that is read of a file of users or groups, in bytes.
const maxAccounts = 1 << 20

func judgeNonRoot(e *examination) report.Result {
	const expectation = "a numeric User that is not 0, such as 65535:65535"
	user, _, _ := strings.Cut(e.Config.Config.User, ":")
	id, err := strconv.ParseUint(user, 10, 31)
	switch {
	case user == "":
		return conclude(expectation, []string{"User is not set, which is root"})
	case err != nil:
		return conclude(expectation, []string{fmt.Sprintf("User is %q, which is not a number", e.Config.Config.User)})
	case id == 0:
		return conclude(expectation, []string{fmt.Sprintf("User is %q, which is root", e.Config.Config.User)})
	}
	return conclude(expectation, nil)
}

func judgeUser(e *examination) report.Result {
	user, group, _ := strings.Cut(e.Config.Config.User, ":")
	var violations []string
	for _, account := range []struct{ kind, name, file string }{{"user", user, "/etc/passwd"}, {"group", group, "/etc/group"}} {
		if account.name == "" {
			continue
		}
		if violation := e.resolve(account.kind, account.name, account.file); violation != "" {
			violations = append(violations, violation)
		}
	}
	return conclude("a user and a group that are numbers, or names that the image's /etc/passwd and /etc/group have", violations)
}

// resolve says why an engine does not find the account. Ids are as those of
// github.com/moby/sys/user: 31 bits.
func (e *examination) resolve(kind, name, file string) string {
	if _, err := strconv.ParseUint(name, 10, 31); err == nil {
		return ""
	}
	if _, err := strconv.ParseInt(name, 10, 64); err == nil {
		return fmt.Sprintf("the %s %s is not between 0 and 2147483647", kind, name)
	}
	location, _, err := e.Root.Lookup(file)
	if err != nil {
		return fmt.Sprintf("the %s %q cannot be resolved: the image has no %s", kind, name, file)
	}
	content, err := e.Root.Content(e, location.File, maxAccounts)
	if err != nil {
		return fmt.Sprintf("the %s %q cannot be resolved: %s cannot be read: %v", kind, name, file, err)
	}
	for lines := bufio.NewScanner(bytes.NewReader(content)); lines.Scan(); {
		if account, _, _ := strings.Cut(lines.Text(), ":"); account == name {
			return ""
		}
	}
	return fmt.Sprintf("the %s %q cannot be resolved: %s does not have it", kind, name, file)
}
