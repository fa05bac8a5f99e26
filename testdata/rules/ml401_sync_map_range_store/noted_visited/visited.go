// The visited key, and moved entries: a note, as the map does not multiply.
package visited

import "sync"

var (
	counts  sync.Map
	moved   sync.Map
	touched sync.Map
)

func Reset() {
	counts.Range(func(key, value any) bool {
		counts.Store(key, 0) // want `ML401: Store on visited.counts inside its own Range stores the visited key again: harmless`
		return true
	})
}

func Move() {
	moved.Range(func(key, value any) bool {
		moved.Delete(key)
		moved.Store(key.(string)+"'", value) // want `ML401: Store on visited.moved inside its own Range moves entries to other keys`
		return true
	})
}

func Touch() {
	touched.Range(func(key, value any) bool {
		name := key.(string)
		if value == nil {
			touched.LoadOrStore(name, true) // want `ML401: LoadOrStore on visited.touched inside its own Range stores the visited key`
		}
		return true
	})
}
