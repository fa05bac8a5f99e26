package waits

import (
	"context"
	"encoding/json"
	"sync"
	"time"
)

type Desk struct {
	mu       sync.Mutex
	last     uint64
	knocks   map[uint64]chan letter
	posts    map[uint64]*call
	guests   map[uint64]chan letter
	porters  map[uint64]chan letter
	hooks    map[uint64]func(letter)
	trays    map[uint64]chan letter
	patience time.Duration
	out      chan letter
	in       chan letter
}

func NewDesk() *Desk {
	d := &Desk{
		posts:  make(map[uint64]*call),
		knocks: make(map[uint64]chan letter),
		guests: make(map[uint64]chan letter), porters: make(map[uint64]chan letter),
		hooks: make(map[uint64]func(letter)), trays: make(map[uint64]chan letter),
		patience: time.Second, out: make(chan letter), in: make(chan letter),
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
		if porter, ok := d.porters[l.number]; ok {
			porter <- l
		}
		if hook, ok := d.hooks[l.number]; ok {
			hook(l)
			delete(d.hooks, l.number)
		}
		if tray, ok := d.trays[l.number]; ok {
			tray <- l
			delete(d.trays, l.number)
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
	}
}

func (d *Desk) Greet() (l letter, err error) {
	number := d.next()
	guest := make(chan letter, 1)
	d.mu.Lock()
	d.guests[number] = guest // want `ML103: .*\(\*waits\.Desk\)\.Greet gives up in line \d+ when it has waited too long`
	d.mu.Unlock()
	d.out <- letter{number: number}
	clock := time.NewTimer(d.patience)
	defer clock.Stop()
	select {
	case l = <-guest:
	case <-clock.C:
		err = errLate
	}
	return l, err
}

func (d *Desk) engage(number uint64, porter chan letter) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.porters[number] = porter // want `ML103: .*\(\*waits\.Desk\)\.dismiss removes the entry for those who wait, on another way out only; \(\*waits\.Desk\)\.Carry gives up`
}

func (d *Desk) dismiss(number uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.porters, number)
}

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
		return letter{}, ctx.Err()
	}
}

func (d *Desk) Hang(ctx context.Context) (letter, error) {
	number := d.next()
	told := make(chan letter, 1)
	d.mu.Lock()
	d.hooks[number] = func(l letter) { told <- l } // want `ML103: .*\(\*waits\.Desk\)\.Hang gives up in line \d+ when its context is cancelled`
	d.mu.Unlock()
	d.out <- letter{number: number}
	select {
	case l := <-told:
		return l, nil
	case <-ctx.Done():
		return letter{}, ctx.Err()
	}
}

func (d *Desk) Serve(order any) (letter, error) {
	number := d.next()
	tray := make(chan letter, 1)
	d.mu.Lock()
	d.trays[number] = tray // want `ML103: .*\(\*waits\.Desk\)\.Serve gives up in line \d+ when an error has come up`
	d.mu.Unlock()
	text, err := json.Marshal(order)
	if err != nil {
		return letter{}, err
	}
	d.out <- letter{number, string(text)}
	return first(tray), nil
}

func first(tray chan letter) letter {
	return <-tray
}

func (d *Desk) Knock(ctx context.Context, order any) (letter, error) {
	number := d.next()
	knock := make(chan letter, 1)
	d.mu.Lock()
	d.knocks[number] = knock // want `ML103: .*\(\*waits\.Desk\)\.Knock gives up in line \d+ when an error has come up`
	d.mu.Unlock()
	forget := func() {
		d.mu.Lock()
		delete(d.knocks, number)
		d.mu.Unlock()
	}
	text, err := json.Marshal(order)
	if err != nil {
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

func (d *Desk) send(c *call) {
	c.number = d.next()
	d.mu.Lock()
	d.posts[c.number] = c // want `ML103: .*\(\*waits\.Desk\)\.Post gives up in line \d+ when its context is cancelled`
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

func (d *Desk) Post(ctx context.Context) (letter, error) {
	c := d.begin()
	select {
	case l := <-c.done:
		return l, nil
	case <-ctx.Done():
		return letter{}, ctx.Err()
	}
}
