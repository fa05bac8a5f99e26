// Waiters that take their entry out when they give up, or that others take out whatever happens.
package waits

import (
	"context"
	"errors"
	"sync"
	"time"
)

var errLate = errors.New("late")

type letter struct {
	number uint64
	text   string
}

type call struct {
	number uint64
	done   chan letter
}

type Office struct {
	mu       sync.Mutex
	last     uint64
	asked    map[uint64]chan letter
	calls    map[uint64]*call
	parcels  sync.Map
	orders   map[uint64]chan letter
	trips    map[uint64]chan letter
	works    map[uint64]*call
	visits   map[uint64]chan letter
	stays    map[uint64]chan letter
	auctions map[uint64]chan letter
	send     func(letter) error
	letters  chan letter
}

func NewOffice(send func(letter) error) *Office {
	o := &Office{
		asked: make(map[uint64]chan letter), calls: make(map[uint64]*call), orders: make(map[uint64]chan letter),
		trips: make(map[uint64]chan letter), works: make(map[uint64]*call), visits: make(map[uint64]chan letter),
		stays: make(map[uint64]chan letter), auctions: make(map[uint64]chan letter),
		send: send, letters: make(chan letter),
	}
	go o.read()
	return o
}

func (o *Office) Close() {}

func (o *Office) read() {
	tick := time.NewTicker(time.Minute)
	for {
		select {
		case l := <-o.letters:
			o.answered(l)
			o.called(l)
			o.delivered(l)
			o.ordered(l)
			o.arrived(l)
			o.visited(l)
			o.left(l)
			o.sold(l)
		case <-tick.C:
			o.forgetOld()
		}
	}
}

func (o *Office) next() uint64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.last++
	return o.last
}

// Ask removes on both ways out.
func (o *Office) Ask(ctx context.Context, text string) (letter, error) {
	number := o.next()
	answer := make(chan letter, 1)
	o.mu.Lock()
	o.asked[number] = answer
	o.mu.Unlock()
	select {
	case l := <-answer:
		return l, nil
	case <-ctx.Done():
		o.mu.Lock()
		delete(o.asked, number)
		o.mu.Unlock()
		return letter{}, ctx.Err()
	}
}

func (o *Office) answered(l letter) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if answer, ok := o.asked[l.number]; ok {
		answer <- l
		delete(o.asked, l.number)
	}
}

func (o *Office) register(c *call) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.last++
	c.number = o.last
	o.calls[o.last] = c
}

func (o *Office) forget(number uint64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.calls, number)
}

// Call has a function remove when it returns.
func (o *Office) Call(text string) (letter, error) {
	c := &call{done: make(chan letter, 1)}
	o.register(c)
	defer o.forget(c.number)
	select {
	case l := <-c.done:
		return l, nil
	case <-time.After(time.Minute):
		return letter{}, errLate
	}
}

func (o *Office) called(l letter) {
	o.mu.Lock()
	c, ok := o.calls[l.number]
	delete(o.calls, l.number)
	o.mu.Unlock()
	if ok {
		c.done <- l
	}
}

// keep hands out what removes.
func (o *Office) keep(number uint64, c *call) func() {
	o.parcels.Store(number, c)
	return func() { o.parcels.Delete(number) }
}

func (o *Office) Deliver() error {
	number := o.next()
	c := &call{done: make(chan letter, 1)}
	done := o.keep(number, c)
	defer done()
	select {
	case <-time.After(time.Minute):
		return errLate
	case <-c.done:
		return nil
	}
}

func (o *Office) delivered(l letter) {
	if c, ok := o.parcels.LoadAndDelete(l.number); ok {
		c.(*call).done <- l
	}
}

// order sets a timer of its own.
func (o *Office) order() chan letter {
	placed := make(chan letter, 1)
	number := o.next()
	o.mu.Lock()
	o.orders[number] = placed
	o.mu.Unlock()
	time.AfterFunc(time.Hour, func() { o.ordered(letter{number: number}) })
	return placed
}

func (o *Office) Order() (letter, error) {
	select {
	case l := <-o.order():
		return l, nil
	case <-time.After(time.Minute):
		return letter{}, errLate
	}
}

func (o *Office) ordered(l letter) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if placed, ok := o.orders[l.number]; ok {
		placed <- l
		delete(o.orders, l.number)
	}
}

// Travel leaves the entry to the one who calls it.
func (o *Office) travel(ctx context.Context, number uint64) (letter, error) {
	home := make(chan letter, 1)
	o.mu.Lock()
	o.trips[number] = home
	o.mu.Unlock()
	select {
	case l := <-home:
		return l, nil
	case <-ctx.Done():
		return letter{}, ctx.Err()
	}
}

func (o *Office) Travel(ctx context.Context) (letter, error) {
	number := o.next()
	l, err := o.travel(ctx, number)
	if err != nil {
		o.arrived(letter{number: number})
	}
	return l, err
}

func (o *Office) arrived(l letter) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if home := o.trips[l.number]; home != nil {
		home <- l
		delete(o.trips, l.number)
	}
}

// Work waits for a worker, which comes to its end whoever waits.
func (o *Office) Work(ctx context.Context) error {
	c := &call{number: o.next(), done: make(chan letter, 1)}
	o.mu.Lock()
	o.works[c.number] = c
	o.mu.Unlock()
	go o.work(c)
	select {
	case <-c.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (o *Office) work(c *call) {
	_ = o.send(letter{number: c.number})
	o.mu.Lock()
	delete(o.works, c.number)
	o.mu.Unlock()
	c.done <- letter{}
}

// Visit leaves the entry to a sweep.
func (o *Office) Visit(ctx context.Context) error {
	number := o.next()
	seen := make(chan letter, 1)
	o.mu.Lock()
	o.visits[number] = seen
	o.mu.Unlock()
	select {
	case <-seen:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (o *Office) visited(l letter) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if seen, ok := o.visits[l.number]; ok {
		seen <- l
		delete(o.visits, l.number)
	}
}

func (o *Office) forgetOld() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for number := range o.visits {
		if number+1000 < o.last {
			delete(o.visits, number)
		}
	}
}

// Stay goes on waiting after each hour.
func (o *Office) Stay() letter {
	number := o.next()
	over := make(chan letter, 1)
	o.mu.Lock()
	o.stays[number] = over
	o.mu.Unlock()
	for {
		select {
		case l := <-over:
			return l
		case <-time.After(time.Hour):
			_ = o.send(letter{number: number})
		}
	}
}

func (o *Office) left(l letter) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if over, ok := o.stays[l.number]; ok {
		over <- l
		delete(o.stays, l.number)
	}
}

// Bid joins the auction that is there: the entry is not its own.
func (o *Office) Bid(ctx context.Context, number uint64) error {
	o.mu.Lock()
	sold, ok := o.auctions[number]
	if !ok {
		sold = make(chan letter)
		o.auctions[number] = sold
	}
	o.mu.Unlock()
	select {
	case <-sold:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (o *Office) sold(l letter) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if sold, ok := o.auctions[l.number]; ok {
		close(sold)
		delete(o.auctions, l.number)
	}
}
