// Package cri reads the pods and images of a node from its container runtime.
package cri

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	runtime "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// Client asks one container runtime. It outlives restarts of the runtime.
type Client struct {
	runtime runtime.RuntimeServiceClient
	images  runtime.ImageServiceClient
}

// Dial makes a client of the runtime at a socket. It connects with the first request.
func Dial(socket string) (*Client, error) {
	connection, err := grpc.NewClient("unix://"+socket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, err
	}
	return &Client{runtime.NewRuntimeServiceClient(connection), runtime.NewImageServiceClient(connection)}, nil
}

// Ready returns nil once the runtime can run pods with a network.
func (c *Client) Ready(ctx context.Context) error {
	response, err := c.runtime.Status(ctx, &runtime.StatusRequest{})
	if err != nil {
		return err
	}
	for _, condition := range response.Status.Conditions {
		needed := condition.Type == runtime.RuntimeReady || condition.Type == runtime.NetworkReady
		if needed && !condition.Status {
			return fmt.Errorf("the runtime is not ready: %s %s", condition.Reason, condition.Message)
		}
	}
	return nil
}

// Image returns the runtime's image of the name, or nil.
func (c *Client) Image(ctx context.Context, name string) (*runtime.Image, error) {
	response, err := c.images.ImageStatus(ctx, &runtime.ImageStatusRequest{Image: &runtime.ImageSpec{Image: name}})
	if err != nil {
		return nil, err
	}
	return response.Image, nil
}

// Pull pulls an image.
func (c *Client) Pull(ctx context.Context, name string) error {
	_, err := c.images.PullImage(ctx, &runtime.PullImageRequest{Image: &runtime.ImageSpec{Image: name}})
	return err
}

// Pod is what the runtime says of the newest sandbox of a pod, and of the newest
// container of each name in it.
type Pod struct {
	Sandbox    Sandbox
	Containers map[string]Container
}

// Sandbox is the pause container and what it holds.
type Sandbox struct {
	ID      string
	Attempt uint32
	Ready   bool
	Address string // empty with hostNetwork
	PID     int    // 0 where the process has ended
}

// Container is a container of a pod.
type Container struct {
	ID       string
	Attempt  uint32
	Running  bool
	PID      int // 0 where the process has ended
	ExitCode int32
	Started  time.Time
	Finished time.Time
}

// Pod returns the pod of the name, or an error while there is none.
func (c *Client) Pod(ctx context.Context, name string) (Pod, error) {
	filter := &runtime.PodSandboxFilter{LabelSelector: map[string]string{"io.kubernetes.pod.name": name}}
	list, err := c.runtime.ListPodSandbox(ctx, &runtime.ListPodSandboxRequest{Filter: filter})
	if err != nil {
		return Pod{}, err
	}
	var newest *runtime.PodSandbox
	for _, sandbox := range list.Items {
		if newest == nil || sandbox.CreatedAt > newest.CreatedAt {
			newest = sandbox
		}
	}
	if newest == nil {
		return Pod{}, fmt.Errorf("the runtime has no pod %s", name)
	}
	pod := Pod{Containers: map[string]Container{}}
	if pod.Sandbox, err = c.sandbox(ctx, newest.Id); err != nil {
		return Pod{}, err
	}
	containers, err := c.runtime.ListContainers(ctx, &runtime.ListContainersRequest{Filter: &runtime.ContainerFilter{PodSandboxId: newest.Id}})
	if err != nil {
		return Pod{}, err
	}
	for _, item := range containers.Containers {
		if known, ok := pod.Containers[item.Metadata.Name]; ok && known.Attempt > item.Metadata.Attempt {
			continue
		}
		if pod.Containers[item.Metadata.Name], err = c.container(ctx, item.Id); err != nil {
			return Pod{}, err
		}
	}
	return pod, nil
}

func (c *Client) sandbox(ctx context.Context, id string) (Sandbox, error) {
	response, err := c.runtime.PodSandboxStatus(ctx, &runtime.PodSandboxStatusRequest{PodSandboxId: id, Verbose: true})
	if err != nil {
		return Sandbox{}, err
	}
	status := response.Status
	return Sandbox{
		ID:      id,
		Attempt: status.Metadata.Attempt,
		Ready:   status.State == runtime.PodSandboxState_SANDBOX_READY,
		Address: status.GetNetwork().GetIp(),
		PID:     pid(response.Info),
	}, nil
}

func (c *Client) container(ctx context.Context, id string) (Container, error) {
	response, err := c.runtime.ContainerStatus(ctx, &runtime.ContainerStatusRequest{ContainerId: id, Verbose: true})
	if err != nil {
		return Container{}, err
	}
	status := response.Status
	return Container{
		ID:       id,
		Attempt:  status.Metadata.Attempt,
		Running:  status.State == runtime.ContainerState_CONTAINER_RUNNING,
		PID:      pid(response.Info),
		ExitCode: status.ExitCode,
		Started:  time.Unix(0, status.StartedAt),
		Finished: time.Unix(0, status.FinishedAt),
	}, nil
}

// pid is what containerd and CRI-O add to a verbose answer.
func pid(info map[string]string) int {
	var details struct{ PID int }
	if json.Unmarshal([]byte(info["info"]), &details) != nil {
		return 0
	}
	return details.PID
}
