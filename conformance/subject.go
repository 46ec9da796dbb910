package conformance

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/conformance/check"
	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/image"
	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/conformance/requirement"
)

// defaultPlatforms are judged where no platform is asked for.
var defaultPlatforms = []string{"linux/amd64", "linux/arm64"}

// subject is one platform of an image, on its way to a verdict.
type subject struct {
	report.Subject
	source   *image.Source
	findings map[string]image.Finding
	trial    check.Subject
	archive  func(w io.Writer, tag string) error

	// optional subjects were not asked for by platform, and are left out of the
	// report where the host cannot run them, of which unrunnable is the reason.
	optional   bool
	unrunnable string
}

// find opens every image and makes its platforms ready to be judged. What cannot
// be is found as an untested subject with the reason.
func find(ctx context.Context, eng *engine.Engine, config *Config) []*subject {
	var found []*subject
	for _, reference := range config.Images {
		source, inEngine, err := open(ctx, eng, reference)
		untested := func(platform string, err error) {
			found = append(found, &subject{source: source, Subject: report.Subject{
				Image: reference, Platform: platform, Verdict: report.Untested, Reason: err.Error(),
			}})
		}
		if err != nil {
			untested(strings.Join(config.Platforms, ","), err)
			continue
		}
		platforms := config.Platforms
		if len(platforms) == 0 {
			platforms = held(source)
		}
		if len(platforms) == 0 {
			untested("", fmt.Errorf("image %q: it is for none of %s; pass --platform", reference, strings.Join(defaultPlatforms, " and ")))
		}
		for _, platform := range platforms {
			next, err := prepare(ctx, eng, config, source, platform)
			if err != nil {
				untested(platform, err)
				continue
			}
			// Of a name that holds several platforms, an engine would run its own.
			if eng != nil && inEngine && len(source.Platforms()) == 1 {
				next.trial.Image = reference
			} else if eng != nil {
				if err := load(ctx, eng, next, len(found)); err != nil {
					untested(platform, err)
					continue
				}
			}
			next.optional = len(config.Platforms) == 0
			found = append(found, next)
		}
	}
	return found
}

// open finds the image in the file that is named, in the engine, or else in a
// registry.
func open(ctx context.Context, eng *engine.Engine, reference string) (source *image.Source, inEngine bool, err error) {
	if eng == nil || image.Local(reference) {
		source, err = image.Open(ctx, reference)
		if err != nil && !image.Local(reference) {
			err = fmt.Errorf("%w (the static profile does not look in an engine)", err)
		}
		return source, false, err
	}
	if inEngine, err = eng.Has(ctx, reference); err != nil {
		return nil, false, err
	}
	if !inEngine {
		if source, err = image.Open(ctx, reference); err != nil {
			err = fmt.Errorf("%w (and the engine does not hold it); load it, or pass oci:DIR, oci-archive:FILE or docker-archive:FILE", err)
		}
		return source, false, err
	}
	reader, writer := io.Pipe()
	defer reader.Close()
	go func() { writer.CloseWithError(eng.Save(ctx, reference, writer)) }()
	source, err = image.Saved(ctx, reference, reader)
	return source, true, err
}

// held are the default platforms that the image is kept for.
func held(source *image.Source) (platforms []string) {
	for _, wanted := range defaultPlatforms {
		for _, platform := range source.Platforms() {
			if platform.OS+"/"+platform.Architecture == wanted {
				platforms = append(platforms, wanted)
				break
			}
		}
	}
	return platforms
}

func prepare(ctx context.Context, eng *engine.Engine, config *Config, source *image.Source, platform string) (*subject, error) {
	wanted, err := image.ParsePlatform(platform)
	if err != nil {
		return nil, err
	}
	read, err := source.Subject(ctx, wanted)
	if err != nil {
		return nil, err
	}
	next := &subject{
		source: source,
		Subject: report.Subject{
			Image: source.Reference, Digest: read.Digest, Platform: platform,
			Emulated: eng != nil && emulated(eng.Info.Platform, wanted),
		},
		findings: image.Judge(ctx, read, image.Options{
			Entrypoint: config.Entrypoint, Compressed: config.CompressedBudget, Uncompressed: config.UncompressedBudget,
		}),
		trial: check.Subject{
			Entrypoint: config.Entrypoint,
			User:       config.User,
			Command:    append(append([]string{}, read.Config.Config.Entrypoint...), read.Config.Config.Cmd...),
			Lacks:      map[requirement.Feature]bool{},
			Size:       config.Size,
			Seed:       config.Seed,
			Timeout:    config.Timeout,
		},
	}
	next.trial.Emulated = next.Emulated
	if len(config.Entrypoint) > 0 {
		next.trial.Command = config.Entrypoint
	}
	next.trial.ProgramDigest = programDigest(ctx, read, next.trial.Command)
	for _, feature := range config.Without {
		next.trial.Lacks[feature] = true
	}
	next.trial.StopSignal = read.Config.Config.StopSignal
	if signal, err := image.StopSignal(next.trial.StopSignal); err == nil {
		next.trial.StopSignal = signal
	}
	next.archive = read.Archive
	return next, nil
}

// programDigest is empty where there is no program: IMG-ENTRYPOINT says so.
func programDigest(ctx context.Context, read *image.Subject, command []string) string {
	if len(command) == 0 {
		return ""
	}
	found, _, err := read.Root.Lookup(command[0])
	if err != nil {
		return ""
	}
	program, err := read.Root.Content(ctx, found.File, 64<<20)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%x", sha256.Sum256(program))
}

// emulated tells whether an engine of one platform needs an emulator for another.
func emulated(host string, platform v1.Platform) bool {
	return host != platform.OS+"/"+platform.Architecture &&
		!(host == "linux/amd64" && platform.Architecture == "386")
}

func load(ctx context.Context, eng *engine.Engine, loaded *subject, number int) error {
	loaded.trial.Image = eng.Tag(fmt.Sprintf("subject-%d", number))
	reader, writer := io.Pipe()
	defer reader.Close()
	go func() { writer.CloseWithError(loaded.archive(writer, loaded.trial.Image)) }()
	return eng.Load(ctx, loaded.trial.Image, reader)
}

func closeAll(subjects []*subject) {
	for _, closed := range subjects {
		if closed.source != nil {
			_ = closed.source.Close()
		}
	}
}
