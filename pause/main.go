// Command pause is the infra container of a Kubernetes pod: it holds the pod's
// namespaces, reaps orphans as PID 1, and ends on SIGINT and SIGTERM.
//
// It is linked without the Go runtime, by package freestanding: its entry point
// is start, in assembly, and main is not part of it.
package main

// main is what the stock entry point calls, when go build links this package
// like any other: a program that pauses nothing had better say so.
func main() {
	panic("not a pause: go build links it with the Go runtime; run make")
}
