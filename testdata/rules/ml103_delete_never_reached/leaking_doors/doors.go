// Package doors counts who is in a house. What it deletes under is not what it has stored under.
package doors

import (
	"net"
	"sync"
)

type visit struct {
	conn   net.Conn
	badge  string
	room   string
	length int
}

func (v *visit) Close() error {
	if v.conn != nil {
		err := v.conn.Close()
		v.conn = nil
		return err
	}
	return nil
}

func (v *visit) giveBack() {
	v.badge = ""
}

type House struct {
	mu      sync.Mutex
	inside  map[net.Conn]struct{}
	badges  map[string]int
	waiting map[string][]chan bool
	called  map[string][]chan bool
}

func NewHouse() *House {
	return &House{
		inside: make(map[net.Conn]struct{}), badges: make(map[string]int), waiting: make(map[string][]chan bool),
		called: make(map[string][]chan bool),
	}
}

func (h *House) Shutdown() {}

func (h *House) Open(l net.Listener) error {
	for {
		conn, err := l.Accept()
		if err != nil {
			return err
		}
		h.mu.Lock()
		h.inside[conn] = struct{}{} // want `ML103: .*it is given 'v\.conn', which \(\*doors\.visit\)\.Close has set to nil or a constant before`
		h.mu.Unlock()
		go h.serve(&visit{conn: conn})
	}
}

func (h *House) serve(v *visit) {
	defer func() {
		_ = v.Close()
		h.mu.Lock()
		delete(h.inside, v.conn)
		h.mu.Unlock()
	}()
	buffer := make([]byte, 512)
	for {
		if _, err := v.conn.Read(buffer); err != nil {
			return
		}
	}
}

func (h *House) Enter(badge string) *visit {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.badges[badge]++ // want `ML103: .*it is given 'v\.badge', which \(\*doors\.visit\)\.giveBack has set to nil or a constant before`
	return &visit{badge: badge}
}

func (h *House) Leave(v *visit, early bool) {
	if early {
		v.length--
	}
	v.giveBack()
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.badges, v.badge)
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
	h.wait(place(floor, room), told)
}

func (h *House) wait(at string, told chan bool) {
	h.waiting[at] = append(h.waiting[at], told) // want `ML103: .*a removal misses them: \(\*doors\.House\)\.Free looks the entry up under 'at', which doors\.place makes of 'room' and more, and deletes 'room'`
}

func (h *House) Free(floor, room string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	at := place(floor, room)
	if all := h.waiting[at]; len(all) > 0 {
		for _, told := range all {
			told <- true
		}
		delete(h.waiting, room)
	}
}

func (h *House) Forget(floor, room string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.waiting, place(floor, room))
}

func (h *House) Call(floor, room string, told chan bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	at := place(floor, room)
	h.called[at] = append(h.called[at], told) // want `ML103: .*\(\*doors\.House\)\.Come looks the entry up under 'at', which doors\.place makes of 'floor' and more, and deletes 'floor'`
}

func (h *House) Come(floor, room string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	at := place(floor, room)
	all, ok := h.called[at]
	if !ok {
		return 0
	}
	delete(h.called, floor)
	return len(all)
}
