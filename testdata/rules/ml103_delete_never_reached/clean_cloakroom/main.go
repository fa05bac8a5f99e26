// The same cloakroom, every place of which takes out what it should, or has nothing to take out.
package main

import (
	"errors"
	"log"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

type coat struct {
	number int
	owner  string
	gone   chan struct{}
}

type cloakroom struct {
	mu     sync.Mutex
	coats  map[string]*coat
	wet    map[string]struct{}
	bags   map[string]*coat
	alarms map[string]*time.Timer
	rows   map[string]map[string]bool
	hooks  map[string][]string
	takers map[string]int
	called map[int64]*coat
	last   atomic.Int64
}

func (c *cloakroom) hang(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.coats[id] = &coat{owner: id}
	c.wet[id] = struct{}{}
}

func (c *cloakroom) dried(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.wet, id)
}

func (c *cloakroom) fetch(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.wet[id]; ok {
		delete(c.wet, id)
	}
	delete(c.coats, id)
}

func (c *cloakroom) leaveBag(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bags[id] = &coat{owner: id}
	c.silence(id)
	c.alarms[id] = time.AfterFunc(time.Hour, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.bags, id)
		delete(c.alarms, id)
	})
}

func (c *cloakroom) fetchBag(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.bags, id)
	c.silence(id)
}

func (c *cloakroom) silence(id string) {
	if alarm := c.alarms[id]; alarm != nil {
		alarm.Stop()
		delete(c.alarms, id)
	}
}

func (c *cloakroom) seat(row, guest string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.rows[row] == nil {
		c.rows[row] = make(map[string]bool)
	}
	c.rows[row][guest] = true
}

func (c *cloakroom) leave(row, guest string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moved(row, guest)
	if len(c.rows[row]) == 0 {
		delete(c.rows, row)
	}
}

// moved is only called where the row is looked at next.
func (c *cloakroom) moved(row, guest string) {
	delete(c.rows[row], guest)
}

func (c *cloakroom) use(hook, guest string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hooks[hook] = append(c.hooks[hook], guest)
}

func (c *cloakroom) free(hook, guest string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	left := without(c.hooks[hook], guest)
	if len(left) > 0 {
		c.hooks[hook] = left
	} else {
		delete(c.hooks, hook)
	}
}

func without(names []string, guest string) []string {
	var left []string
	for _, name := range names {
		if name != guest {
			left = append(left, name)
		}
	}
	return left
}

func (c *cloakroom) enter(guest string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.takers[guest]++
}

func (c *cloakroom) exit(guest string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.takers[guest]--
	if c.takers[guest] == 0 {
		delete(c.takers, guest)
	}
}

func (c *cloakroom) call(owner string) error {
	number := c.last.Add(1)
	c.mu.Lock()
	c.called[number] = &coat{owner: owner}
	c.mu.Unlock()
	if err := ring(owner); err != nil {
		c.came(number)
		return err
	}
	return nil
}

func (c *cloakroom) came(number int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.called, number)
}

func ring(owner string) error {
	if owner == "" {
		return errors.New("no name")
	}
	return nil
}

// shelf has maps that only seem to be out of step.
type shelf struct {
	mu      sync.Mutex
	things  map[string]*coat
	handed  map[string]*coat
	fragile map[string]struct{}
	waiting map[string]*coat
	known   map[string]time.Time
	found   map[string]*coat
	finders map[string]string
	first   map[string]string
	second  map[string]*coat
	drawers map[string]map[string]bool
	labels  map[string]string
	boxes   map[string]*coat
	noted   map[string]*coat
	since   map[string]time.Time
}

func (s *shelf) put(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	thing := &coat{owner: id, gone: make(chan struct{})}
	s.things[id] = thing
	s.handed[id] = thing
	s.fragile[id] = struct{}{}
	go s.keep(id, thing)
}

// keep takes out what it is told is gone.
func (s *shelf) keep(id string, thing *coat) {
	<-thing.gone
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.handed, id)
}

// take tells the goroutine that has the other entry, and leaves what is fragile where it is.
func (s *shelf) take(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if thing, ok := s.handed[id]; ok {
		close(thing.gone)
	}
	if _, ok := s.fragile[id]; ok {
		return
	}
	delete(s.things, id)
}

func (s *shelf) wrapped(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.fragile, id)
}

// meet notes that somebody is here; what waits for them is handed over as soon as there is somebody to take it.
func (s *shelf) meet(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known[id] = time.Now()
	s.waiting[id] = nil
}

func (s *shelf) handOver(id string) *coat {
	s.mu.Lock()
	defer s.mu.Unlock()
	thing := s.waiting[id]
	delete(s.waiting, id)
	return thing
}

func (s *shelf) part(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.waiting, id)
	delete(s.known, id)
}

// find has both; what is brought in by others has no finder.
func (s *shelf) find(id, finder string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.found[id] = &coat{owner: id}
	s.finders[id] = finder
}

func (s *shelf) bring(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.found[id] = &coat{owner: id}
}

func (s *shelf) fetched(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.found, id)
	delete(s.finders, id)
}

func (s *shelf) taken(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.found, id)
}

// ask has a timer for each of its two entries.
func (s *shelf) ask(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	time.AfterFunc(time.Second, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.second, id)
	})
	time.AfterFunc(time.Minute, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.first, id)
		delete(s.second, id)
	})
	s.first[id] = id
	s.second[id] = &coat{owner: id}
}

// drop leaves the other entry to the goroutine that is told.
func (s *shelf) drop(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if thing, ok := s.handed[id]; ok {
		close(thing.gone)
	}
	delete(s.things, id)
}

// label and swap fill both; where one is taken out to make room, the other is written over.
func (s *shelf) label(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.labels[id] = id
	s.boxes[id] = &coat{owner: id}
}

func (s *shelf) swap(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.boxes, id)
	s.labels[id] = id + "'"
	s.boxes[id] = &coat{owner: id}
}

func (s *shelf) unlabel(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.labels, id)
	delete(s.boxes, id)
}

// note has what is forgotten in one place swept in another.
func (s *shelf) note(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.noted[id] = &coat{owner: id}
	s.since[id] = time.Now()
}

func (s *shelf) unnote(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.noted, id)
	delete(s.since, id)
}

func (s *shelf) lost(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.noted, id)
}

func (s *shelf) sweep() {
	for range time.Tick(time.Minute) {
		s.mu.Lock()
		for id, at := range s.since {
			if time.Since(at) > time.Hour {
				delete(s.since, id)
				delete(s.noted, id)
			}
		}
		s.mu.Unlock()
	}
}

// open has a drawer for each key; one that sticks is taken away, full or not.
func (s *shelf) open(drawer, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.drawers[drawer] == nil {
		s.drawers[drawer] = make(map[string]bool)
	}
	s.drawers[drawer][id] = true
}

func (s *shelf) shut(drawer, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	inner := s.drawers[drawer]
	if err := ring(id); err != nil {
		delete(s.drawers, drawer)
		delete(inner, id)
	}
}

func (s *shelf) look(drawer, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.drawers[drawer], id)
}

// tickets are put in and fail as well.
type tickets struct {
	mu      sync.Mutex
	given   map[uint64]string
	byOwner map[string]uint64
	sold    map[uint64]string
	last    uint64
}

// give fails, and who calls it takes back.
func (t *tickets) give(owner string) (uint64, error) {
	number := atomic.AddUint64(&t.last, 1)
	t.mu.Lock()
	t.given[number] = owner
	t.mu.Unlock()
	if err := ring(owner); err != nil {
		return number, err
	}
	return number, nil
}

func (t *tickets) back(number uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.given, number)
}

// note stores under a key that its caller knows: the next try overwrites it.
func (t *tickets) note(owner string) error {
	t.mu.Lock()
	t.byOwner[owner] = t.last
	t.mu.Unlock()
	if err := ring(owner); err != nil {
		return err
	}
	return nil
}

func (t *tickets) forgetOwner(owner string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.byOwner, owner)
}

// sell takes its entry back in a defer.
func (t *tickets) sell(owner string) error {
	number := atomic.AddUint64(&t.last, 1)
	t.mu.Lock()
	t.sold[number] = owner
	t.mu.Unlock()
	defer t.unsell(number)
	if err := ring(owner); err != nil {
		return err
	}
	return ring(owner + "!")
}

func (t *tickets) unsell(number uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.sold, number)
}

type doorEvent struct {
	kind  string
	guest string
}

// watch strikes who goes home off all three.
func watch(events chan doorEvent) {
	front := make(map[string]string)
	back := make(map[string]string)
	stage := make(map[string]string)
	for event := range events {
		switch event.kind {
		case "front":
			front[event.guest] = event.kind
		case "back":
			back[event.guest] = event.kind
		case "stage":
			stage[event.guest] = event.kind
		case "no front":
			delete(front, event.guest)
		case "no back":
			delete(back, event.guest)
		case "no stage":
			delete(stage, event.guest)
		case "home":
			delete(front, event.guest)
			delete(back, event.guest)
			delete(stage, event.guest)
		}
	}
}

func main() {
	c := &cloakroom{
		coats:  make(map[string]*coat),
		wet:    make(map[string]struct{}),
		bags:   make(map[string]*coat),
		alarms: make(map[string]*time.Timer),
		rows:   make(map[string]map[string]bool),
		hooks:  make(map[string][]string),
		takers: make(map[string]int),
		called: make(map[int64]*coat),
	}
	s := &shelf{
		things:  make(map[string]*coat),
		handed:  make(map[string]*coat),
		fragile: make(map[string]struct{}),
		waiting: make(map[string]*coat),
		known:   make(map[string]time.Time),
		found:   make(map[string]*coat),
		finders: make(map[string]string),
		first:   make(map[string]string),
		second:  make(map[string]*coat),
		drawers: make(map[string]map[string]bool),
		labels:  make(map[string]string),
		boxes:   make(map[string]*coat),
		noted:   make(map[string]*coat),
		since:   make(map[string]time.Time),
	}
	t := &tickets{given: make(map[uint64]string), byOwner: make(map[string]uint64), sold: make(map[uint64]string)}
	events := make(chan doorEvent)
	go watch(events)
	go s.sweep()
	http.HandleFunc("/in", func(w http.ResponseWriter, r *http.Request) {
		id, place := r.RemoteAddr, r.FormValue("place")
		c.hang(id)
		c.leaveBag(id)
		c.seat(place, id)
		c.use(place, id)
		c.enter(id)
		s.put(id)
		s.meet(id)
		s.find(id, place)
		s.bring(place)
		s.ask(id)
		s.open(place, id)
		s.label(id)
		s.note(id)
		events <- doorEvent{place, id}
		if number, err := t.give(id); err != nil {
			t.back(number)
		}
		if err := errors.Join(c.call(id), t.note(id), t.sell(id)); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
		}
	})
	http.HandleFunc("/change", func(w http.ResponseWriter, r *http.Request) {
		id, place := r.RemoteAddr, r.FormValue("place")
		c.dried(id)
		c.fetchBag(id)
		c.leave(place, id)
		c.free(place, id)
		c.exit(id)
		s.take(id)
		s.wrapped(id)
		s.handOver(id)
		s.taken(place)
		s.shut(place, id)
		s.drop(id)
		s.swap(id)
		s.lost(id)
		if number, err := strconv.ParseInt(place, 10, 64); err == nil {
			c.came(number)
			t.back(uint64(number))
		}
	})
	http.HandleFunc("/out", func(w http.ResponseWriter, r *http.Request) {
		id := r.RemoteAddr
		s.look(id, id)
		c.fetch(id)
		s.part(id)
		s.unlabel(id)
		s.unnote(id)
		s.fetched(id)
		t.forgetOwner(id)
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}
