package goroutines

import "sync"

// Tally counts what workers that run side by side tell it.
type Tally struct{ votes map[string]int }

func (t *Tally) vote(name string) {
	t.votes[name]++ // want "ML601: goroutines.Tally.votes is written without a lock by all the goroutines that a loop starts"
}

func Vote(names []string) *Tally {
	tally := &Tally{votes: map[string]int{"": 0}}
	var done sync.WaitGroup
	for _, name := range names {
		done.Go(func() { tally.vote(name) })
	}
	done.Wait()
	return tally
}

func mark(seats map[string]bool, seat string) {
	seats[seat] = true // want "ML601: goroutines.Book.seats is written without a lock by all the goroutines that a loop starts"
}

func Book(wanted []string) map[string]bool {
	seats := map[string]bool{}
	var done sync.WaitGroup
	for _, seat := range wanted {
		done.Go(func() { mark(seats, seat) })
	}
	done.Wait()
	return seats
}

func Weigh(parcels []string) map[string]int {
	weights := map[string]int{}
	var done sync.WaitGroup
	for _, parcel := range parcels {
		done.Add(1)
		go func(heavy map[string]int) {
			defer done.Done()
			heavy[parcel] = len(parcel) // want "ML601: goroutines.Weigh.* is written without a lock by all the goroutines"
		}(weights)
	}
	done.Wait()
	return weights
}

func Stamp(letters []string) map[string]bool {
	stamped := map[string]bool{}
	var mu sync.RWMutex
	var done sync.WaitGroup
	for _, letter := range letters {
		done.Go(func() {
			mu.RLock()
			defer mu.RUnlock()
			stamped[letter] = true // want "ML601: goroutines.Stamp.stamped is written under mu.RLock, which others hold at the same time"
		})
	}
	done.Wait()
	return stamped
}
