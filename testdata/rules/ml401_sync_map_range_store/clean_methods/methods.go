// Methods of sync.Map that add no entry.
package methods

import (
	"sync"
	"time"
)

var sessions sync.Map

func Open(id string)  { sessions.Store(id, time.Now()) }
func Close(id string) { sessions.Delete(id) }

func Sweep(limit time.Duration) {
	sessions.Range(func(id, opened any) bool {
		if time.Since(opened.(time.Time)) > limit {
			sessions.Delete(id)
		}
		return true
	})
}

func Expire() {
	sessions.Range(func(id, opened any) bool {
		sessions.CompareAndDelete(id, opened)
		return true
	})
}

func Renew() {
	sessions.Range(func(id, opened any) bool {
		sessions.CompareAndSwap(id, opened, time.Now())
		return true
	})
}

func Take() (taken []any) {
	sessions.Range(func(id, _ any) bool {
		if opened, ok := sessions.LoadAndDelete(id); ok {
			taken = append(taken, opened)
		}
		return true
	})
	return taken
}

func Empty() {
	sessions.Range(func(_, _ any) bool {
		sessions.Clear()
		return false
	})
}

func Last() {
	sessions.Range(func(id, _ any) bool {
		sessions.Store("last", id) // one more entry in all
		return true
	})
}

func Look() (known bool) {
	sessions.Range(func(id, _ any) bool {
		_, known = sessions.Load(id.(string) + "'")
		return known
	})
	return known
}
