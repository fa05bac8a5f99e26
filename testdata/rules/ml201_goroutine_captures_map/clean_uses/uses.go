// Goroutines without an end that do not keep the map: no use after the wait, an element only, emptied, finite.
package uses

import "time"

type kind int

const (
	text kind = iota
	image
)

type message struct {
	id   uint64
	kind kind
	last bool
}

func use(labels map[string]string, text string) { _ = labels[text] }

func Before(messages <-chan message) {
	labels := map[string]string{"a": "b"}
	go func() {
		use(labels, "start")
		for {
			<-messages
		}
	}()
}

func BeforeArgument(messages <-chan message) {
	labels := map[string]string{"a": "b"}
	go func(labels map[string]string) {
		use(labels, "start")
		for {
			<-messages
		}
	}(labels)
}

func Length(messages <-chan message) {
	labels := map[string]string{"a": "b"}
	n := len(labels)
	go func() {
		for {
			<-messages
			println(n)
		}
	}()
}

func Element(messages <-chan message) {
	labels := map[string]string{"a": "b"}
	label := labels["a"]
	go func() {
		for {
			<-messages
			println(label)
		}
	}()
}

// tracker runs for as long as the process; start is its only starter.
func tracker(messages <-chan message) {
	open := map[uint64]time.Time{}
	for {
		m := <-messages
		open[m.id] = time.Now()
		if m.last {
			delete(open, m.id)
		}
	}
}

func init() {
	messages := make(chan message)
	go tracker(messages)

	pending := map[uint64]message{}
	go func() {
		for {
			m := <-messages
			if m.last {
				delete(pending, m.id)
				continue
			}
			pending[m.id] = m
		}
	}()

	kinds := map[kind]int{}
	go func() {
		for {
			kinds[(<-messages).kind]++
		}
	}()

	recent := map[uint64]bool{}
	go func() {
		for {
			m := <-messages
			if len(recent) > 1000 {
				clear(recent)
			}
			recent[m.id] = true
		}
	}()

	window := map[uint64]int{}
	tick := time.NewTicker(time.Minute)
	go func() {
		for {
			select {
			case m := <-messages:
				window[m.id]++
			case <-tick.C:
				window = map[uint64]int{}
			}
		}
	}()
}
