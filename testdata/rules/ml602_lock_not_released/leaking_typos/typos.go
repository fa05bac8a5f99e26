// Deferred calls that lock, mutexes that are handed over, types with a Lock and an Unlock of their own.
package typos

import "sync"

type Desk struct {
	mu    sync.Mutex
	rows  sync.RWMutex
	seats map[string]int
	free  map[string]int
}

func (d *Desk) Free(name string) int {
	d.rows.RLock()
	defer d.rows.RLock() // want "ML602: defer d.rows.RLock, with the lock held around typos.Desk.free, locks instead of releasing: the next writer waits for ever"
	return d.free[name]
}

func (d *Desk) Sit(name string) {
	d.mu.Lock()
	defer d.mu.Lock() // want "ML602: defer d.mu.Lock, with the lock held around typos.Desk.seats, locks instead of releasing: it waits for itself for ever"
	d.seats[name]++
}

// Unattended gives the lock back for a while: the deferred call takes it for the caller again.
func (d *Desk) unattended(f func()) {
	d.mu.Unlock()
	defer d.mu.Lock()
	f()
}

func (d *Desk) Clear(f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.unattended(f)
	clear(d.seats)
}

func Add(mu *sync.Mutex, counts map[string]int, name string) bool {
	mu.Lock() // want "ML602: mu.Lock, held around typos.Add.counts, is not released when .*Add returns"
	if counts[name] > 0 {
		return false
	}
	counts[name]++
	mu.Unlock()
	return true
}

// Begin leaves the lock to its caller, on the way that says so.
func begin(mu *sync.Mutex, counts map[string]int, name string) bool {
	mu.Lock()
	if counts[name] > 0 {
		mu.Unlock()
		return false
	}
	return true
}

func Change(mu *sync.Mutex, counts map[string]int, name string) {
	if begin(mu, counts, name) {
		counts[name]++
		mu.Unlock()
	}
}

type Gate struct {
	mu     sync.Mutex
	passed map[string]bool
}

func (g *Gate) Lock() { g.mu.Lock() }

func (g *Gate) Unlock() { g.mu.Unlock() }

func (g *Gate) Pass(name string) bool {
	g.mu.Lock() // want "ML602: g.mu.Lock, held around typos.Gate.passed, is not released when .*Pass returns"
	if g.passed[name] {
		return false
	}
	g.passed[name] = true
	g.mu.Unlock()
	return true
}

// Enter returns with the lock held, for Unlock to release it.
func (g *Gate) Enter(name string) {
	g.mu.Lock()
	g.passed[name] = true
}
