// Removing by a Value made anew does not find the entry.
package removals

import (
	"reflect"
	"sync"
)

var (
	held   = map[reflect.Value]int{}
	shared sync.Map
)

func Hold(name string) {
	held[reflect.ValueOf(name)]++ // want `ML302: removals.held .* lookups do not find them and delete by key misses them`
}

func Release(name string) {
	delete(held, reflect.ValueOf(name))
}

func Share(name string) {
	shared.Store(reflect.ValueOf(name), name) // want "ML302: removals.shared .* delete by key misses them"
}

func Unshare(name string) {
	shared.LoadAndDelete(reflect.ValueOf(name))
}
