// Maps that a goroutine's own function declares before its loop and fills in it.
package own

import (
	"bufio"
	"context"
	"encoding/json"
	"net"
	"sync"
	"time"
)

type event struct {
	topic string
	id    uint64
	body  []byte
}

func Endless(events <-chan event) {
	go func() { // want `ML201: the goroutine started here adds an entry to own.Endless\$1.topics for every 'e.topic' it meets`
		topics := map[string]int{}
		for {
			e := <-events
			topics[e.topic]++
		}
	}()
}

func Named(events <-chan event) {
	go tally(events) // want `ML201: the goroutine started here adds an entry to own.tally.topics for every 'e.topic' `
}

func tally(events <-chan event) {
	topics := make(map[string]int)
	for {
		e := <-events
		topics[e.topic]++
	}
}

func Last(events <-chan event) {
	go func() { // want `ML201: the goroutine started here adds an entry to own.rank.topics for every 'e.topic' `
		println("ranking")
		rank(events)
	}()
}

func rank(events <-chan event) {
	var topics sync.Map
	for {
		e := <-events
		topics.Store(e.topic, e.id)
	}
}

func Helper(events <-chan event) {
	go func() { // want "ML201: the goroutine started here adds an entry to "
		seen := map[uint64]bool{}
		mark := func(e event) { seen[e.id] = true }
		for {
			mark(<-events)
		}
	}()
}

// Hub lives as long as the program that makes it.
type Hub struct {
	mutex  sync.Mutex
	join   chan event
	events chan event
	done   chan struct{}
}

func NewHub() *Hub {
	h := &Hub{join: make(chan event), events: make(chan event), done: make(chan struct{})}
	h.Run(context.Background())
	return h
}

// Close stops it.
func (h *Hub) Close() {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	close(h.done)
}

func (h *Hub) Run(ctx context.Context) {
	go func() { // want `ML201: the goroutine started here adds an entry to .*members for every 'e.id' it meets`
		members := make(map[uint64]event, 64)
		for {
			select {
			case e := <-h.join:
				members[e.id] = e
			case e := <-h.events:
				println(members[e.id].topic)
			case <-ctx.Done():
				return
			}
		}
	}()
	go h.watch() // want `ML201: the goroutine started here adds an entry to .*watch.last for every 'e.topic' it meets`
	go h.count() // want `ML201: the goroutine started here adds an entry to .*count.ids for every 'e.id' it meets`
}

func (h *Hub) watch() {
	last := map[string]time.Time{}
	for {
		select {
		case <-h.done:
			return
		case e := <-h.events:
			last[e.topic] = time.Now()
		}
	}
}

// count ranges over a channel that the hub keeps: it goes on until the hub is closed.
func (h *Hub) count() {
	ids := map[uint64]int{}
	for e := range h.events {
		ids[e.id]++
	}
}

func Accept(listener net.Listener, events <-chan event) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go serve(conn, events) // want `ML201: the goroutine started here adds an entry to own.serve.sent for every 'e.id' it meets`
	}
}

// serve goes on until the connection breaks.
func serve(conn net.Conn, events <-chan event) {
	sent := map[uint64]bool{}
	out := bufio.NewWriter(conn)
	for {
		e := <-events
		sent[e.id] = true
		if _, err := out.Write(e.body); err != nil {
			return
		}
	}
}

// Serve goes on until the hub is closed, and waits for its goroutines.
func (h *Hub) Serve(ctx context.Context) {
	var group sync.WaitGroup
	group.Add(1)
	go func() { // want `ML201: the goroutine started here adds an entry to .*readers for every 'e.id' it meets`
		defer group.Done()
		readers := map[uint64]event{}
		readers = make(map[uint64]event, 8)
		for {
			select {
			case <-h.done:
				return
			case e := <-h.join:
				readers[e.id] = e
			}
		}
	}()
	group.Wait()
	h.serve(ctx)
}

// Listen waits for what it starts, and that goes on until the hub is closed.
func (h *Hub) Listen() {
	var group sync.WaitGroup
	group.Go(h.remember) // want `ML201: the goroutine started here adds an entry to .*remember.callers for every 'e.id' it meets`
	group.Wait()
}

func (h *Hub) remember() {
	callers := map[uint64]string{}
	for e := range h.events {
		callers[e.id] = e.topic
	}
}

func (h *Hub) serve(ctx context.Context) {
	names := map[string]uint64{}
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-h.events:
			names[e.topic] = e.id // want `ML201: the loop of \(\*own.Hub\).serve adds an entry to .*names for every 'e.topic' it meets`
		}
	}
}

func Forever(events <-chan event) {
	ids := map[uint64]bool{}
	for {
		e := <-events
		ids[e.id] = true // want `ML201: the loop of own.Forever adds an entry to own.Forever.ids for every 'e.id' it meets`
	}
}

func After(events <-chan event) {
	go func() { // want `ML201: the goroutine started here adds an entry to own.after.topics for every 'e.topic' it meets`
		after(events)
		println("over")
	}()
}

func after(events <-chan event) {
	topics := map[string]int{}
	for {
		e := <-events
		topics[e.topic]++
	}
}

func Decoded(records <-chan []byte, out chan<- int) {
	var group sync.WaitGroup
	for range 4 {
		group.Add(1)
		go func() {
			defer group.Done()
			var fields map[string]any
			for record := range records {
				if json.Unmarshal(record, &fields) == nil { // want `ML502: json.Unmarshal decodes into fields`
					out <- len(fields)
				}
			}
		}()
	}
	group.Wait()
}
