// Package sends asks a workshop for things, and forgets what it could not ask for.
package sends

import (
	"errors"
	"sync"
)

var errFull = errors.New("full")

type note struct {
	number uint64
	text   string
}

type job struct {
	number uint64
	ready  chan note
}

type Workshop struct {
	mu      sync.Mutex
	last    uint64
	asked   map[uint64]chan note
	repairs map[uint64]*job
	paints  map[uint64]*job
	rents   map[uint64]chan note
	orders  map[uint64]chan note
	cuts    map[uint64]chan note
	bends   map[uint64]chan note
	molds   map[uint64]chan note
	builds  map[uint64]*job
	guests  map[uint64]*job
	write   func(note) error
	notes   chan note
}

func NewWorkshop(write func(note) error) *Workshop {
	w := &Workshop{
		asked: make(map[uint64]chan note), repairs: make(map[uint64]*job), paints: make(map[uint64]*job),
		rents: make(map[uint64]chan note), orders: make(map[uint64]chan note), cuts: make(map[uint64]chan note),
		bends: make(map[uint64]chan note), molds: make(map[uint64]chan note), builds: make(map[uint64]*job),
		guests: make(map[uint64]*job), write: write, notes: make(chan note),
	}
	go w.read()
	return w
}

func (w *Workshop) Close() {}

func (w *Workshop) read() {
	for n := range w.notes {
		w.answered(n)
		w.repaired(n)
		w.painted(n)
		w.rented(n)
		w.ordered(n)
		w.cut(n)
		w.bent(n)
		w.molded(n)
		w.built(n)
		w.left(n)
	}
}

func (w *Workshop) next() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last++
	return w.last
}

// Ask takes the entry out again when the question cannot be sent.
func (w *Workshop) Ask(text string) (note, error) {
	number := w.next()
	answer := make(chan note, 1)
	w.mu.Lock()
	w.asked[number] = answer
	w.mu.Unlock()
	if err := w.write(note{number, text}); err != nil {
		w.mu.Lock()
		delete(w.asked, number)
		w.mu.Unlock()
		return note{}, err
	}
	return <-answer, nil
}

func (w *Workshop) answered(n note) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if answer, ok := w.asked[n.number]; ok {
		answer <- n
		delete(w.asked, n.number)
	}
}

func (w *Workshop) keep(j *job) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last++
	j.number = w.last
	w.repairs[j.number] = j
}

// Repair takes it out whatever happens.
func (w *Workshop) Repair(text string) (note, error) {
	j := &job{ready: make(chan note, 1)}
	w.keep(j)
	defer func() {
		w.mu.Lock()
		delete(w.repairs, j.number)
		w.mu.Unlock()
	}()
	if err := w.write(note{j.number, text}); err != nil {
		return note{}, err
	}
	return <-j.ready, nil
}

func (w *Workshop) repaired(n note) {
	w.mu.Lock()
	j, ok := w.repairs[n.number]
	delete(w.repairs, n.number)
	w.mu.Unlock()
	if ok {
		j.ready <- n
	}
}

func (w *Workshop) accept(j *job) (uint64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.last > 1<<20 {
		return 0, errFull
	}
	w.last++
	w.paints[w.last] = j
	return w.last, nil
}

// Paint gives up only when it has not been accepted.
func (w *Workshop) Paint(text string) (note, error) {
	j := &job{ready: make(chan note, 1)}
	number, err := w.accept(j)
	if err != nil {
		return note{}, err
	}
	w.tell(number, text)
	return <-j.ready, nil
}

func (w *Workshop) tell(number uint64, text string) {
	for w.write(note{number, text}) != nil {
		text += "!"
	}
}

func (w *Workshop) painted(n note) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if j := w.paints[n.number]; j != nil {
		j.ready <- n
		delete(w.paints, n.number)
	}
}

// Rent sends by a function that takes the entry out when it fails.
func (w *Workshop) Rent(text string) (note, error) {
	number := w.next()
	back := make(chan note, 1)
	w.mu.Lock()
	w.rents[number] = back
	w.mu.Unlock()
	if err := w.send(note{number, text}); err != nil {
		return note{}, err
	}
	return <-back, nil
}

func (w *Workshop) send(n note) error {
	err := w.write(n)
	if err != nil {
		w.rented(n)
	}
	return err
}

func (w *Workshop) rented(n note) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if back, ok := w.rents[n.number]; ok {
		back <- n
		delete(w.rents, n.number)
	}
}

// Order checks what it is told before it puts anything in.
func (w *Workshop) Order(text string) (note, error) {
	number := w.next()
	placed := make(chan note, 1)
	if err := w.write(note{number, text}); err != nil {
		return note{}, err
	}
	w.mu.Lock()
	w.orders[number] = placed
	w.mu.Unlock()
	return <-placed, nil
}

func (w *Workshop) ordered(n note) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if placed, ok := w.orders[n.number]; ok {
		placed <- n
		delete(w.orders, n.number)
	}
}

// Cut has the answer when the error comes up.
func (w *Workshop) Cut(text string) (note, error) {
	number := w.next()
	done := make(chan note, 1)
	w.mu.Lock()
	w.cuts[number] = done
	w.mu.Unlock()
	w.tell(number, text)
	n := <-done
	if err := w.write(n); err != nil {
		return note{}, err
	}
	return n, nil
}

func (w *Workshop) cut(n note) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if done, ok := w.cuts[n.number]; ok {
		done <- n
		delete(w.cuts, n.number)
	}
}

// Bend waits on one way, and has put nothing in on the other.
func (w *Workshop) Bend(text string, wait bool) (note, error) {
	number := w.next()
	done := make(chan note, 1)
	if wait {
		w.mu.Lock()
		w.bends[number] = done
		w.mu.Unlock()
		w.tell(number, text)
	} else {
		if err := w.write(note{number, text}); err != nil {
			return note{}, err
		}
		return note{}, nil
	}
	return <-done, nil
}

func (w *Workshop) bent(n note) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if done, ok := w.bends[n.number]; ok {
		done <- n
		delete(w.bends, n.number)
	}
}

// Mold has its error from what would have put the entry in.
func (w *Workshop) Mold(text string) (note, error) {
	number := w.next()
	done := make(chan note, 1)
	err := func() error {
		w.mu.Lock()
		defer w.mu.Unlock()
		if text == "" {
			return errFull
		}
		w.molds[number] = done
		return nil
	}()
	if err != nil {
		return note{}, err
	}
	w.tell(number, text)
	return <-done, nil
}

func (w *Workshop) molded(n note) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if done, ok := w.molds[n.number]; ok {
		done <- n
		delete(w.molds, n.number)
	}
}

// Build hands out what others wait for, or takes it back.
func (w *Workshop) Build(text string) (*job, error) {
	j := &job{number: w.next(), ready: make(chan note, 1)}
	w.mu.Lock()
	w.builds[j.number] = j
	w.mu.Unlock()
	if err := w.write(note{j.number, text}); err != nil {
		w.built(note{j.number, text})
		return nil, err
	}
	return j, nil
}

func (w *Workshop) built(n note) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if j := w.builds[n.number]; j != nil {
		j.ready <- n
		delete(w.builds, n.number)
	}
}

// Admit hands out a guest, for whom nobody waits: what goes wrong afterwards does not send it away.
func (w *Workshop) Admit(text string) (*job, error) {
	j := &job{number: w.next()}
	w.mu.Lock()
	w.guests[j.number] = j
	w.mu.Unlock()
	if err := w.write(note{j.number, text}); err != nil {
		return nil, err
	}
	return j, nil
}

func (w *Workshop) left(n note) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if j := w.guests[n.number]; j != nil {
		delete(w.guests, n.number)
	}
}
