// Removals that take another key than the one stored, or take it out of another map.
package keys

import (
	"fmt"
	"sync"
)

type Frame struct {
	Serial string
	Topic  string
}

type ticket struct {
	frame Frame
	tries int
}

type Desk struct {
	mu      sync.Mutex
	tickets map[string]*ticket
	rooms   map[string]int
	desks   map[string]int
	sizes   sync.Map
	notes   map[string]int
	notices map[string]int
}

func (d *Desk) Close() {}

func (d *Desk) Open(f Frame) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tickets[f.Serial] = &ticket{frame: f} // want `ML103: keys\.Desk\.tickets keeps an entry .* it is given 't\.frame\.Topic', the entries are stored under 'f\.Serial'`
}

func (d *Desk) Expire(limit int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, t := range d.tickets {
		if t.tries++; t.tries > limit {
			delete(d.tickets, t.frame.Topic)
		}
	}
}

func (d *Desk) Enter(floor, guest string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.rooms[floor+"/"+guest]++ // want `ML103: .* it is given 'guest' alone`
}

func (d *Desk) Leave(guest string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.rooms, guest)
}

func (d *Desk) Sit(floor, guest string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	key := fmt.Sprintf("%s-%s", floor, guest)
	d.desks[key]++ // want `ML103: .* it is given 'floor' alone`
}

func (d *Desk) Rise(floor string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.desks, floor)
}

func (d *Desk) Measure(id int64, size int) {
	d.sizes.Store(id, size) // want `ML103: .* it is given a key of type int, the keys stored are of type int64`
}

func (d *Desk) Unmeasure(id int) {
	d.sizes.Delete(id)
}

func (d *Desk) Note(id, notice string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.notes[id] = 3
	d.notices[notice] = 3 // want `ML103: .* ranges over it and deletes the keys from keys\.Desk\.notes`
}

func (d *Desk) Age() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for id, left := range d.notes {
		if left == 0 {
			delete(d.notes, id)
		}
	}
	for id, left := range d.notices {
		if left == 0 {
			delete(d.notes, id)
		}
	}
}
