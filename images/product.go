package images

import (
	"fmt"

	"github.com/podsandbox/pause/pause/freestanding"
)

// Product is a program that this project publishes as an image.
type Product struct {
	// Name is the title of the image and the name of the program, which lies in the
	// root directory.
	Name string

	// User runs the program.
	User string

	// MaxSize is the most that a node transfers for the image of its platform, in
	// bytes.
	MaxSize int64

	// Platforms are all that the product is published for.
	Platforms []freestanding.Platform

	// Temporary is whether the image has a directory /tmp.
	Temporary bool
}

var (
	// Pause is the sandbox image.
	Pause = &Product{Name: "pause", User: user, MaxSize: MaxSize, Platforms: freestanding.Platforms}

	// Suite is the conformance suite. It runs as root, since the socket of an engine is
	// root's.
	Suite = &Product{Name: "pause-conformance", User: "0:0", MaxSize: 32 << 20, Platforms: freestanding.Platforms[:2], Temporary: true}

	products = []*Product{Pause, Suite}
)

// Entrypoint is the path of the program, and all that the image runs. CRI-O's pause_command
// has /pause as its default.
func (p *Product) Entrypoint() string { return "/" + p.Name }

// ProductOf returns the product with the name.
func ProductOf(name string) (*Product, error) {
	for _, product := range products {
		if product.Name == name {
			return product, nil
		}
	}
	return nil, fmt.Errorf("%q: want %s or %s", name, Pause.Name, Suite.Name)
}
