// Package office sells tickets, and takes them back: by itself, or from who has bought them.
package office

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"sync"
	"time"
)

// Office is the office.
type Office struct {
	mu      sync.Mutex
	tickets map[string]string
	cards   map[string]string
	keys    map[string]string
	used    chan string
}

// NewOffice opens one.
func NewOffice() *Office {
	return &Office{
		tickets: make(map[string]string),
		cards:   make(map[string]string),
		keys:    make(map[string]string),
		used:    make(chan string),
	}
}

func number() string {
	var b [8]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// ServeHTTP sells a ticket, or takes one back.
func (o *Office) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if id := r.FormValue("used"); id != "" {
		o.RemoveTicket(id)
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.tickets[number()] = r.FormValue("name")
	o.cards[number()] = r.FormValue("name")
}

// RemoveTicket takes a ticket back.
func (o *Office) RemoveTicket(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.tickets, id)
}

// Run takes the cards back that have been used: who has an office runs it.
func (o *Office) Run(done <-chan struct{}) {
	for {
		select {
		case <-done:
			return
		case id := <-o.used:
			o.mu.Lock()
			delete(o.cards, id)
			o.mu.Unlock()
		case <-time.After(time.Minute):
		}
	}
}

// AddKey and RemoveKey are called by one and the same: who adds a key removes it.
func (o *Office) AddKey(holder string) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	key := number()
	o.keys[key] = holder
	return key
}

// RemoveKey takes a key back.
func (o *Office) RemoveKey(key string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.keys, key)
}
