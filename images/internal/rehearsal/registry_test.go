package rehearsal

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/podsandbox/pause/images/internal/daemon"
)

const (
	user     = "pusher"
	password = "secret"

	// What htpasswd -B makes of password, at its lowest cost.
	hash = "$2a$04$Kkaf17qk0i9Lf7qXAVqzK.i2C0HQxQY2Zo93J/PeZivzjZ/bFO6pO"
)

// registry is Debian's docker-registry on loopback, with TLS and a password.
type registry struct {
	*testing.T
	host, ca string
	client   *http.Client
}

func startRegistry(t *testing.T) registry {
	dir := t.TempDir()
	certificate, key := newCertificate(t)
	write := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host := listener.Addr().String()
	listener.Close()
	ca := write("ca.pem", certificate)
	config := write("config.yml", fmt.Appendf(nil, `version: 0.1
log: {level: error}
storage: {filesystem: {rootdirectory: %s}}
http: {addr: %q, tls: {certificate: %s, key: %s}}
auth: {htpasswd: {realm: rehearsal, path: %s}}
`, filepath.Join(dir, "storage"), host, ca, write("key.pem", key), write("htpasswd", []byte(user+":"+hash+"\n"))))
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(certificate)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted}}, Timeout: time.Minute}
	daemon.Start(t, func() error {
		response, err := client.Get("https://" + host + "/v2/")
		if err == nil {
			response.Body.Close()
		}
		return err
	}, "docker-registry", "serve", config)
	return registry{t, host, ca, client}
}

// newCertificate makes a certificate of 127.0.0.1 that is its own authority.
func newCertificate(t *testing.T) (certificate, key []byte) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
}

// digest asks for that of a tag of an image.
func (r registry) digest(image, tag string) (digest string, status int) {
	r.Helper()
	request, err := http.NewRequest(http.MethodHead, "https://"+r.host+"/v2/team/"+image+"/manifests/"+tag, nil)
	if err != nil {
		r.Fatal(err)
	}
	request.SetBasicAuth(user, password)
	request.Header.Set("Accept", "application/vnd.oci.image.index.v1+json")
	response, err := r.client.Do(request)
	if err != nil {
		r.Fatal(err)
	}
	response.Body.Close()
	return response.Header.Get("Docker-Content-Digest"), response.StatusCode
}
