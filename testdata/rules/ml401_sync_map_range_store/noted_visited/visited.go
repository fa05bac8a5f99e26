// Moved entries are a note, as the map does not multiply; the visited key, stored again, is nothing by default.
package visited

import "sync"

var (
	counts  sync.Map
	moved   sync.Map
	touched sync.Map
)

func Reset() {
	counts.Range(func(key, value any) bool {
		counts.Store(key, 0)
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
			touched.LoadOrStore(name, true)
		}
		return true
	})
}
