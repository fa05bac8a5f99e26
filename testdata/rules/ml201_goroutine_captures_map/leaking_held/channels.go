package held

import (
	"context"
	"sync"
	"time"
)

func Abandoned(key string) int {
	counts := map[string]int{}
	answer := make(chan map[string]int)
	go func() { // want `ML201: a goroutine started here keeps its own held.Abandoned.counts alive for ever when nothing takes what it sends`
		time.Sleep(time.Second)
		counts[key]++
		answer <- counts
	}()
	select {
	case found := <-answer:
		return found[key]
	case <-time.After(time.Millisecond):
		return 0
	}
}

func NeverStopped(messages <-chan message) {
	stop := make(chan struct{})
	labels := map[string]string{"a": "b"}
	go func() { // want "ML201: every goroutine started here "
		for {
			select {
			case <-stop:
				return
			case m := <-messages:
				use(labels, m.text)
			}
		}
	}()
}

func NeverDone(messages <-chan message) {
	ctx := context.Background()
	labels := map[string]string{"a": "b"}
	go func() { // want "ML201: every goroutine started here "
		for {
			select {
			case <-ctx.Done():
				return
			case m := <-messages:
				use(labels, m.text)
			}
		}
	}()
}

func NeverClosed(messages <-chan message) {
	texts := make(chan string)
	labels := map[string]string{"a": "b"}
	go func() { // want "ML201: every goroutine started here "
		for text := range texts {
			use(labels, text)
		}
	}()
	for m := range messages {
		texts <- m.text
	}
}

func NeverSent() {
	ready := make(chan struct{})
	labels := map[string]string{"a": "b"}
	go func() { // want "ML201: every goroutine started here "
		<-ready
		use(labels, "ready")
	}()
}

func Group(messages <-chan message) {
	var group sync.WaitGroup
	labels := map[string]string{"a": "b"}
	group.Go(func() { // want "ML201: every goroutine started here "
		for {
			use(labels, (<-messages).text)
		}
	})
}

func Again(messages <-chan message) {
	labels := map[string]string{"a": "b"}
	go func() { // want "ML201: every goroutine started here "
	again:
		use(labels, (<-messages).text)
		goto again
	}()
}
