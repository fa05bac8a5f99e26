// Each call starts a goroutine that has no way to end and may use the map after its wait.
package held

import (
	"sync"
	"time"
)

type message struct{ from, text string }

func use(labels map[string]string, text string) { _ = labels[text] }

func Captured(messages <-chan message) {
	labels := map[string]string{"a": "b"}
	go func() { // want `ML201: every goroutine started here keeps its own held.Captured.labels alive`
		for {
			m := <-messages
			use(labels, m.text)
		}
	}()
}

func Argument(labels map[string]string) {
	go watch(labels) // want "ML201: every goroutine started here "
}

func watch(labels map[string]string) {
	for {
		time.Sleep(time.Second)
		use(labels, "tick")
	}
}

func LiteralArgument(pairs []string) {
	labels := make(map[string]string)
	for _, pair := range pairs {
		labels[pair] = pair
	}
	go func(labels map[string]string) { // want "ML201: every goroutine started here "
		for {
			time.Sleep(time.Second)
			use(labels, "tick")
		}
	}(labels)
}

func Ticker(interval time.Duration) {
	labels := map[string]string{"a": "b"}
	ticker := time.NewTicker(interval)
	go func() { // want "ML201: every goroutine started here "
		for {
			select {
			case <-ticker.C:
				use(labels, "tick")
			}
		}
	}()
}

func Tick(interval time.Duration) {
	labels := map[string]string{"a": "b"}
	go func() { // want "ML201: every goroutine started here "
		for range time.Tick(interval) { // this channel is never closed
			use(labels, "tick")
		}
	}()
}

func Deferred() {
	labels := map[string]string{"a": "b"}
	go func() { // want "ML201: every goroutine started here "
		defer use(labels, "end")
		select {}
	}()
}

func Nested(messages <-chan message) {
	labels := map[string]string{"a": "b"}
	go func() { // want "ML201: every goroutine started here "
		for {
			m := <-messages
			func() {
				use(labels, m.text)
			}()
		}
	}()
}

func Named(messages <-chan message) {
	labels := map[string]string{"a": "b"}
	loop := func() {
		for {
			use(labels, (<-messages).text)
		}
	}
	go loop() // want "ML201: every goroutine started here "
}

func Two(messages <-chan message) {
	before := map[string]string{"a": "b"}
	after := map[string]string{"a": "b"}
	go func() { // want "ML201: every goroutine started here keeps its own held.Two.after alive"
		use(before, "start")
		for {
			m := <-messages
			use(after, m.text)
		}
	}()
}

func Forever(mutex *sync.Mutex) {
	var index sync.Map
	index.Store("a", "b")
	go func() { // want "ML201: every goroutine started here "
		for {
			mutex.Lock()
			index.Range(func(key, value any) bool { return key != value })
			mutex.Unlock()
			time.Sleep(time.Second)
		}
	}()
}

func InLoop(feeds []chan message) {
	for _, feed := range feeds {
		labels := map[string]string{"feed": "open"}
		go func() { // want "ML201: every goroutine started here "
			for {
				use(labels, (<-feed).text)
			}
		}()
	}
}
