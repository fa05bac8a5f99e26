// A lock is given back as if it had been taken for the other purpose.
package mismatch

import "sync"

type Board struct {
	mu     sync.RWMutex
	scores map[string]int
}

func (b *Board) Score(team string) int {
	b.mu.RLock() // want "ML602: b.mu.RLock is given back by Unlock: unlocking for writing what is locked for reading stops"
	defer b.mu.Unlock()
	return b.scores[team]
}

func (b *Board) Win(team string) {
	b.mu.Lock() // want "ML602: b.mu.Lock is given back by RUnlock: unlocking for reading what is locked for writing stops"
	b.scores[team] += 3
	b.mu.RUnlock()
}

func (b *Board) Leader() (leader string) {
	b.mu.RLock() // want "ML602: b.mu.RLock is given back by Unlock"
	defer func() {
		b.mu.Unlock()
	}()
	for team, score := range b.scores {
		if leader == "" || score > b.scores[leader] {
			leader = team
		}
	}
	return leader
}
