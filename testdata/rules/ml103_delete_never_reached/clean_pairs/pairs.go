// Siblings cleaned together, in helpers, by sweeps and by replacement; handlers that look and delete elsewhere.
package pairs

import "sync"

type Conn struct{ name string }

func (c *Conn) Shut() {}

type Hub struct {
	mu     sync.Mutex
	conns  map[string]*Conn
	labels map[string]string
	last   map[*Conn]int
	counts map[string]int
	topics map[string]*Conn
}

func (h *Hub) Close() {}

func (h *Hub) Connect(id, label string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.conns[id] = &Conn{name: label}
	h.labels[id] = label
	h.counts[id]++
}

func (h *Hub) Heard(c *Conn, at int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last[c] = at
}

func (h *Hub) Disconnect(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.conns, id)
	h.unlabel(id)
}

func (h *Hub) unlabel(id string) {
	delete(h.labels, id)
}

func (h *Hub) Sweep(now int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c, at := range h.last {
		if now-at > 100 {
			delete(h.last, c)
		}
	}
}

func (h *Hub) Report() map[string]int {
	h.mu.Lock()
	defer h.mu.Unlock()
	counts := h.counts
	h.counts = make(map[string]int)
	return counts
}

func (h *Hub) Subscribe(topic string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.topics[topic] = &Conn{name: topic}
}

func (h *Hub) Unsubscribe(topic string) {
	h.mu.Lock()
	c := h.topics[topic]
	h.mu.Unlock()
	if c != nil {
		c.Shut()
		h.gone(topic)
	}
}

func (h *Hub) gone(topic string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.topics, topic)
}
