// Some way out of the function, or into the next turn of its loop, keeps the lock.
package ways

import (
	"errors"
	"sync"
)

type Shelf struct {
	mu    sync.Mutex
	rows  sync.RWMutex
	books map[string]int
	lent  map[string]string
}

var errMissing = errors.New("no such book")

func (s *Shelf) Take(title string) error {
	s.mu.Lock() // want "ML602: s.mu.Lock, held around ways.Shelf.books, is not released when .*Take returns: whoever locks it next"
	if s.books[title] == 0 {
		return errMissing
	}
	s.books[title]--
	s.mu.Unlock()
	return nil
}

func (s *Shelf) Borrower(title string) (string, bool) {
	s.rows.RLock() // want "ML602: s.rows.RLock, held around ways.Shelf.lent, .*returns: the next writer waits for ever, and every reader"
	name, ok := s.lent[title]
	if !ok {
		return "", false
	}
	s.rows.RUnlock()
	return name, true
}

func (s *Shelf) Count(titles []string) (sum int) {
	for _, title := range titles {
		s.mu.Lock() // want "ML602: s.mu.Lock, held around ways.Shelf.books, .* when the next turn of the loop begins: it waits for itself"
		n, ok := s.books[title]
		if !ok {
			continue
		}
		s.mu.Unlock()
		sum += n
	}
	return sum
}

func (s *Shelf) Find(wanted int) string {
	found := ""
	for _, title := range []string{"atlas", "novel", "poems"} {
		s.mu.Lock() // want "ML602: s.mu.Lock, held around ways.Shelf.books, .* when one way through the function goes on"
		if s.books[title] == wanted {
			found = title
			break
		}
		s.mu.Unlock()
	}
	return found
}

func (s *Shelf) Return(title string, late bool) {
	if late {
		s.mu.Lock() // want "ML602: s.mu.Lock, held around ways.Shelf.books, "
		s.books[title]++
	}
	notify(title)
}

func notify(string) {}

func (s *Shelf) State(title string) string {
	s.mu.Lock() // want "ML602: s.mu.Lock, held around ways.Shelf.books, "
	switch s.books[title] {
	case 0:
		s.mu.Unlock()
		return "none"
	case 1:
		return "one"
	default:
		s.mu.Unlock()
		return "many"
	}
}

func (s *Shelf) Add(title string) {
	s.mu.Lock() // want "ML602: s.mu.Lock, held around ways.Shelf.books, "
	s.books[title]++
}

var catalogue = struct {
	sync.RWMutex
	pages map[string]int
}{pages: map[string]int{}}

func Pages(title string, stop <-chan struct{}) int {
	catalogue.RLock() // want "ML602: catalogue.RLock, held around ways.catalogue.pages, "
	pages := catalogue.pages[title]
	select {
	case <-stop:
		return 0
	default:
	}
	catalogue.RUnlock()
	return pages
}

func Later(title string, pages int) func() {
	return func() {
		catalogue.Lock() // want "ML602: catalogue.Lock, held around ways.catalogue.pages, "
		if pages == 0 {
			delete(catalogue.pages, title)
			return
		}
		catalogue.pages[title] = pages
		catalogue.Unlock()
	}
}

func (s *Shelf) Sell(title string) error {
	s.mu.Lock() // want "ML602: s.mu.Lock, held around ways.Shelf.books, is not released when .*Sell returns"
	if s.books[title] == 0 {
		goto missing
	}
	s.books[title]--
	s.mu.Unlock()
	return nil
missing:
	return errMissing
}

func (s *Shelf) Lend(titles []string) (lent int) {
	for _, title := range titles {
		s.mu.Lock() // want "ML602: s.mu.Lock, held around ways.Shelf.books, is not released when one way through the function goes on"
		if s.books[title] == 0 {
			goto done
		}
		s.books[title]--
		s.mu.Unlock()
		lent++
	}
done:
	return lent
}

// Move gives back one of the two locks, and not the other.
func (s *Shelf) Move(title string, to *Shelf) error {
	s.mu.Lock() // want "ML602: s.mu.Lock, held around ways.Shelf.books, is not released when .*Move returns"
	to.mu.Lock()
	if s.books[title] == 0 {
		to.mu.Unlock()
		return errMissing
	}
	s.books[title]--
	to.books[title]++
	to.mu.Unlock()
	s.mu.Unlock()
	return nil
}

// Tidy releases twice what it took itself: that excuses nobody.
func (s *Shelf) Tidy(title string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.books[title] == 0 {
		s.mu.Unlock()
		return
	}
	delete(s.books, title)
}

// Queue has a lock of its own, and methods for those outside.
type Queue struct {
	mu      sync.Mutex
	waiting map[string]bool
}

func (q *Queue) Lock() { q.mu.Lock() }

func (q *Queue) Unlock() { q.mu.Unlock() }

func (q *Queue) Await(name string) bool {
	q.mu.Lock() // want "ML602: q.mu.Lock, held around ways.Queue.waiting, is not released when .*Await returns"
	if len(q.waiting) > 100 {
		return false
	}
	if q.waiting[name] {
		q.Unlock()
		return true
	}
	q.waiting[name] = true
	q.mu.Unlock()
	return true
}

type drawer struct {
	mu    sync.Mutex
	notes map[string]int
}

type Desk struct{ drawers [4]*drawer }

func (d *Desk) Tally(number int) {
	for range d.drawers {
		d.drawers[number].mu.Lock() // want "ML602: d.drawers.number..mu.Lock, held around ways.drawer.notes, is not released when the next turn of the loop begins"
	}
	defer d.drawers[number].mu.Unlock()
}

func (d *Desk) Drop(number int, note string) {
	one := d.drawers[number]
	one.mu.Lock()
	defer one.mu.Unlock()
	delete(one.notes, note)
}
