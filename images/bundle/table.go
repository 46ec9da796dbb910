package bundle

import (
	"fmt"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/images"
	"github.com/podsandbox/pause/pause/freestanding"
)

// PrintTable writes the sizes, in bytes, and the digests of all platforms to w.
func (b *Bundle) PrintTable(w io.Writer) error {
	const row = "%-14s %9v %7v  %s\n"
	fmt.Fprintf(w, "%s\n\n", FullName(b.Tag))
	fmt.Fprintf(w, row, "PLATFORM", "PROGRAM", "IMAGE", "DIGEST")
	err := b.eachImage(func(program freestanding.Program, image v1.Image) error {
		size, err := images.Size(image)
		if err != nil {
			return err
		}
		digest, err := image.Digest()
		if err != nil {
			return err
		}
		fmt.Fprintf(w, row, program.Platform, len(program.Bytes), size, digest)
		return nil
	})
	if err != nil {
		return err
	}
	digest, err := b.Index.Digest()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, row, "index", "", "", digest)
	return err
}
