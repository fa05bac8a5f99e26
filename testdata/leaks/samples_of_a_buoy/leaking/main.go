// A sensor that its buoy has behind an interface, and that remembers every sample it has ever read.
package main

import (
	"bufio"
	"errors"
	"net"
	"sync"
	"time"
)

type sensor interface {
	Read() (int, error)
	Close() error
}

// salinity asks a station for its samples, and answers how many of them are new.
type salinity struct {
	conn net.Conn
	seen map[string]int
}

func newSalinity(address string) (sensor, error) {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &salinity{conn: c, seen: make(map[string]int)}, nil
}

func (s *salinity) Read() (int, error) {
	fresh := 0
	sc := bufio.NewScanner(s.conn)
	for sc.Scan() && sc.Text() != "." {
		if s.note(sc.Text()) {
			fresh++
		}
	}
	return fresh, sc.Err()
}

func (s *salinity) note(sample string) bool {
	_, known := s.seen[sample]
	s.seen[sample]++ // want `ML102: buoys\.salinity\.seen keeps an entry for every 'sample'`
	return !known
}

func (s *salinity) Close() error { return s.conn.Close() }

type tide struct{ level int }

func newTide() (sensor, error) { return &tide{}, nil }

func (t *tide) Read() (int, error) { return t.level, nil }
func (t *tide) Close() error       { return nil }

func makeSensor(kind, address string) (sensor, error) {
	switch kind {
	case "salinity":
		return newSalinity(address)
	case "tide":
		return newTide()
	}
	return nil, errors.New("no such sensor: " + kind)
}

type buoy struct{ sensors []sensor }

type harbour struct {
	mu    sync.Mutex
	buoys map[string]*buoy
}

// moor gives a place its buoy with all of its sensors, once.
func (h *harbour) moor(place, address string) *buoy {
	h.mu.Lock()
	defer h.mu.Unlock()
	if b, ok := h.buoys[place]; ok {
		return b
	}
	b := &buoy{}
	for _, kind := range []string{"salinity", "tide"} {
		if s, err := makeSensor(kind, address); err == nil {
			b.sensors = append(b.sensors, s)
		}
	}
	h.buoys[place] = b
	return b
}

func (h *harbour) watch(place, address string) {
	for range time.Tick(time.Minute) {
		for _, s := range h.moor(place, address).sensors {
			if n, err := s.Read(); err == nil {
				println(place, n)
			}
		}
	}
}

func main() {
	h := &harbour{buoys: make(map[string]*buoy)}
	go h.watch("inlet", "inlet:7000")
	h.watch("pier", "pier:7000")
}
