package alone

import "sync"

type tally struct {
	mu    sync.RWMutex
	votes map[string]int
}

func (t *tally) vote(name string) { t.votes[name]++ }

func (t *tally) safely(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.votes[name]++
}

// VoteEach gives each goroutine a tally of its own.
func VoteEach(names []string) (all []*tally) {
	for _, name := range names {
		own := &tally{votes: map[string]int{}}
		all = append(all, own)
		go func() { own.vote(name) }()
	}
	return all
}

// VoteSafely has one for all, which locks.
func VoteSafely(names []string) {
	one := &tally{votes: map[string]int{}}
	for _, name := range names {
		go func() { one.safely(name) }()
	}
}

// VoteLocked holds the lock around what is called.
func VoteLocked(names []string) {
	one := &tally{votes: map[string]int{}}
	for _, name := range names {
		go func() {
			one.mu.Lock()
			defer one.mu.Unlock()
			one.vote(name)
		}()
	}
}

func mark(seats map[string]bool, seat string) { seats[seat] = true }

// Rows has one map for each goroutine.
func Rows(wanted []string) []map[string]bool {
	rows := make([]map[string]bool, len(wanted))
	var done sync.WaitGroup
	for i, seat := range wanted {
		rows[i] = map[string]bool{}
		done.Go(func() { mark(rows[i], seat) })
	}
	done.Wait()
	return rows
}
