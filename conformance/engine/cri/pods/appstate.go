package pods

import (
	"context"
	"encoding/json"
	"time"

	cri "k8s.io/cri-api/pkg/apis/runtime/v1"

	"github.com/podsandbox/pause/conformance/engine"
)

// State returns the runtime's record of the container.
func (a *app) State(ctx context.Context) (engine.State, error) {
	if a.process != nil && !a.process.Ended() {
		record, err := a.containerRecord(ctx, a.container, false)
		if err != nil {
			return engine.State{}, err
		}
		return a.state(record.Status), nil
	}
	record, err := a.awaitExit(ctx)
	if err != nil {
		return engine.State{}, err
	}
	return a.state(record), nil
}

func (a *app) state(record *cri.ContainerStatus) engine.State {
	text, _ := json.Marshal(record)
	state := engine.State{Running: record.State == cri.ContainerState_CONTAINER_RUNNING, PID: a.pid, Text: string(text)}
	if !state.Running {
		state.Exit = exit(record)
	}
	return state
}

func exit(record *cri.ContainerStatus) engine.Exit {
	return engine.Exit{Status: int(record.ExitCode), Time: time.Unix(0, record.FinishedAt)}
}

// awaitExit waits until the runtime knows that the container has ended.
func (a *app) awaitExit(ctx context.Context) (*cri.ContainerStatus, error) {
	for {
		record, err := a.containerRecord(ctx, a.container, false)
		if err != nil {
			return nil, err
		}
		if record.Status.State == cri.ContainerState_CONTAINER_EXITED {
			return record.Status, nil
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		pause(ctx)
	}
}

// Wait waits for the end of the container, after which its log is complete.
func (a *app) Wait(ctx context.Context) (engine.Exit, error) {
	var at time.Time
	if a.process != nil {
		var err error
		if at, err = a.process.Wait(ctx); err != nil {
			return engine.Exit{}, err
		}
	}
	record, err := a.awaitExit(ctx)
	if err != nil {
		return engine.Exit{}, err
	}
	end := exit(record)
	if !at.IsZero() {
		end.Time = at
	}
	return end, nil
}
