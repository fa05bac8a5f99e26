// Goroutines that insert ever new keys into a map of their own or of their starter, for ever.
package fills

import "time"

type message struct {
	from string
	id   uint64
}

func Client(messages <-chan message) {
	seen := map[uint64]bool{}
	go func() { // want `ML201: the goroutine started here adds an entry to fills.Client.seen for every 'm.id' it meets`
		for {
			m := <-messages
			seen[m.id] = true
		}
	}()
}

func Argument(messages <-chan message) {
	go count(map[string]int{}, messages) // want `ML201: the goroutine started here adds an entry to .* for every 'm.from' `
}

func count(counts map[string]int, messages <-chan message) {
	for {
		m := <-messages
		counts[m.from]++
	}
}

func Callee(messages <-chan message) {
	seen := make(map[uint64]bool)
	go func() { // want "ML201: the goroutine started here adds an entry to "
		for {
			mark(seen, <-messages)
		}
	}()
}

func mark(seen map[uint64]bool, m message) { seen[m.id] = true }

func Generic(messages <-chan message) {
	last := map[string]message{}
	go keep(last, messages, func(m message) string { return m.from }) // want "ML201: the goroutine started here adds an entry to "
}

func keep[K comparable, M any](last map[K]M, messages <-chan M, key func(M) K) {
	for {
		m := <-messages
		last[key(m)] = m
	}
}

func Select(messages <-chan message, interval time.Duration) {
	counts := map[string]int{}
	tick := time.NewTicker(interval)
	go func() { // want "ML201: the goroutine started here adds an entry to "
		for {
			select {
			case m := <-messages:
				counts[m.from] += 1
			case <-tick.C:
				for from := range counts {
					counts[from] = 0 // keeps the key
				}
			}
		}
	}()
}
