// Reads eight files in as many goroutines, while the runtime preempts them with signals.
package main

import (
	"fmt"
	"os"
	"sync"
)

func main() {
	var all sync.WaitGroup
	for i := 0; i < 8; i++ {
		all.Add(1)
		go func(i int) {
			defer all.Done()
			if _, err := os.ReadFile(fmt.Sprintf("go-%d", i)); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
		}(i)
	}
	all.Wait()
}
