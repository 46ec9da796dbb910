package dist

import (
	"io"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/images/archive"
	"github.com/podsandbox/pause/pause/freestanding"
)

func (d *Dist) writeArchives(dir string) error {
	if err := os.Mkdir(filepath.Join(dir, "archives"), 0o755); err != nil {
		return err
	}
	stem := filepath.Join(dir, "archives", "pause-"+d.Tag.TagStr())
	err := create(stem+".tar", func(w io.Writer) error {
		return archive.WriteIndex(w, d.Tag, d.Index)
	})
	if err != nil {
		return err
	}
	return d.eachImage(func(program freestanding.Program, image v1.Image) error {
		return create(stem+"-"+program.Platform.FileName()+".tar", func(w io.Writer) error {
			return archive.WriteImage(w, d.Tag, image)
		})
	})
}

// eachImage calls visit with every program and the image that holds it.
func (d *Dist) eachImage(visit func(freestanding.Program, v1.Image) error) error {
	manifest, err := d.Index.IndexManifest()
	if err != nil {
		return err
	}
	for i, program := range d.Programs {
		image, err := d.Index.Image(manifest.Manifests[i].Digest)
		if err != nil {
			return err
		}
		if err := visit(program, image); err != nil {
			return err
		}
	}
	return nil
}

func create(path string, fill func(io.Writer) error) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := fill(file); err != nil {
		return err
	}
	return file.Close()
}
