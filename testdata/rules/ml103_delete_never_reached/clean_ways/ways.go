// Removals in branches of which the other ways need none, or have one of their own.
package ways

import (
	"context"
	"sync"
	"time"
)

type reply struct{ text string }

type Line struct {
	mu      sync.Mutex
	waiting map[uint64]chan reply
	begun   map[uint64]time.Time
	old     map[string]int
	fresh   map[string]int
	groups  map[string]map[string]bool
	asked   map[string]func(reply)
	timers  map[string]*time.Timer
	send    func(uint64) error
}

func (l *Line) Close() {}

func (l *Line) Ask(ctx context.Context, id uint64) (reply, error) {
	answer := make(chan reply, 1)
	l.mu.Lock()
	l.waiting[id] = answer
	l.mu.Unlock()
	select {
	case r := <-answer:
		return r, nil
	case <-ctx.Done():
		l.mu.Lock()
		delete(l.waiting, id)
		l.mu.Unlock()
		return reply{}, ctx.Err()
	}
}

func (l *Line) Answered(id uint64, r reply) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting[id] <- r
	delete(l.waiting, id)
}

func (l *Line) Begin(id uint64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.begun[id] = time.Now()
	if err := l.send(id); err != nil {
		delete(l.begun, id)
		return err
	}
	delete(l.begun, id)
	return nil
}

func (l *Line) Keep(key string, isNew bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if isNew {
		l.fresh[key]++
	} else {
		l.old[key]++
	}
}

func (l *Line) Drop(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, ok := l.fresh[key]; ok {
		delete(l.fresh, key)
		return
	}
	delete(l.old, key)
}

func (l *Line) Join(group, member string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.groups[group] == nil {
		l.groups[group] = map[string]bool{}
	}
	l.groups[group][member] = true
}

func (l *Line) Part(group, member string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.groups[group], member)
	if len(l.groups[group]) == 0 {
		delete(l.groups, group)
	}
}

func (l *Line) Question(text string, answered func(reply)) {
	timer := time.AfterFunc(time.Minute, func() { l.forget(text) })
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked[text] = func(r reply) {
		timer.Stop()
		l.forget(text)
		answered(r)
	}
}

func (l *Line) forget(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.asked, text)
}

func (l *Line) Later(name string, run func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t := l.timers[name]; t != nil {
		t.Stop()
	}
	l.timers[name] = time.AfterFunc(time.Second, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.timers, name)
		run()
	})
}
