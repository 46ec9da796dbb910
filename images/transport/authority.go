package transport

import (
	"crypto/x509"
	"fmt"

	"github.com/podsandbox/pause/images/internal/file"
)

// maxAuthorities is the size, in bytes, of the largest file of authorities that is
// read. Mozilla's whole list has a quarter of a million.
const maxAuthorities = 4 << 20

func authorities(ca string) (*x509.CertPool, error) {
	if ca == "" {
		return nil, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		return nil, err
	}
	certificates, err := file.Read(ca, maxAuthorities)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAuthority, err)
	}
	if !pool.AppendCertsFromPEM(certificates) {
		return nil, fmt.Errorf("%w: %s holds no certificate in PEM form", ErrAuthority, ca)
	}
	return pool, nil
}
