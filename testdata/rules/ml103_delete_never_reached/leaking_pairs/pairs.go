// Clean-up that forgets a map: siblings filled together, maps keyed by what another holds, handlers that only look.
package pairs

import "sync"

type Conn struct{ name string }

func (c *Conn) Shut() {}

type Hub struct {
	mu     sync.Mutex
	conns  map[string]*Conn
	labels map[string]string
	last   map[*Conn]int
	topics map[string]*Conn
	owners sync.Map
}

func (h *Hub) Close() {}

func (h *Hub) Connect(id, label string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.conns[id] = &Conn{name: label}
	h.label(id, label)
	h.owners.Store(id, label) // want `ML103: .* \(\*pairs\.Hub\)\.Disconnect deletes the key from pairs\.Hub\.conns, which is filled under the same key`
}

func (h *Hub) label(key, label string) {
	h.labels[key] = label // want `ML103: .* \(\*pairs\.Hub\)\.Disconnect deletes the key from pairs\.Hub\.conns, which is filled under the same key`
}

func (h *Hub) Heard(c *Conn, at int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last[c] = at // want `ML103: .* deletes from pairs\.Hub\.conns, which holds what the keys here point to`
}

func (h *Hub) Disconnect(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.conns, id)
}

func (h *Hub) Subscribe(topic string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.topics[topic] = &Conn{name: topic} // want `ML103: .* \(\*pairs\.Hub\)\.Unsubscribe looks the entry up under 'topic' and leaves it`
}

func (h *Hub) Unsubscribe(topic string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if c := h.topics[topic]; c != nil {
		c.Shut()
	}
}
