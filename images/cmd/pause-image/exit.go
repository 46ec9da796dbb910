package main

import (
	"errors"

	"github.com/podsandbox/pause/images/registry"
	"github.com/podsandbox/pause/images/transport"
	"github.com/podsandbox/pause/images/verification"
)

const exitCodes = `  0  done
  1  failed; verify: something could not be checked
  2  the command line cannot be used
  3  refused without --force: a tag exists with another digest, or a release names no commit
  4  the registry denies access, or is read-only
  5  no trusted connection to the registry
  6  verify: the image is not what it claims to be
`

// usageError is an error in the command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// errNoCommit is that a release could not be built again from what it names.
var errNoCommit = errors.New("a release without a commit")

func exitCode(err error) int {
	switch {
	case errors.As(err, &usageError{}), errors.Is(err, transport.ErrAuthority), errors.Is(err, verification.ErrNoIndex):
		return 2
	case errors.Is(err, registry.ErrConflict), errors.Is(err, errNoCommit):
		return 3
	case errors.Is(err, registry.ErrDenied):
		return 4
	case errors.Is(err, registry.ErrUnreachable):
		return 5
	case errors.Is(err, verification.ErrRefuted):
		return 6
	}
	return 1
}
