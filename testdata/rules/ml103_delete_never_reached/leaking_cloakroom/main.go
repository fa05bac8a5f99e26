// A cloakroom whose maps are tended, but for one place each.
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

// hang stores under one key in both maps.
func (c *cloakroom) hang(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.coats[id] = &coat{owner: id}
	c.wet[id] = struct{}{} // want `ML103: cloakroom\.cloakroom\.wet .*\(\*cloakroom\.cloakroom\)\.fetch looks 'id' up here and deletes it from cloakroom\.cloakroom\.coats`
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
		log.Print("still wet")
	}
	delete(c.coats, id)
}

// leaveBag sets an alarm that forgets to put itself away.
func (c *cloakroom) leaveBag(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bags[id] = &coat{owner: id}
	c.silence(id)
	c.alarms[id] = time.AfterFunc(time.Hour, func() { // want `ML103: cloakroom\.cloakroom\.alarms .* deletes the key from cloakroom\.cloakroom\.bags, .* as \(\*cloakroom\.cloakroom\)\.fetchBag does`
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.bags, id)
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

// seat fills two levels; leave gives the row back, moved does not.
func (c *cloakroom) seat(row, guest string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.rows[row] == nil {
		c.rows[row] = make(map[string]bool) // want `ML103: cloakroom\.cloakroom\.rows .*\(\*cloakroom\.cloakroom\)\.moved takes out of what is stored under a key`
	}
	c.rows[row][guest] = true
}

func (c *cloakroom) leave(row, guest string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.rows[row], guest)
	if len(c.rows[row]) == 0 {
		delete(c.rows, row)
	}
}

func (c *cloakroom) moved(row, guest string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.rows[row], guest)
}

// use notes who hangs something on a hook.
func (c *cloakroom) use(hook, guest string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hooks[hook] = append(c.hooks[hook], guest) // want `ML103: cloakroom\.cloakroom\.hooks .*\(\*cloakroom\.cloakroom\)\.removeGuest takes out of what is stored under a key`
}

func (c *cloakroom) free(hook, guest string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, name := range c.hooks[hook] {
		if name == guest {
			c.hooks[hook] = append(c.hooks[hook][:i], c.hooks[hook][i+1:]...)
			break
		}
	}
	if len(c.hooks[hook]) == 0 {
		delete(c.hooks, hook)
	}
}

func (c *cloakroom) removeGuest(guest string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for hook := range c.hooks {
		for i, name := range c.hooks[hook] {
			if name == guest {
				c.hooks[hook] = append(c.hooks[hook][:i], c.hooks[hook][i+1:]...)
				break
			}
		}
	}
}

// enter counts; exit gives the key back at nothing, thrownOut only counts.
func (c *cloakroom) enter(guest string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.takers[guest]++ // want `ML103: cloakroom\.cloakroom\.takers .*\(\*cloakroom\.cloakroom\)\.thrownOut takes out of what is stored under a key`
}

func (c *cloakroom) exit(guest string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.takers[guest]--
	if c.takers[guest] == 0 {
		delete(c.takers, guest)
	}
}

func (c *cloakroom) thrownOut(guest string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.takers[guest]--
}

// call hands a coat out, and keeps it listed when nobody hears.
func (c *cloakroom) call(owner string) error {
	number := c.last.Add(1)
	c.mu.Lock()
	c.called[number] = &coat{owner: owner} // want `ML103: cloakroom\.cloakroom\.called .*\(\*cloakroom\.cloakroom\)\.call returns in line \d+ when an error has come up`
	c.mu.Unlock()
	if err := ring(owner); err != nil {
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

type doorEvent struct {
	kind  string
	guest string
}

// watch has a map for each door in its loop; who goes home is struck off two of three.
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
			stage[event.guest] = event.kind // want `ML103: cloakroom\.watch\.stage .* deletes the key from cloakroom\.watch\.back and cloakroom\.watch\.front`
		case "no front":
			delete(front, event.guest)
		case "no back":
			delete(back, event.guest)
		case "no stage":
			delete(stage, event.guest)
		case "home":
			delete(front, event.guest)
			delete(back, event.guest)
		}
	}
}

// doors is the same in the fields of a struct.
type doors struct {
	mu    sync.Mutex
	front map[string]string
	back  map[string]string
	stage map[string]string
}

func (d *doors) in(kind, guest string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch kind {
	case "front":
		d.front[guest] = kind
	case "back":
		d.back[guest] = kind
	default:
		d.stage[guest] = kind // want `ML103: cloakroom\.doors\.stage .*\(\*cloakroom\.doors\)\.home deletes the key from cloakroom\.doors\.back and cloakroom\.doors\.front`
	}
}

func (d *doors) out(kind, guest string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch kind {
	case "front":
		delete(d.front, guest)
	case "back":
		delete(d.back, guest)
	default:
		delete(d.stage, guest)
	}
}

func (d *doors) home(guest string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.front, guest)
	delete(d.back, guest)
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
	d := &doors{front: make(map[string]string), back: make(map[string]string), stage: make(map[string]string)}
	events := make(chan doorEvent)
	go watch(events)
	http.HandleFunc("/in", func(w http.ResponseWriter, r *http.Request) {
		id, place := r.RemoteAddr, r.FormValue("place")
		c.hang(id)
		c.leaveBag(id)
		c.seat(place, id)
		c.use(place, id)
		c.enter(id)
		d.in(place, id)
		events <- doorEvent{place, id}
		if err := c.call(id); err != nil {
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
		d.out(place, id)
		if number, err := strconv.ParseInt(place, 10, 64); err == nil {
			c.came(number)
		}
	})
	http.HandleFunc("/out", func(w http.ResponseWriter, r *http.Request) {
		id, place := r.RemoteAddr, r.FormValue("place")
		c.fetch(id)
		c.moved(place, id)
		c.removeGuest(id)
		c.thrownOut(id)
		d.home(id)
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}
