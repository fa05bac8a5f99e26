package waits

import (
	"context"
	"encoding/json"
	"sync"
	"time"
)

type Desk struct {
	mu      sync.Mutex
	last    uint64
	rings   map[uint64]chan letter
	knocks  map[uint64]chan letter
	posts   map[uint64]*call
	guests  map[uint64]chan letter
	porters map[uint64]chan letter
	maids   map[uint64]chan letter
	hooks   map[uint64]func(letter)
	trays   map[uint64]chan letter
	out     chan letter
	in      chan letter
}

func NewDesk() *Desk {
	d := &Desk{
		posts:  make(map[uint64]*call),
		knocks: make(map[uint64]chan letter), rings: make(map[uint64]chan letter),
		guests: make(map[uint64]chan letter), porters: make(map[uint64]chan letter),
		maids: make(map[uint64]chan letter), hooks: make(map[uint64]func(letter)),
		trays: make(map[uint64]chan letter), out: make(chan letter), in: make(chan letter),
	}
	go d.read()
	return d
}

func (d *Desk) Close() {}

func (d *Desk) next() uint64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.last++
	return d.last
}

func (d *Desk) read() {
	for l := range d.in {
		d.mu.Lock()
		if guest, ok := d.guests[l.number]; ok {
			guest <- l
			delete(d.guests, l.number)
		}
		if hook, ok := d.hooks[l.number]; ok {
			hook(l)
			delete(d.hooks, l.number)
		}
		if tray, ok := d.trays[l.number]; ok {
			tray <- l
			delete(d.trays, l.number)
		}
		if ring, ok := d.rings[l.number]; ok {
			ring <- l
			delete(d.rings, l.number)
		}
		if c := d.posts[l.number]; c != nil {
			c.done <- l
			delete(d.posts, l.number)
		}
		if knock, ok := d.knocks[l.number]; ok {
			knock <- l
			delete(d.knocks, l.number)
		}
		d.mu.Unlock()
		if l.text == "end" {
			d.fire(l.number)
		}
	}
}

// Greet looks at the clock again and again.
func (d *Desk) Greet(clock *time.Ticker) letter {
	number := d.next()
	guest := make(chan letter, 1)
	d.mu.Lock()
	d.guests[number] = guest
	d.mu.Unlock()
	for {
		select {
		case l := <-guest:
			return l
		case <-clock.C:
			d.out <- letter{number: number}
		}
	}
}

func (d *Desk) engage(number uint64, porter chan letter) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.porters[number] = porter
}

func (d *Desk) dismiss(number uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.porters, number)
}

// Carry has the entry removed on both ways out.
func (d *Desk) Carry(ctx context.Context) (letter, error) {
	number := d.next()
	porter := make(chan letter, 1)
	d.engage(number, porter)
	d.out <- letter{number: number}
	select {
	case l := <-porter:
		d.dismiss(number)
		return l, nil
	case <-ctx.Done():
		d.dismiss(number)
		return letter{}, ctx.Err()
	}
}

func (d *Desk) fire(number uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.maids, number)
}

// Clean leaves the entry to whoever else has it removed.
func (d *Desk) Clean(ctx context.Context) (letter, error) {
	number := d.next()
	maid := make(chan letter, 1)
	d.mu.Lock()
	d.maids[number] = maid
	d.mu.Unlock()
	select {
	case l := <-maid:
		d.fire(number)
		return l, nil
	case <-ctx.Done():
		return letter{}, ctx.Err()
	}
}

// Hang takes the hook down.
func (d *Desk) Hang(ctx context.Context) (letter, error) {
	number := d.next()
	told := make(chan letter, 1)
	d.mu.Lock()
	d.hooks[number] = func(l letter) { told <- l }
	d.mu.Unlock()
	defer func() {
		d.mu.Lock()
		delete(d.hooks, number)
		d.mu.Unlock()
	}()
	select {
	case l := <-told:
		return l, nil
	case <-ctx.Done():
		return letter{}, ctx.Err()
	}
}

// Serve knows that the order can be written before it waits.
func (d *Desk) Serve(order any) (letter, error) {
	text, err := json.Marshal(order)
	if err != nil {
		return letter{}, err
	}
	number := d.next()
	tray := make(chan letter, 1)
	d.mu.Lock()
	d.trays[number] = tray
	d.mu.Unlock()
	d.out <- letter{number, string(text)}
	return first(tray), nil
}

func first(tray chan letter) letter {
	return <-tray
}

// Knock forgets whatever happens.
func (d *Desk) Knock(ctx context.Context, order any) (letter, error) {
	number := d.next()
	knock := make(chan letter, 1)
	d.mu.Lock()
	d.knocks[number] = knock
	d.mu.Unlock()
	forget := func() {
		d.mu.Lock()
		delete(d.knocks, number)
		d.mu.Unlock()
	}
	text, err := json.Marshal(order)
	if err != nil {
		forget()
		return letter{}, err
	}
	d.out <- letter{number, string(text)}
	select {
	case l := <-knock:
		return l, nil
	case <-ctx.Done():
		forget()
		return letter{}, ctx.Err()
	}
}

// Ring leaves it to a clock to forget.
func (d *Desk) Ring(ctx context.Context) (letter, error) {
	number := d.next()
	ring := make(chan letter, 1)
	d.mu.Lock()
	d.rings[number] = ring
	d.mu.Unlock()
	forget := func() {
		d.mu.Lock()
		delete(d.rings, number)
		d.mu.Unlock()
	}
	time.AfterFunc(time.Minute, forget)
	select {
	case l := <-ring:
		forget()
		return l, nil
	case <-ctx.Done():
		return letter{}, ctx.Err()
	}
}

func (d *Desk) send(c *call) {
	c.number = d.next()
	d.mu.Lock()
	d.posts[c.number] = c
	d.mu.Unlock()
	if err := d.write(letter{number: c.number}); err != nil {
		d.mu.Lock()
		delete(d.posts, c.number)
		d.mu.Unlock()
		c.done <- letter{}
	}
}

func (d *Desk) write(l letter) error {
	if l.number > 1<<40 {
		return errLate
	}
	d.out <- l
	return nil
}

func (d *Desk) begin() *call {
	c := &call{done: make(chan letter, 1)}
	d.send(c)
	return c
}

func (d *Desk) drop(c *call) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.posts, c.number)
}

// Post drops what it gives up.
func (d *Desk) Post(ctx context.Context) (letter, error) {
	c := d.begin()
	select {
	case l := <-c.done:
		return l, nil
	case <-ctx.Done():
		d.drop(c)
		return letter{}, ctx.Err()
	}
}
