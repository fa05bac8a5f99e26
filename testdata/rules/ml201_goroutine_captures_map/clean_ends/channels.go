package ends

import (
	"context"
	"sync"
	"time"
)

func Roomy(key string) int {
	counts := map[string]int{}
	answer := make(chan map[string]int, 1)
	go func() {
		time.Sleep(time.Millisecond)
		counts[key]++
		answer <- counts // there is room for it
	}()
	select {
	case found := <-answer:
		return found[key]
	case <-time.After(time.Second):
		return 0
	}
}

func Either(ctx context.Context, key string) {
	counts := map[string]int{}
	answer := make(chan map[string]int)
	go func() {
		time.Sleep(time.Millisecond)
		counts[key]++
		select {
		case answer <- counts:
		case <-ctx.Done():
		}
	}()
	select {
	case <-answer:
	case <-ctx.Done():
	}
}

func Signalled(key string) {
	counts := map[string]int{}
	done := make(chan int)
	go func() {
		time.Sleep(time.Millisecond)
		counts[key]++
		done <- len(counts) // the map is not needed while it waits
	}()
	select {
	case <-done:
	case <-time.After(time.Second):
	}
}

func Cancelled(messages <-chan string) context.CancelFunc {
	ctx, cancel := context.WithCancel(context.Background())
	labels := map[string]string{}
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case m := <-messages:
				use(labels, m)
			}
		}
	}()
	return cancel
}

func SentOn(messages <-chan string, stops chan<- chan struct{}) {
	stop := make(chan struct{})
	labels := map[string]string{}
	go func() {
		for {
			select {
			case <-stop:
				return
			case m := <-messages:
				use(labels, m)
			}
		}
	}()
	stops <- stop
}

func Drained(messages <-chan string) {
	labels := map[string]string{}
	lines := make(chan string)
	defer close(lines)
	go func() {
		for line := range lines {
			use(labels, line)
		}
	}()
	for m := range messages {
		lines <- m
	}
}

func Nil(messages <-chan string) {
	labels := map[string]string{"a": "b"}
	go func() {
		use(labels, "start")
		labels = nil
		for {
			use(labels, <-messages)
		}
	}()
}

func Tasks(keys []string) {
	var tasks sync.WaitGroup
	labels := map[string]string{"a": "b"}
	for _, key := range keys {
		tasks.Go(func() { use(labels, key) })
	}
	tasks.Wait()
}

func Again(messages <-chan string) {
	labels := map[string]string{"a": "b"}
	go func() {
	again:
		m, ok := <-messages
		use(labels, m)
		if !ok {
			return
		}
		goto again
	}()
}
