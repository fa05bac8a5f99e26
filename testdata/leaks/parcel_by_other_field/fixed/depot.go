// Parcels are stored and deleted under the code of their first label.
package main

import (
	"encoding/json"
	"log"
	"net/http"
	"sync"
)

type label struct{ Code string }

type parcel struct {
	Labels []label
	Sender string
	Weight int
}

type shelf struct {
	parcel parcel
	asked  int
}

type depot struct {
	mu      sync.Mutex
	shelves map[string]*shelf
	queue   []*shelf
}

func (d *depot) accept(p parcel) {
	d.mu.Lock()
	defer d.mu.Unlock()
	code := p.Labels[0].Code
	if d.shelves[code] != nil {
		return
	}
	s := &shelf{parcel: p}
	d.shelves[code] = s
	d.queue = append(d.queue, s)
}

func (d *depot) load(capacity int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range d.queue {
		if capacity -= s.parcel.Weight; capacity < 0 {
			return
		}
		d.queue = d.queue[1:]
		delete(d.shelves, s.parcel.Labels[0].Code)
	}
}

func (d *depot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var p parcel
	if err := json.NewDecoder(r.Body).Decode(&p); err != nil || len(p.Labels) == 0 {
		http.Error(w, "no parcel", http.StatusBadRequest)
		return
	}
	d.accept(p)
	d.load(100)
}

func main() {
	log.Fatal(http.ListenAndServe(":8080", &depot{shelves: map[string]*shelf{}}))
}
