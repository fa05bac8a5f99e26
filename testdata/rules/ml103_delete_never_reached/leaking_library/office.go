// Package office sells tickets by itself, at requests, and has nobody who takes them back.
package office

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"sync"
)

type desk struct {
	mu      sync.Mutex
	tickets map[string]string
}

func (d *desk) add(id, holder string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tickets[id] = holder // want `ML103: office\.desk\.tickets .*\(\*office\.Office\)\.ServeHTTP inserts by itself, and nothing calls \(\*office\.Office\)\.RemoveTicket`
}

func (d *desk) drop(id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.tickets, id)
}

// Office is the office.
type Office struct{ desk *desk }

// NewOffice opens one.
func NewOffice() *Office { return &Office{desk: &desk{tickets: make(map[string]string)}} }

// RemoveTicket takes a ticket back.
func (o *Office) RemoveTicket(id string) { o.desk.drop(id) }

// ServeHTTP sells a ticket.
func (o *Office) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		http.Error(w, "no tickets", http.StatusInternalServerError)
		return
	}
	o.desk.add(hex.EncodeToString(b[:]), r.FormValue("name"))
}
