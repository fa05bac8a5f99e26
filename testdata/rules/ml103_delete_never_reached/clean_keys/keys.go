// Keys that look different and are the same: replies, stored keys, parts that are whole, loops over a related map.
package keys

import "sync"

type Call struct {
	ID      uint64
	ReplyTo uint64
}

type entry struct {
	key  string
	call Call
}

type Desk struct {
	mu      sync.Mutex
	calls   map[uint64]*entry
	rooms   map[string]*entry
	byGuest map[string]int
	index   map[string]string
	sizes   sync.Map
}

func (d *Desk) Close() {}

func (d *Desk) Sent(c Call) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls[c.ID] = &entry{call: c}
}

func (d *Desk) Received(c Call) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.calls, c.ReplyTo)
}

func (d *Desk) Enter(floor, guest string) *entry {
	d.mu.Lock()
	defer d.mu.Unlock()
	key := floor + "/" + guest
	e := &entry{key: key}
	d.rooms[key] = e
	d.index[key] = guest
	return e
}

func (d *Desk) Leave(e *entry) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.rooms, e.key)
}

func (d *Desk) Prune() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for key := range d.index {
		if d.rooms[key] == nil {
			delete(d.index, key)
		}
	}
}

func (d *Desk) Count(floor, guest string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.byGuest[floor+guest]++
}

func (d *Desk) Gone(floor, guest string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.uncount(floor + guest)
}

func (d *Desk) uncount(guest string) {
	delete(d.byGuest, guest)
}

func (d *Desk) Measure(name string, size int) {
	d.sizes.Store(name, size)
}

func (d *Desk) Unmeasure(id any) {
	d.sizes.Delete(id)
}
