// Copies that keep the maps that the original lets go of, and copies that a goroutine changes.
package main

import (
	"log"
	"net/http"
	"sync"
)

type batch struct {
	items map[string][]byte
	count int
}

type entry struct {
	number int
	batch  batch
}

type collector struct {
	mu      sync.Mutex
	current batch
	last    batch
	all     []batch
	history []entry
	byCount map[int]batch
}

var (
	latest  batch
	entries []*entry
	base    = template{tags: map[string]int{}}
)

func newBatch() batch { return batch{items: map[string][]byte{}} }

func (c *collector) add(r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.current.items == nil {
		c.current.items = map[string][]byte{}
	}
	c.current.items[r.URL.Path] = []byte(r.Host)
	c.current.count++
}

func (c *collector) rotate() {
	c.mu.Lock()
	defer c.mu.Unlock()
	latest = c.current // want "ML501: the copy in latest keeps the map of c.current.items alive"
	c.current = batch{items: map[string][]byte{}}
}

func (c *collector) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = c.current // want "ML501: the copy in c.last keeps the map of c.current.items alive"
	c.current.items = nil
}

func (c *collector) push() {
	c.mu.Lock()
	defer c.mu.Unlock()
	old := c.current
	c.current = newBatch()
	c.all = append(c.all, old) // want "ML501: the copy in c.all keeps the map of c.current.items alive"
}

func (c *collector) record() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.history = append(c.history, entry{number: len(c.history), batch: c.current}) // want "ML501: the copy in c.history keeps"
	c.current = newBatch()
}

func (c *collector) point() {
	c.mu.Lock()
	defer c.mu.Unlock()
	entries = append(entries, &entry{batch: c.current}) // want "ML501: the copy in entries keeps the map of c.current.items"
	c.current = newBatch()
}

func (c *collector) group() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.byCount[0] = c.current // want "ML501: the copy in c.byCount.* keeps the map of c.current.items"
	c.current.items = make(map[string][]byte)
}

type day struct {
	visits map[string]int
	name   string
}

var (
	today     = day{visits: map[string]int{}}
	yesterday day
	weeks     []day
)

func count(r *http.Request) { today.visits[r.URL.Path]++ }

func midnight() {
	yesterday = today // want "ML501: the copy in yesterday keeps the map of today.visits alive"
	today = day{visits: map[string]int{}}
}

func sunday() {
	weeks = append(weeks, today) // want "ML501: the copy in weeks keeps the map of today.visits alive"
	today.visits = map[string]int{}
}

type shelf struct {
	books  map[string]int
	movies map[string]int
	number int
}

var (
	shelves = map[bool]shelf{}
	closet  shelf
	emptied shelf
	removed shelf
)

// One copy, one finding, although it keeps two maps.
func empty(number int) {
	emptied = closet // want "ML501: the copy in emptied keeps the map of closet.books alive .and those of movies."
	closet = shelf{number: number, books: map[string]int{}, movies: map[string]int{}}
}

// What is written back has another map for books, and the one of before for movies.
func renew(even bool) {
	s := shelves[even]
	removed = s // want "ML501: the copy in removed keeps the map of shelves.even..books alive, which kept.renew lets go of"
	s.books = map[string]int{}
	shelves[even] = s
}

type template struct {
	name string
	tags map[string]int
}

func background(r *http.Request) {
	t := base
	t.name = r.Host
	go func() {
		t.tags["seen"]++ // want `ML501: .*background changes t.tags, which is also the map of base`
		log.Print(t.name)
	}()
}

func main() {
	c := &collector{current: newBatch(), byCount: map[int]batch{}}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		c.add(r)
		background(r)
		c.rotate()
		c.reset()
		c.push()
		c.record()
		c.point()
		c.group()
		count(r)
		midnight()
		sunday()
		empty(c.current.count)
		renew(c.current.count%2 == 0)
		log.Print(emptied.number, removed.number, latest.count, yesterday.name, len(weeks), len(entries), len(base.tags))
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}
