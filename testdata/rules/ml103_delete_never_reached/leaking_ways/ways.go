// Removals on one way out only.
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
	dialed  map[string]int
	groups  map[string][]string
	members map[string]string
	asked   map[string]func(reply)
	costs   map[string]int
	ready   map[string]int
	send    func(uint64) error
}

func (l *Line) Close() {}

func (l *Line) Ask(ctx context.Context, id uint64) (reply, error) {
	answer := make(chan reply, 1)
	l.mu.Lock()
	l.waiting[id] = answer // want `ML103: .* removes only when the context is cancelled`
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

func (l *Line) Begin(id uint64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.begun[id] = time.Now() // want `ML103: .* removes only when an error has come up`
	if err := l.send(id); err != nil {
		delete(l.begun, id)
		return err
	}
	return nil
}

func (l *Line) Dial(host string, done <-chan struct{}) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dialed[host]++ // want `ML103: .* removes only when it has waited too long`
	select {
	case <-done:
		return true
	case <-time.After(time.Second):
		delete(l.dialed, host)
		return false
	}
}

func (l *Line) Join(group, member string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.groups[group] = append(l.groups[group], member) // want `ML103: .* removes only in one branch; where it removes from ways\.Line\.members`
	l.members[member] = group
}

func (l *Line) Part(group, member string, all bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if all {
		for _, m := range l.groups[group] {
			delete(l.members, m)
		}
		delete(l.groups, group)
	} else {
		delete(l.members, member)
	}
}

func (l *Line) Estimate(job string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.costs[job]++ // want `ML103: .* removes only in one branch; where it removes from ways\.Line\.ready`
}

func (l *Line) Ready(task string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ready[task]++
}

func (l *Line) Collect(job, task string, early bool) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	cost := l.costs[job]
	if early {
		delete(l.costs, job)
		return cost
	}
	cost += l.ready[task]
	delete(l.ready, task)
	return cost
}

func (l *Line) ask(text string, answered func(reply)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if answered == nil {
		delete(l.asked, text)
	} else {
		l.asked[text] = answered // want `ML103: .* only the timer that \(\*ways\.Line\)\.Question starts removes`
	}
}

func (l *Line) Question(text string, answered func(reply)) {
	timer := time.AfterFunc(time.Minute, func() {
		l.ask(text, nil)
		answered(reply{})
	})
	l.ask(text, func(r reply) {
		timer.Stop()
		answered(r)
	})
}

func (l *Line) Answer(text string, r reply) {
	l.mu.Lock()
	answered := l.asked[text]
	l.mu.Unlock()
	if answered != nil {
		answered(r)
	}
}
