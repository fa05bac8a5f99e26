// Another function gives the lock back, or the lock guards no map.
package elsewhere

import "sync"

type Index struct {
	mu    sync.Mutex
	words map[string]int
}

func (x *Index) begin() { x.mu.Lock() }

func (x *Index) end() { x.mu.Unlock() }

func (x *Index) Add(word string) {
	x.begin()
	defer x.end()
	x.words[word]++
}

func (x *Index) Claim(word string) bool {
	x.mu.Lock()
	if _, taken := x.words[word]; taken {
		x.mu.Unlock()
		return false
	}
	x.words[word] = 1
	return true // until Done
}

func (x *Index) Done(word string) {
	delete(x.words, word)
	x.end()
}

type Pages struct {
	mu    sync.Mutex
	count map[int]int
}

func (p *Pages) Hold(page int) (release func()) {
	p.mu.Lock()
	p.count[page]++
	return p.mu.Unlock
}

func (p *Pages) Open(page int) (done func()) {
	p.mu.Lock()
	if p.count[page] > 0 {
		return p.mu.Unlock
	}
	p.count[page] = 1
	return p.mu.Unlock
}

func (p *Pages) Drop(page int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.count, page)
}

type Names struct {
	mu   sync.RWMutex
	list map[string]bool
}

type Cursor struct{ names *Names }

func (n *Names) Walk(from string) *Cursor {
	n.mu.RLock()
	if !n.list[from] {
		n.mu.RUnlock()
		return nil
	}
	return &Cursor{n}
}

func (c *Cursor) Close() { c.names.mu.RUnlock() }

type Open struct {
	sync.Mutex // callers unlock
	Seats      map[int]string
}

func (o *Open) Locked() map[int]string {
	o.Lock()
	return o.Seats
}

func (o *Open) Fill(seat int, name string) { o.Seats[seat] = name }

func (o *Open) Leave(seat int) { delete(o.Seats, seat) }

type Meter struct {
	mu    sync.Mutex
	total int
}

func (m *Meter) Add(n int) {
	m.mu.Lock()
	if n == 0 {
		return
	}
	m.total += n
	m.mu.Unlock()
}

var locks = map[string]*sync.Mutex{}

func lockOf(name string) *sync.Mutex { return locks[name] }

func Use(name string, seats map[string]int) {
	lockOf(name).Lock()
	if seats[name] == 0 {
		lockOf(name).Unlock()
		return
	}
	seats[name]--
	lockOf(name).Unlock()
}

type berth struct {
	mu    sync.Mutex
	boats map[string]int
}

type pier struct {
	berths map[int]*berth
	closed map[int]*gate
}

type gate struct {
	mu   sync.Mutex
	keys map[string]int
}

// closeAll leaves every gate locked for good, each of them once.
func (p *pier) closeAll() {
	for _, g := range p.closed {
		g.mu.Lock()
		clear(g.keys)
	}
}

// berthLocked returns the berth with its lock held.
func (p *pier) berthLocked(number int, boat string) (*berth, bool) {
	b, ok := p.berths[number]
	if !ok {
		return nil, false
	}
	b.mu.Lock()
	b.boats[boat]++
	return b, true
}

// Moor gives back what berthLocked took.
func Moor(p *pier, boat string) {
	if b, ok := p.berthLocked(1, boat); ok {
		b.boats[boat] = 2
		unlockBerth(b)
	}
	p.closeAll()
}

func unlockBerth(b *berth) { b.mu.Unlock() }

// Queue has a lock of its own, and methods for those outside.
type Queue struct {
	mu      sync.Mutex
	waiting map[string]bool
}

func (q *Queue) Lock() { q.mu.Lock() }

func (q *Queue) Unlock() { q.mu.Unlock() }

func (q *Queue) Await(name string, pause func() bool) bool {
	for {
		q.mu.Lock()
		if len(q.waiting) > 100 {
			q.Unlock()
			if pause() {
				continue
			}
			return false
		}
		q.waiting[name] = true
		q.mu.Unlock()
		return true
	}
}
