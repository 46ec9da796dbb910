package conformance

import (
	"path/filepath"

	"github.com/podsandbox/pause/images/transport"
)

// checkAuthorities refuses a file that holds no certificate authority.
func checkAuthorities(file string) error {
	_, err := transport.New(file)
	if err != nil {
		return usageErrorf("%v", err)
	}
	return nil
}

// trust returns the environment of the suite's process. crypto/x509 reads the file of
// SSL_CERT_FILE along with the system's directories of certificates.
func trust(environment []string, ca string) ([]string, error) {
	if ca == "" {
		return environment, nil
	}
	path, err := filepath.Abs(ca)
	return append(environment, "SSL_CERT_FILE="+path), err
}
