package registry_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// authority makes a private certificate authority and the certificate of a
// server on loopback. It returns the file of the authority and the setting of a
// registry that speaks TLS with that certificate, which expires when told.
func authority(t *testing.T, expires time.Time) (ca, setting string) {
	t.Helper()
	dir := t.TempDir()
	ca = filepath.Join(dir, "ca.pem")
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "a private authority"},
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign,
	}
	signer := newKey(t)
	writeCertificate(t, ca, authority, authority, signer, signer)

	certificate, key := filepath.Join(dir, "server.pem"), filepath.Join(dir, "server.key")
	server := newKey(t)
	writeCertificate(t, certificate, &x509.Certificate{
		SerialNumber: big.NewInt(2), NotAfter: expires,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}, authority, server, signer)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(server)
	if err != nil {
		t.Fatal(err)
	}
	writePEM(t, key, "PRIVATE KEY", pkcs8)
	return ca, fmt.Sprintf("  tls: {certificate: %s, key: %s}", certificate, key)
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func writeCertificate(t *testing.T, path string, certificate, issuer *x509.Certificate, key, signer *ecdsa.PrivateKey) {
	t.Helper()
	addSignature, err := x509.CreateCertificate(rand.Reader, certificate, issuer, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	writePEM(t, path, "CERTIFICATE", addSignature)
}

func writePEM(t *testing.T, path, kind string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}), 0o600); err != nil {
		t.Fatal(err)
	}
}
