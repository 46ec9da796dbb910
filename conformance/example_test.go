package conformance_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/podsandbox/pause/conformance"
	"github.com/podsandbox/pause/conformance/report"
)

// Judge an image without an engine, watch the progress, and look a requirement up by
// its id. With an engine, leave Profile out and build the program with CGO_ENABLED=0.
func ExampleRun() {
	directory, err := os.MkdirTemp("", "example-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(directory)
	if err := writeScriptImage(directory); err != nil {
		log.Fatal(err)
	}

	events := 0
	outcome, err := conformance.Run(context.Background(), conformance.Config{
		Images:   []string{"oci:" + directory},
		Profile:  conformance.Static,
		Only:     []string{"IMG-ENTRYPOINT", "IMG-PLATFORM", "IMG-NONROOT"},
		Progress: func(conformance.Progress) { events++ },
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, subject := range outcome.Subjects {
		fmt.Printf("%s is %s after %s\n", subject.Platform, subject.Verdict, report.Count(events, "result"))
		for result := range subject.Chosen() {
			fmt.Println(result.Requirement.ID, result.Status)
		}
	}
	for _, result := range outcome.Results("IMG-PLATFORM") {
		fmt.Println("see", result.Requirement.URL())
	}
	fmt.Println("exit code", outcome.ExitCode())
	// Output:
	// linux/amd64 is not conformant after 3 results
	// IMG-ENTRYPOINT pass
	// IMG-PLATFORM fail
	// IMG-NONROOT pass
	// see https://github.com/podsandbox/pause/blob/HEAD/conformance/SPEC.md#img-platform
	// exit code 1
}
