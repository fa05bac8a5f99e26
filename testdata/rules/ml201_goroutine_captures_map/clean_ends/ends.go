// Goroutines that are waited for, end by themselves or can be stopped: their maps go with them.
package ends

import (
	"context"
	"sync"
	"time"
)

func use(labels map[string]string, text string) { _ = labels[text] }

func Waited(keys []string) map[string]int {
	lengths := map[string]int{}
	var group sync.WaitGroup
	var mutex sync.Mutex
	for _, key := range keys {
		group.Add(1)
		go func() {
			defer group.Done()
			mutex.Lock()
			defer mutex.Unlock()
			lengths[key] = len(key)
		}()
	}
	group.Wait()
	return lengths
}

// group waits for functions, as errgroup does.
type group struct {
	wait  sync.WaitGroup
	once  sync.Once
	first error
}

func (g *group) Go(work func() error) {
	g.wait.Add(1)
	go func() {
		defer g.wait.Done()
		if err := work(); err != nil {
			g.once.Do(func() { g.first = err })
		}
	}()
}

func (g *group) Wait() error {
	g.wait.Wait()
	return g.first
}

func Grouped(keys []string, check func(string) error) error {
	var g group
	results := make([]map[string]bool, len(keys))
	for i, key := range keys {
		result := map[string]bool{}
		results[i] = result
		g.Go(func() error {
			err := check(key)
			result[key] = err == nil
			return err
		})
	}
	return g.Wait()
}

func Answered(key string) int {
	counts := map[string]int{}
	answer := make(chan int)
	go func() {
		time.Sleep(time.Millisecond)
		counts[key]++
		answer <- counts[key]
	}()
	return <-answer
}

func Once(key string) {
	labels := map[string]string{}
	go func() {
		time.Sleep(time.Second)
		use(labels, key)
	}()
}

func Bounded(keys []string) {
	labels := map[string]string{}
	go func() {
		for i := 0; i < 10; i++ {
			time.Sleep(time.Second)
			for _, key := range keys {
				use(labels, key)
			}
		}
	}()
}

func Context(ctx context.Context, messages <-chan string) {
	seen := map[string]int{}
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case m := <-messages:
				seen[m]++
			}
		}
	}()
}

func Closed(messages <-chan string) {
	seen := map[string]int{}
	go func() {
		for m := range messages {
			seen[m]++
		}
	}()
}

func CommaOk(messages <-chan string) {
	seen := map[string]int{}
	go func() {
		for {
			m, ok := <-messages
			if !ok {
				return
			}
			seen[m]++
		}
	}()
}

func Stopped(messages <-chan string) (stop func()) {
	done := make(chan struct{})
	labels := map[string]string{}
	go func() {
	loop:
		for {
			select {
			case <-done:
				break loop
			case m := <-messages:
				use(labels, m)
			}
		}
	}()
	return func() { close(done) }
}

func Broken(read func() (string, error)) {
	seen := map[string]int{}
	go func() {
		for {
			line, err := read()
			if err != nil {
				return
			}
			seen[line]++
		}
	}()
}

func worker(jobs <-chan string, labels map[string]string, group *sync.WaitGroup) {
	defer group.Done()
	for job := range jobs {
		use(labels, job)
	}
}

func Pool(keys []string) {
	labels := map[string]string{}
	jobs := make(chan string)
	var group sync.WaitGroup
	for range 4 {
		group.Add(1)
		go worker(jobs, labels, &group)
	}
	for _, key := range keys {
		jobs <- key
	}
	close(jobs)
	group.Wait()
}
