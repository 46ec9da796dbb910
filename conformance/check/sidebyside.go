package check

import (
	"runtime"
	"sync"
)

// AtOnce is how many checks use the engine at a time, and how many sandboxes of a check
// are worked on at a time: most of the work is to start containers. On a single processor,
// such as an emulated machine has, a second one would only take the time that a program
// has to end in.
func AtOnce() int {
	if runtime.NumCPU() == 1 {
		return 1
	}
	return 4
}

// sideBySide does something for each number below count, a few at a time. It ends as the
// first that ends early.
func sideBySide(count int, do func(i int)) {
	ends := make(chan any, count)
	var group sync.WaitGroup
	workers := AtOnce()
	for worker := range workers {
		group.Go(func() {
			defer func() {
				if end := recover(); end != nil {
					ends <- end
				}
			}()
			for i := worker; i < count; i += workers {
				do(i)
			}
		})
	}
	group.Wait()
	select {
	case end := <-ends:
		panic(end)
	default:
	}
}
