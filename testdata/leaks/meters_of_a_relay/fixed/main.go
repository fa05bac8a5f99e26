// The meter goes when its connection ends.
package main

import (
	"bufio"
	"log"
	"net"
	"sync"
	"sync/atomic"
)

type gauge struct{ n atomic.Int64 }
type relay struct {
	mu     sync.Mutex
	gauges map[string]*gauge
}

func (r *relay) serve(c net.Conn) {
	defer c.Close()
	g := r.gaugeOf(c.RemoteAddr())
	defer func() {
		r.mu.Lock()
		delete(r.gauges, c.RemoteAddr().String())
		r.mu.Unlock()
	}()
	sc := bufio.NewScanner(c)
	for sc.Scan() {
		g.n.Add(1)
	}
}
func (r *relay) gaugeOf(a net.Addr) *gauge {
	r.mu.Lock()
	defer r.mu.Unlock()
	name := a.String()
	if g, found := r.gauges[name]; found {
		return g
	}
	g := new(gauge)
	r.gauges[name] = g
	return g
}
func main() {
	l, err := net.Listen("tcp", ":9000")
	if err != nil {
		log.Fatal(err)
	}
	r := &relay{gauges: make(map[string]*gauge)}
	for {
		c, err := l.Accept()
		if err != nil {
			continue
		}
		go r.serve(c)
	}
}
