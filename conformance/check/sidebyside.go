package check

import "sync"

// workers is how many of a check's sandboxes are worked on at a time.
const workers = 4

// sideBySide does something for each number below count, a few at a time. It ends as the
// first that ends early.
func sideBySide(count int, do func(i int)) {
	ends := make(chan any, count)
	var running sync.WaitGroup
	for worker := range workers {
		running.Go(func() {
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
	running.Wait()
	select {
	case end := <-ends:
		panic(end)
	default:
	}
}
