// Package doors counts who is in a house, and forgets those that have left.
package doors

import (
	"net"
	"strings"
	"sync"
)

type visit struct {
	conn  net.Conn
	badge string
	name  string
	key   string
	seat  string
}

func (v *visit) Close() error {
	if v.conn != nil {
		err := v.conn.Close()
		v.conn = nil
		return err
	}
	return nil
}

func (v *visit) giveBack() { v.badge = "" }

func (v *visit) forget() { v.seat = "" }

func (v *visit) hush() { v.name = "" }

func (v *visit) rename(name string) { v.name = name }

func (v *visit) renew(next string) {
	if next == "" {
		v.key = ""
	} else {
		v.key = next
	}
}

type House struct {
	mu      sync.Mutex
	inside  map[net.Conn]struct{}
	badges  map[string]int
	names   map[string]int
	keys    map[string]int
	seats   map[string]int
	guests  map[net.Conn]int
	hosts   map[net.Conn]int
	waiting map[string][]chan bool
	lost    map[string]int
	meals   map[string]int
	beds    map[string]int
}

func NewHouse() *House {
	return &House{
		inside: make(map[net.Conn]struct{}), badges: make(map[string]int), names: make(map[string]int),
		keys: make(map[string]int), seats: make(map[string]int), guests: make(map[net.Conn]int), hosts: make(map[net.Conn]int),
		waiting: make(map[string][]chan bool), lost: make(map[string]int), meals: make(map[string]int),
		beds: make(map[string]int),
	}
}

func (h *House) Shutdown() {}

// Open deletes under what it has kept of the connection.
func (h *House) Open(l net.Listener) error {
	for {
		conn, err := l.Accept()
		if err != nil {
			return err
		}
		h.mu.Lock()
		h.inside[conn] = struct{}{}
		h.guests[conn]++
		h.hosts[conn]++
		h.mu.Unlock()
		go h.serve(&visit{conn: conn})
		go h.guest(&visit{conn: conn})
		go h.host(&visit{conn: conn}, &visit{})
	}
}

func (h *House) serve(v *visit) {
	conn := v.conn
	_ = v.Close()
	h.mu.Lock()
	delete(h.inside, conn)
	h.mu.Unlock()
}

// guest closes at the end.
func (h *House) guest(v *visit) {
	defer v.Close()
	h.mu.Lock()
	delete(h.guests, v.conn)
	h.mu.Unlock()
}

// host closes another one.
func (h *House) host(v, other *visit) {
	_ = other.Close()
	h.mu.Lock()
	delete(h.hosts, v.conn)
	h.mu.Unlock()
}

func (h *House) Enter(badge string) *visit {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.badges[badge]++
	h.names[badge]++
	h.keys[badge]++
	h.seats[badge]++
	return &visit{badge: badge, name: badge, key: badge, seat: badge}
}

// Leave gives the badge back on another way.
func (h *House) Leave(v *visit, early bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if early {
		v.giveBack()
		return
	}
	delete(h.badges, v.badge)
}

// Unname gives the name again before it deletes.
func (h *House) Unname(v *visit, name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	v.hush()
	v.rename(name)
	delete(h.names, v.name)
}

// Read has the name read anew, by something that it hands the visit to.
func (h *House) Read(v *visit, read func(any) error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	v.forget()
	if err := read(v); err != nil {
		return err
	}
	delete(h.seats, v.seat)
	return nil
}

// Renew deletes under the next key.
func (h *House) Renew(v *visit, next string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	v.renew(next)
	delete(h.keys, v.key)
}

func place(floor, room string) string {
	if floor == "" {
		return room
	}
	return floor + "/" + room
}

func (h *House) Wait(floor, room string, told chan bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	at := place(floor, room)
	h.waiting[at] = append(h.waiting[at], told)
}

func (h *House) Free(floor, room string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	at := place(floor, room)
	if len(h.waiting[at]) > 0 {
		delete(h.waiting, at)
	}
}

// Lose stores under rooms, too.
func (h *House) Lose(floor, room string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lost[place(floor, room)]++
	h.lost[room]++
}

func (h *House) Find(floor, room string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	at := place(floor, room)
	if h.lost[at] > 0 {
		delete(h.lost, room)
	}
	delete(h.lost, place(floor, room))
}

// Cook finds the meal under the room alone as well.
func (h *House) Cook(floor, room string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.meals[place(floor, room)]++
}

func (h *House) Eat(floor, room string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	at := place(floor, room)
	if h.meals[at] == 0 && h.meals[room] > 0 {
		delete(h.meals, room)
	} else {
		delete(h.meals, place(floor, room))
	}
}

func plain(name string) string { return strings.ToLower(name) }

// Sleep stores under what a function makes of one value: it may be that value.
func (h *House) Sleep(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.beds[plain(name)]++
}

func (h *House) Wake(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	key := plain(name)
	if h.beds[key] > 0 {
		delete(h.beds, name)
	}
}
