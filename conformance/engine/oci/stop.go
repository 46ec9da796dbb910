package oci

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"github.com/podsandbox/pause/conformance/image"
)

// gracePeriod is what Docker gives a container between its StopSignal and SIGKILL.
const gracePeriod = 10 * time.Second

// Stop sends the image's StopSignal, and SIGKILL after the grace period.
func (s *sandbox) Stop(ctx context.Context) error {
	if err := s.signal(stopSignal(s.image.config.StopSignal)); err != nil && !errors.Is(err, unix.ESRCH) {
		return fmt.Errorf("stop: %w", err)
	}
	grace, cancel := context.WithTimeout(ctx, gracePeriod)
	defer cancel()
	if _, err := s.wait(grace); err == nil || ctx.Err() != nil {
		return err
	}
	return s.kill(ctx)
}

// stopSignal returns the signal of a configuration, SIGTERM unless it names one.
func stopSignal(configuration string) unix.Signal {
	name, err := image.StopSignal(configuration)
	if err != nil || name == "" {
		return unix.SIGTERM
	}
	if number, err := strconv.Atoi(name); err == nil {
		return unix.Signal(number)
	}
	return unix.SignalNum(name)
}
