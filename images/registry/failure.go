package registry

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"syscall"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"github.com/podsandbox/pause/images/printable"
	carrier "github.com/podsandbox/pause/images/transport"
)

// Why a registry was not read or written.
var (
	// ErrConflict is that a tag exists with another digest.
	ErrConflict = errors.New("conflicting tag")

	// ErrDenied is that the registry refuses the user or every upload.
	ErrDenied = errors.New("access denied")

	// ErrUnreachable is that there is no trusted connection to the registry.
	ErrUnreachable = errors.New("registry unreachable")
)

// failure is one line on what went wrong and what to do.
type failure struct {
	action, cause, advice string
	kinds                 []error
}

func (f *failure) Error() string {
	return printable.Text(strings.Join(strings.Fields(f.action+": "+f.cause+"; "+f.advice), " "))
}

func (f *failure) Unwrap() []error { return f.kinds }

// Explain turns an error of reading what Get has returned, which may be nil, into
// one line that says what to do.
func (c *Client) Explain(action string, repository name.Repository, err error) error {
	return explain(action, repository, err)
}

// explain turns an error of the library, which may be nil, into one line that says
// what to do.
func explain(action string, repository name.Repository, err error) error {
	if err == nil || errors.As(err, new(*failure)) {
		return err
	}
	if errors.Is(err, context.Canceled) {
		return &failure{action, "interrupted", "repeat it", []error{err}}
	}
	host := repository.RegistryStr()
	// A push reads as it goes on what it copies from another repository.
	if source, from := contentOf(err); source != "" && from != repository.Name() {
		action, host = action+": read from "+from, source
	}
	// The library tries HTTPS on loopback before plain HTTP, and the error holds
	// what came of both: distrust tells more than the answer to plain HTTP, and
	// that tells more than the lack of HTTPS.
	if cause, advice := certificateFailure(host, err); cause != "" {
		return &failure{action, cause, advice, []error{ErrUnreachable, err}}
	}
	if answer := new(transport.Error); errors.As(err, &answer) {
		return answerFailure(action, host, answer)
	}
	if cause, advice := connectionFailure(host, err); cause != "" {
		return &failure{action, cause, advice, []error{ErrUnreachable, err}}
	}
	if large := new(carrier.SizeError); errors.As(err, &large) {
		return &failure{action, large.Error(), "see what it serves there", []error{err}}
	}
	return &failure{action, printable.Clip(err.Error(), maxText), "fix that and repeat it", []error{err}}
}

// maxText is how much is shown of what a registry says, in characters.
const maxText = 500

// certificateFailure explains errors in the registry's certificate. The cause is
// empty for all others.
func certificateFailure(host string, err error) (cause, advice string) {
	unknown, hostname, invalid := new(x509.UnknownAuthorityError), new(x509.HostnameError), new(tls.CertificateVerificationError)
	switch {
	case errors.As(err, unknown):
		return unknown.Error(), fmt.Sprintf("if the CA of %s is private, name its PEM file: --ca FILE, "+
			"make CA=FILE, or SSL_CERT_FILE; or add it to the system's (update-ca-certificates)", host)
	case errors.As(err, hostname):
		return hostname.Error(), "use a name that the certificate is for"
	case errors.As(err, &invalid):
		return invalid.Err.Error(), fmt.Sprintf("renew the certificate of %s, or set this machine's clock", host)
	}
	return "", ""
}

// connectionFailure explains errors without an answer from the registry. The cause
// is empty for all others.
func connectionFailure(host string, err error) (cause, advice string) {
	lookup := new(net.DNSError)
	switch {
	case errors.As(err, &lookup):
		return lookup.Error(), fmt.Sprintf("check the name %s, DNS and HTTPS_PROXY", host)
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens at " + host, "check its port, that it runs, and HTTPS_PROXY"
	}
	var network net.Error
	// Of two errors, the first network error may be the lack of HTTPS.
	if stall := new(carrier.StallError); errors.As(err, &stall) {
		return stall.Error(), "see whether it hangs, and check the network, the firewall and HTTPS_PROXY"
	}
	if errors.As(err, &network) && network.Timeout() || errors.Is(err, context.DeadlineExceeded) {
		return "no answer from " + host, "see whether it hangs, and check the network, the firewall and HTTPS_PROXY"
	}
	if dial := new(net.OpError); errors.As(err, &dial) && (dial.Op == "dial" || dial.Op == "proxyconnect") {
		return dial.Error(), "check the network, the firewall and HTTPS_PROXY"
	}
	if errors.Is(err, http.ErrSchemeMismatch) {
		// The library's errors of HTTPS and of plain HTTP are two in one that only its text takes apart.
		if _, plain, isTried := strings.Cut(err.Error(), `; Get "http://`); isTried {
			_, cause, _ := strings.Cut(plain, `": `)
			return printable.Clip(host+" breaks off its answer: "+cause, maxText), "see its log"
		}
		return host + " speaks plain HTTP", "use HTTPS, or a registry on localhost, where plain HTTP is taken"
	}
	return "", ""
}

func answerFailure(action, host string, answer *transport.Error) error {
	// Host is where to log in; what answers may be a server of tokens or content.
	status := fmt.Sprintf("%s answers %d %s", answer.Request.URL.Host, answer.StatusCode, http.StatusText(answer.StatusCode))
	for _, diagnostic := range answer.Errors {
		status += " (" + string(diagnostic.Code) + ": " + diagnostic.Message + ")"
	}
	status = printable.Clip(status, maxText)
	switch code := answer.StatusCode; {
	case code == http.StatusUnauthorized:
		return &failure{action, status, "log in with the right user and password: docker login " + host, []error{ErrDenied, answer}}
	case code == http.StatusForbidden:
		return &failure{action, status, "log in as a user with the right to do that: docker login " + host, []error{ErrDenied, answer}}
	case code == http.StatusMethodNotAllowed:
		return &failure{action, status, "it is read-only: use another registry, or let it take uploads", []error{ErrDenied, answer}}
	case code == http.StatusNotFound:
		return &failure{action, status, "check the name, and that nothing of it has been deleted", []error{answer}}
	case code == http.StatusTooManyRequests:
		return &failure{action, status + " to every attempt", "wait and repeat it, or log in where that raises the limit: docker login " + host, []error{answer}}
	case code >= http.StatusInternalServerError:
		return &failure{action, status + " to every attempt", "see its log, and repeat it", []error{answer}}
	}
	return &failure{action, status, "see its log", []error{answer}}
}
