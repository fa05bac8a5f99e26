// Package harbour: the goroutine that assigns berths remembers every ship that ever came in, in a map of its own.
package harbour

import (
	"context"
	"log"
	"sync"
)

// Ship has come in.
type Ship struct {
	CallSign string
	orders   chan string
}

type order struct{ callSign, text string }

// Harbour passes orders on to the ships that lie in it.
type Harbour struct {
	mu      sync.Mutex
	open    bool
	arrived chan *Ship
	left    chan string
	orders  chan order
}

// Open starts the harbour master, who works until ctx is done.
func Open(ctx context.Context) *Harbour {
	h := &Harbour{open: true, arrived: make(chan *Ship), left: make(chan string), orders: make(chan order, 8)}
	go h.receive(ctx)
	return h
}

// Close turns ships away.
func (h *Harbour) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.open = false
}

// Arrive announces a ship.
func (h *Harbour) Arrive(s *Ship) { h.arrived <- s }

// Leave says that a ship has left.
func (h *Harbour) Leave(callSign string) { h.left <- callSign }

// Order sends a text to a ship.
func (h *Harbour) Order(callSign, text string) { h.orders <- order{callSign, text} }

func (h *Harbour) receive(ctx context.Context) {
	go func() { // want `ML201: the goroutine started here adds an entry to .*berths for every 's.CallSign' it meets, and none is taken out`
		berths := make(map[string]*Ship, 32)
		for {
			select {
			case s := <-h.arrived:
				if _, ok := berths[s.CallSign]; ok {
					log.Printf("%s is here already", s.CallSign)
				}
				berths[s.CallSign] = s
			case o := <-h.orders:
				if s, ok := berths[o.callSign]; ok {
					s.orders <- o.text
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	for {
		select {
		case callSign := <-h.left:
			log.Printf("%s has left", callSign)
		case <-ctx.Done():
			return
		}
	}
}
