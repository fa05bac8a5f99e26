// Waiters that give up and leave their entry to an answer that may never come.
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
	err    error
}

type Office struct {
	mu      sync.Mutex
	last    uint64
	asked   map[uint64]chan letter
	calls   map[uint64]*call
	parcels sync.Map
	orders  map[uint64]chan letter
	trips   map[uint64]chan letter
	send    func(letter) error
	letters chan letter
}

func NewOffice(send func(letter) error) *Office {
	o := &Office{
		asked: make(map[uint64]chan letter), calls: make(map[uint64]*call), orders: make(map[uint64]chan letter),
		trips: make(map[uint64]chan letter), send: send, letters: make(chan letter),
	}
	go o.read()
	return o
}

func (o *Office) Close() {}

func (o *Office) read() {
	for l := range o.letters {
		o.answered(l)
		o.called(l)
		o.delivered(l)
		o.ordered(l)
		o.arrived(l)
	}
}

func (o *Office) next() uint64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.last++
	return o.last
}

func (o *Office) Ask(ctx context.Context, text string) (letter, error) {
	number := o.next()
	answer := make(chan letter, 1)
	o.mu.Lock()
	o.asked[number] = answer // want `ML103: .*Ask removes its entry on another way out only; it gives up in line \d+ when its context is cancelled`
	o.mu.Unlock()
	if err := o.send(letter{number, text}); err != nil {
		o.mu.Lock()
		delete(o.asked, number)
		o.mu.Unlock()
		return letter{}, err
	}
	select {
	case l := <-answer:
		return l, nil
	case <-ctx.Done():
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
	o.calls[o.last] = c // want `ML103: .*called removes an entry when the answer to it comes; \(\*waits\.Office\)\.Call gives up in line \d+ when it has waited too long`
}

func (o *Office) Call(text string) (letter, error) {
	c := &call{done: make(chan letter, 1)}
	o.register(c)
	_ = o.send(letter{c.number, text})
	late := time.NewTimer(time.Minute)
	defer late.Stop()
	timeout := late.C
	select {
	case l := <-c.done:
		return l, c.err
	case <-timeout:
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

func (o *Office) keep(number uint64, c *call) {
	o.parcels.Store(number, c) // want `ML103: .*delivered removes an entry when the answer to it comes; \(\*waits\.Office\)\.Deliver gives up`
}

func (o *Office) Deliver(text string, told func(error)) error {
	number := o.next()
	c := &call{done: make(chan letter, 1)}
	o.keep(number, c)
	go func() {
		var err error
		select {
		case <-time.After(time.Minute):
			err = errLate
		case <-c.done:
			err = c.err
		}
		told(err)
	}()
	return o.send(letter{number, text})
}

func (o *Office) delivered(l letter) {
	if c, ok := o.parcels.LoadAndDelete(l.number); ok {
		c.(*call).done <- l
	}
}

func (o *Office) order(text string) chan letter {
	placed := make(chan letter, 1)
	o.mu.Lock()
	o.last++
	o.orders[o.last] = placed // want `ML103: .*ordered removes an entry when the answer to it comes; \(\*waits\.Office\)\.Order gives up`
	o.mu.Unlock()
	_ = o.send(letter{o.last, text})
	return placed
}

func (o *Office) Order(text string) (letter, error) {
	select {
	case l := <-o.order(text):
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

func (o *Office) Travel(ctx context.Context) (letter, error) {
	number := o.next()
	home := make(chan letter, 1)
	o.mu.Lock()
	o.trips[number] = home // want `ML103: .*Travel removes its entry on another way out only; it gives up`
	o.mu.Unlock()
	select {
	case l := <-home:
		o.mu.Lock()
		delete(o.trips, number)
		o.mu.Unlock()
		return l, nil
	case <-ctx.Done():
		return letter{}, ctx.Err()
	}
}

func (o *Office) arrived(l letter) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if home := o.trips[l.number]; home != nil {
		home <- l
	}
}
