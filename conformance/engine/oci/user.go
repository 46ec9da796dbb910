package oci

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/moby/sys/user"
	"github.com/opencontainers/runtime-spec/specs-go"
)

// maxAccounts is how much of /etc/passwd and /etc/group is read, in bytes.
const maxAccounts = 1 << 20

// findUser looks a user up as engines do: in the image's own files, which may be links
// that lead nowhere or out of the image.
func findUser(root, name string) (specs.User, error) {
	files, err := os.OpenRoot(root)
	if err != nil {
		return specs.User{}, err
	}
	defer files.Close()
	account, err := user.GetExecUser(name, nil, accounts(files, "etc/passwd"), accounts(files, "etc/group"))
	if err != nil {
		return specs.User{}, fmt.Errorf("user %q: %w", name, err)
	}
	ids := specs.User{UID: uint32(account.Uid), GID: uint32(account.Gid)}
	for _, group := range account.Sgids {
		ids.AdditionalGids = append(ids.AdditionalGids, uint32(group))
	}
	return ids, nil
}

// accounts returns the start of a regular file, and nothing for anything else.
func accounts(root *os.Root, path string) io.Reader {
	information, err := root.Stat(path)
	if err != nil || !information.Mode().IsRegular() {
		return strings.NewReader("")
	}
	file, err := root.Open(path)
	if err != nil {
		return strings.NewReader("")
	}
	defer file.Close()
	var content strings.Builder
	_, _ = io.Copy(&content, io.LimitReader(file, maxAccounts))
	return strings.NewReader(content.String())
}
