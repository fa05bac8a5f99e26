// Package variables that something empties, near or far, in every form.
package emptied

import (
	"maps"
	"runtime"
	"sync"
	"time"

	"example.com/emptied/state"
)

var (
	deleted   = map[string]int{}
	faraway   = map[string]int{}
	windows   = map[string]int{}
	cleared   = map[string]int{}
	filtered  = map[string]int{}
	remade    = map[string]int{}
	dropped   map[string]int
	swapped   = map[string]int{}
	tupled    = map[string]int{}
	aliased   = map[string]int{}
	passed    = map[string]int{}
	pointed   = map[string]int{}
	generic   = map[string]int{}
	deferred  = map[string]int{}
	delayed   = map[string]int{}
	finalised = map[uint64]string{}
	handedOut = map[string]func(){}
	returned  = map[string]int{}
)

func Deleted(key string) { deleted[key]++ }
func Delete(key string)  { delete(deleted, key) }

func Faraway(key string) { faraway[key]++ }

func Windows(key string) { windows[key]++ }

func Cleared(key string) { cleared[key]++ }
func Clear()             { clear(cleared) }

func Filtered(key string) { filtered[key]++ }
func Filter() {
	maps.DeleteFunc(filtered, func(_ string, n int) bool { return n < 2 })
}

func Remade(key string) { remade[key]++ }

// Start runs the sweeper.
func Start() {
	go func() {
		for range time.Tick(time.Minute) {
			remade = make(map[string]int)
		}
	}()
}

func Dropped(key string) {
	if dropped == nil {
		dropped = map[string]int{}
	}
	dropped[key]++
}

func Drop() { dropped = nil }

func Swapped(key string) { swapped[key]++ }

func Swap() map[string]int {
	old := swapped
	swapped = map[string]int{}
	return old
}

func Tupled(key string) { tupled[key]++ }

func Report() (old map[string]int) {
	old, tupled = tupled, make(map[string]int)
	return old
}

func Aliased(key string) { aliased[key]++ }

func Forget(key string) {
	m := aliased
	delete(m, key)
}

func remove(m map[string]int, key string) { delete(m, key) }

func Passed(key string)   { passed[key]++ }
func Unpassed(key string) { remove(passed, key) }

func Pointed(key string) { pointed[key]++ }

func Unpointed(key string) {
	p := &pointed
	delete(*p, key)
}

func prune[M ~map[K]V, K comparable, V any](m M, key K) { delete(m, key) }

func Generic(key string) { generic[key]++ }
func Prune(key string)   { prune(generic, key) }

func Deferred(key string, work func()) {
	deferred[key]++
	defer delete(deferred, key)
	work()
}

func Delayed(key string) {
	delayed[key]++
	time.AfterFunc(time.Minute, func() { delete(delayed, key) })
}

type handle struct{ id uint64 }

func Finalised(id uint64, name string) *handle {
	h := &handle{id}
	finalised[id] = name
	runtime.SetFinalizer(h, func(h *handle) { delete(finalised, h.id) })
	return h
}

func HandedOut(key string, stop func()) (undo func()) {
	handedOut[key] = stop
	return func() { delete(handedOut, key) }
}

func counts() map[string]int { return returned }

func Returned(key string) { counts()[key]++ }
func Unreturn(key string) { delete(counts(), key) }

func Shared(key string) { state.Shared[key]++ }

var lock sync.Mutex
