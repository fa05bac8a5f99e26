// Maps of a goroutine's own function that come to an end, are made anew every round, emptied or finite.
package own

import (
	"context"
	"encoding/json"
	"sync"
	"time"
)

type event struct {
	topic string
	id    uint64
	last  bool
}

// Hub lives as long as the program that makes it.
type Hub struct {
	mutex  sync.Mutex
	events chan event
	done   chan struct{}
}

// Close stops it.
func (h *Hub) Close() {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	close(h.done)
}

func (h *Hub) Run(ctx context.Context, flush time.Duration) {
	go func() {
		members := map[uint64]event{}
		for {
			select {
			case e := <-h.events:
				if e.last {
					delete(members, e.id)
					continue
				}
				members[e.id] = e
			case <-ctx.Done():
				return
			}
		}
	}()
	go h.rounds(ctx)
	go h.flushed(flush)
	go h.scratch()
	go h.known()
}

func (h *Hub) rounds(ctx context.Context) {
	for {
		seen := map[string]bool{}
		for range 100 {
			select {
			case e := <-h.events:
				seen[e.topic] = true
			case <-ctx.Done():
				return
			}
		}
		println(len(seen))
	}
}

func (h *Hub) flushed(every time.Duration) {
	tick := time.NewTicker(every)
	batch := map[uint64]event{}
	for {
		select {
		case e := <-h.events:
			batch[e.id] = e
		case <-tick.C:
			println(len(batch))
			batch = make(map[uint64]event)
		case <-h.done:
			return
		}
	}
}

func (h *Hub) scratch() {
	counts := map[string]int{}
	for e := range h.events {
		clear(counts)
		counts[e.topic]++
	}
}

func (h *Hub) known() {
	topics := map[bool]int{}
	for e := range h.events {
		topics[e.last]++
	}
}

// Report stops its helper before it returns.
func (h *Hub) Report(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		shown := map[uint64]bool{}
		for {
			select {
			case <-ctx.Done():
				return
			case e := <-h.events:
				shown[e.id] = true
			}
		}
	}()
	time.Sleep(time.Minute)
}

func (h *Hub) Within(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	go h.until(ctx, cancel)
}

func (h *Hub) until(ctx context.Context, cancel context.CancelFunc) {
	defer cancel()
	shown := map[uint64]bool{}
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-h.events:
			shown[e.id] = true
		}
	}
}

func (h *Hub) Stopped() {
	stop := make(chan struct{})
	defer func() {
		println("stopping")
		close(stop)
	}()
	go func() {
		shown := map[uint64]bool{}
		for {
			select {
			case <-stop:
				return
			case e := <-h.events:
				shown[e.id] = true
			}
		}
	}()
	time.Sleep(time.Minute)
}

// Distinct is a stage of a pipeline: it ends when the stage before it has no more to send.
func (h *Hub) Distinct(in <-chan event) <-chan event {
	out := make(chan event)
	go func() {
		defer close(out)
		seen := map[uint64]bool{}
		for e := range in {
			if !seen[e.id] {
				seen[e.id] = true
				out <- e
			}
		}
	}()
	return out
}

func (h *Hub) Pool(events []event) {
	var group sync.WaitGroup
	work := make(chan event)
	for range 4 {
		group.Add(1)
		go func() {
			defer group.Done()
			seen := map[uint64]bool{}
			for e := range work {
				seen[e.id] = true
			}
		}()
	}
	for _, e := range events {
		work <- e
	}
	close(work)
	group.Wait()
}

// Serve goes on for long, but its rounds do not.
func (h *Hub) Serve(ctx context.Context) {
	for {
		names := map[string]uint64{}
		for len(names) < 10 {
			select {
			case <-ctx.Done():
				return
			case e := <-h.events:
				names[e.topic] = e.id
			}
		}
	}
}

// Wait returns when an event has come, whoever sent it.
func (h *Hub) Wait(ctx context.Context, id uint64) int {
	others := map[uint64]bool{}
	for {
		select {
		case <-ctx.Done():
			return len(others)
		case e := <-h.events:
			if e.id == id {
				return len(others)
			}
			others[e.id] = true
		}
	}
}

// Each waits for its helpers, which find something out for one call.
func (h *Hub) Each(ids <-chan uint64) int {
	var group sync.WaitGroup
	found := make(chan int, 4)
	for range 4 {
		group.Go(func() {
			seen := map[uint64]bool{}
			for {
				select {
				case id, ok := <-ids:
					if !ok {
						found <- len(seen)
						return
					}
					seen[id] = true
				case <-h.done:
					return
				}
			}
		})
	}
	group.Wait()
	return len(found)
}

// Gather ends when there are no more events.
func Gather(events <-chan event) map[string]int {
	topics := map[string]int{}
	for e := range events {
		topics[e.topic]++
	}
	return topics
}

func Decoded(records <-chan []byte, out chan<- int) {
	go func() {
		for record := range records {
			var fields map[string]any
			if json.Unmarshal(record, &fields) == nil {
				out <- len(fields)
			}
		}
	}()
}

func Cleared(records <-chan []byte, out chan<- int) {
	go func() {
		fields := map[string]any{}
		for record := range records {
			clear(fields)
			if json.Unmarshal(record, &fields) == nil {
				out <- len(fields)
			}
		}
	}()
}

// Once decodes one record and then works with it.
func Once(record []byte, ticks <-chan event) {
	go func() {
		var fields map[string]any
		if json.Unmarshal(record, &fields) != nil {
			return
		}
		for e := range ticks {
			println(fields[e.topic])
		}
	}()
}
