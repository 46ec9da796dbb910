package conformance

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/podsandbox/pause/conformance/check"
	"github.com/podsandbox/pause/conformance/engine"
	"github.com/podsandbox/pause/conformance/image"
	"github.com/podsandbox/pause/conformance/image/static"
	"github.com/podsandbox/pause/conformance/report"
	"github.com/podsandbox/pause/conformance/requirement"
)

// defaultPlatforms are judged where no platform is asked for.
var defaultPlatforms = []string{"linux/amd64", "linux/arm64"}

// subject is one platform of an image, on its way to a verdict.
type subject struct {
	report.Subject
	source       *image.Source
	imageResults map[string]report.Result
	target       check.Target
	content      v1.Image

	// optional subjects are of platforms that the user did not ask for. They are left out
	// of the report where the host cannot run them, or only under an emulator;
	// unrunnable is the reason.
	optional   bool
	unrunnable string
}

// prepareAll opens every image and makes its platforms ready to be judged. A platform
// that cannot be judged is an untested subject with the reason.
func prepareAll(ctx context.Context, eng engine.Engine, config *Config) (subjects []*subject) {
	for _, reference := range config.Images {
		source, inEngine, err := openImage(ctx, eng, reference)
		giveUp := func(platform string, err error) {
			subjects = append(subjects, &subject{source: source, Subject: report.Subject{
				Image: reference, Platform: platform, Verdict: report.Untested, Reason: err.Error(),
			}})
		}
		if err != nil {
			giveUp(strings.Join(config.Platforms, ","), err)
			continue
		}
		platforms := config.Platforms
		if len(platforms) == 0 {
			platforms = defaultsOf(source)
		}
		if len(platforms) == 0 {
			giveUp("", fmt.Errorf("image %q: it is for none of %s; pass --platform", reference, strings.Join(defaultPlatforms, " and ")))
		}
		for _, platform := range platforms {
			next, err := prepare(ctx, eng, config, source, platform)
			if err != nil {
				giveUp(platform, err)
				continue
			}
			next.optional = len(config.Platforms) == 0
			if next.optional && next.Emulated {
				next.unrunnable = fmt.Sprintf("%s is emulated on this host; pass --platform %s to judge it all the same", platform, platform)
			} else if eng != nil {
				// Of a name that holds several platforms, an engine would run its own.
				next.target.Image, err = eng.Load(ctx, engine.Source{
					Reference: reference, Image: next.content, Held: inEngine && len(source.Platforms()) == 1,
				})
				for _, id := range []string{"IMG-UNPACKS", "IMG-DIFF-IDS"} {
					if err != nil && next.imageResults[id].Status == report.Fail {
						next.unrunnable, err = "the engine refuses the image, see "+id, nil
					}
				}
				if err != nil {
					giveUp(platform, err)
					continue
				}
			}
			subjects = append(subjects, next)
		}
	}
	return subjects
}

// openImage opens the image in the file that is named, in the engine, or else in a
// registry.
func openImage(ctx context.Context, eng engine.Engine, reference string) (source *image.Source, inEngine bool, err error) {
	if image.Local(reference) {
		source, err = image.Open(ctx, reference)
		return source, false, err
	}
	if eng == nil {
		source, err = openRemote(ctx, reference, "the static profile does not look in an engine")
		return source, false, err
	}
	archive, err := eng.Save(ctx, reference)
	if errors.Is(err, engine.ErrNoImage) {
		source, err = openRemote(ctx, reference, "and the engine does not hold it; load it, or pass oci:DIR, oci-archive:FILE or docker-archive:FILE")
		return source, false, err
	}
	if err != nil {
		return nil, false, err
	}
	defer archive.Close()
	source, err = image.Saved(ctx, reference, archive)
	return source, true, err
}

// openRemote opens the image in its registry. An error has a hint where else to look.
func openRemote(ctx context.Context, reference, hint string) (*image.Source, error) {
	source, err := image.Open(ctx, reference)
	if err == nil {
		return source, nil
	}
	return nil, fmt.Errorf("%w (%s)", err, hint)
}

// defaultsOf are the default platforms that the image is kept for.
func defaultsOf(source *image.Source) (platforms []string) {
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

func prepare(ctx context.Context, eng engine.Engine, config *Config, source *image.Source, platform string) (*subject, error) {
	target, err := image.ParsePlatform(platform)
	if err != nil {
		return nil, err
	}
	content, err := source.Image(ctx, target)
	if err != nil {
		return nil, err
	}
	next := &subject{
		source: source,
		Subject: report.Subject{
			Image: source.Reference, Digest: content.Digest, Platform: platform,
			Emulated: eng != nil && isEmulated(eng.Info().Platform, target),
		},
		imageResults: static.Judge(ctx, content, static.Options{
			Entrypoint: config.Entrypoint, Compressed: config.CompressedBudget, Uncompressed: config.UncompressedBudget,
		}),
		target: check.Target{
			Entrypoint: config.Entrypoint,
			User:       config.User,
			Command:    append(append([]string{}, content.Config.Config.Entrypoint...), content.Config.Config.Cmd...),
			Lacks:      map[requirement.Feature]bool{},
			Size:       config.Size,
			Seed:       config.Seed,
			Timeout:    config.Timeout,
			Soak:       config.Soak,
		},
	}
	next.target.Emulated = next.Emulated
	if len(config.Entrypoint) > 0 {
		next.target.Command = config.Entrypoint
	}
	next.target.ProgramDigest = programDigest(ctx, content, next.target.Command)
	for _, feature := range config.Without {
		next.target.Lacks[feature] = true
	}
	next.target.StopSignal = content.Config.Config.StopSignal
	if signal, err := image.StopSignal(next.target.StopSignal); err == nil {
		next.target.StopSignal = signal
	}
	next.content = content.Content
	return next, nil
}

// programDigest is empty where there is no program: IMG-ENTRYPOINT says so.
func programDigest(ctx context.Context, content *image.Image, command []string) string {
	if len(command) == 0 {
		return ""
	}
	location, _, err := content.Root.Lookup(command[0])
	if err != nil {
		return ""
	}
	program, err := content.Root.Content(ctx, location.File, 64<<20)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%x", sha256.Sum256(program))
}

// isEmulated tells whether an engine of one platform needs an emulator for another.
func isEmulated(host string, platform v1.Platform) bool {
	return host != platform.OS+"/"+platform.Architecture &&
		!(host == "linux/amd64" && platform.Architecture == "386")
}

func closeAll(subjects []*subject) {
	for _, closed := range subjects {
		if closed.source != nil {
			_ = closed.source.Close()
		}
	}
}
