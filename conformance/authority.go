package conformance

import (
	"crypto/x509"
	"io"
	"os"
	"path/filepath"
)

// maxAuthorities is the size, in bytes, of the largest file of certificate authorities
// that is read. Mozilla's whole list has a quarter of a million.
const maxAuthorities = 4 << 20

// checkAuthorities refuses a file that holds no certificate authority.
func checkAuthorities(file string) error {
	information, err := os.Stat(file)
	if err == nil && !information.Mode().IsRegular() {
		return misused("certificate authority: %s is no regular file", file)
	}
	var certificates []byte
	if err == nil {
		certificates, err = readAtMost(file, maxAuthorities)
	}
	if err != nil {
		return misused("certificate authority: %v", err)
	}
	if !x509.NewCertPool().AppendCertsFromPEM(certificates) {
		return misused("certificate authority: %s holds no certificate in PEM form", file)
	}
	return nil
}

func readAtMost(file string, most int64) ([]byte, error) {
	opened, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	return io.ReadAll(io.LimitReader(opened, most))
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
