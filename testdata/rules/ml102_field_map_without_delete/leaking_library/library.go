// What users of a library would keep for the life of their program, filled by what they call again and again.
package library

import "sync"

// Pool hands out one connection per address.
type Pool struct {
	mu    sync.Mutex
	conns map[string]*Conn
	stats map[string]int
}

// Conn is a connection.
type Conn struct{ address string }

// NewPool makes an empty pool.
func NewPool() *Pool {
	return &Pool{conns: map[string]*Conn{}, stats: map[string]int{}}
}

// Get finds or opens the connection to an address.
func (p *Pool) Get(address string) *Conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	conn := p.conns[address]
	if conn == nil {
		conn = &Conn{address}
		p.conns[address] = conn // want "ML102: library.Pool.conns "
	}
	return conn
}

// Failed counts failures by user.
func (p *Pool) Failed(userID string) {
	p.mu.Lock()
	p.stats[userID]++ // want "ML102: library.Pool.stats "
	p.mu.Unlock()
}

// Close ends all connections.
func (p *Pool) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns = nil
}
