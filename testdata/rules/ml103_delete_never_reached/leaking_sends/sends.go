// Package sends asks a workshop for things. A question that could not be sent leaves its entry to an answer that
// nobody will give.
package sends

import (
	"context"
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
	builds  map[uint64]*job
	hints   map[uint64]chan note
	write   func(note) error
	out     chan note
	notes   chan note
}

func NewWorkshop(write func(note) error) *Workshop {
	w := &Workshop{
		asked: make(map[uint64]chan note), repairs: make(map[uint64]*job), paints: make(map[uint64]*job),
		rents: make(map[uint64]chan note), builds: make(map[uint64]*job), hints: make(map[uint64]chan note),
		write: write, out: make(chan note), notes: make(chan note),
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
		w.built(n)
		w.hinted(n)
	}
}

func (w *Workshop) next() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last++
	return w.last
}

func (w *Workshop) Ask(ctx context.Context, text string) (note, error) {
	number := w.next()
	answer := make(chan note, 1)
	w.mu.Lock()
	w.asked[number] = answer // want `ML103: .*Ask removes its entry on another way out only; it gives up in line \d+ when an error has come up`
	w.mu.Unlock()
	if err := w.write(note{number, text}); err != nil {
		return note{}, err
	}
	select {
	case n := <-answer:
		return n, nil
	case <-ctx.Done():
		w.mu.Lock()
		delete(w.asked, number)
		w.mu.Unlock()
		return note{}, ctx.Err()
	}
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
	w.repairs[j.number] = j // want `ML103: .*repaired removes an entry when the answer to it comes; \(\*sends\.Workshop\)\.Repair gives up in line \d+ when an error has come up`
}

func (w *Workshop) Repair(text string) (note, error) {
	j := &job{ready: make(chan note, 1)}
	w.keep(j)
	err := w.write(note{j.number, text})
	if err != nil {
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
	if len(w.out) > 0 {
		return 0, errFull
	}
	w.last++
	w.paints[w.last] = j // want `ML103: .*painted removes an entry when the answer to it comes; \(\*sends\.Workshop\)\.Paint gives up`
	return w.last, nil
}

func (w *Workshop) Paint(text string) (note, error) {
	j := &job{ready: make(chan note, 1)}
	number, err := w.accept(j)
	if err != nil {
		return note{}, err
	}
	if err = w.write(note{number, text}); err != nil {
		return note{}, err
	}
	return <-j.ready, nil
}

func (w *Workshop) painted(n note) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if j := w.paints[n.number]; j != nil {
		j.ready <- n
		delete(w.paints, n.number)
	}
}

func (w *Workshop) Rent(ctx context.Context, text string) (note, error) {
	number := w.next()
	back := make(chan note, 1)
	w.mu.Lock()
	w.rents[number] = back // want `ML103: .*rented removes an entry when the answer to it comes; \(\*sends\.Workshop\)\.Rent gives up in line \d+ when its context is cancelled`
	w.mu.Unlock()
	select {
	case w.out <- note{number, text}:
	case <-ctx.Done():
		return note{}, ctx.Err()
	}
	return <-back, nil
}

func (w *Workshop) rented(n note) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if back, ok := w.rents[n.number]; ok {
		back <- n
		delete(w.rents, n.number)
	}
}

func (w *Workshop) Build(text string) (*job, error) {
	j := &job{number: w.next(), ready: make(chan note, 1)}
	w.mu.Lock()
	w.builds[j.number] = j // want `ML103: .*built removes an entry when the answer to it comes; \(\*sends\.Workshop\)\.Build gives up in line \d+ when an error has come up`
	w.mu.Unlock()
	if err := w.write(note{j.number, text}); err != nil {
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

func (w *Workshop) Hint(ctx context.Context, text string) (<-chan note, error) {
	number := w.next()
	hint := make(chan note, 1)
	w.mu.Lock()
	w.hints[number] = hint // want `ML103: .*hinted removes an entry when the answer to it comes; \(\*sends\.Workshop\)\.Hint gives up in line \d+ when its context is cancelled`
	w.mu.Unlock()
	select {
	case w.out <- note{number, text}:
		return hint, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (w *Workshop) hinted(n note) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if hint, ok := w.hints[n.number]; ok {
		hint <- n
		delete(w.hints, n.number)
	}
}
