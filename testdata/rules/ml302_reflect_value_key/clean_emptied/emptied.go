// Removals that need no equal key: everything at once, or the map's own keys.
package emptied

import (
	"maps"
	"reflect"
	"sync"
)

var (
	cleared  = map[reflect.Value]bool{}
	remade   = map[reflect.Value]bool{}
	dropped  map[reflect.Value]bool
	ranged   = map[reflect.Value]int{}
	filtered = map[reflect.Value]int{}
	shared   sync.Map
	emptied  sync.Map
	shapes   = map[reflect.Value]string{}
)

type circle struct{}

func init() {
	shapes[reflect.ValueOf(circle{})] = "circle"
}

func Mark(value any) { cleared[reflect.ValueOf(value)] = true }
func Clear()         { clear(cleared) }

func Remark(value any) { remade[reflect.ValueOf(value)] = true }
func Remake()          { remade = map[reflect.Value]bool{} }

func Redrop(value any) {
	if dropped == nil {
		dropped = map[reflect.Value]bool{}
	}
	dropped[reflect.ValueOf(value)] = true
}

func Drop() { dropped = nil }

func Count(value any) { ranged[reflect.ValueOf(value)]++ }

func Sweep() {
	for v, n := range ranged {
		if n < 2 {
			delete(ranged, v)
		}
	}
}

func Filter(value any) {
	filtered[reflect.ValueOf(value)]++
	maps.DeleteFunc(filtered, func(v reflect.Value, n int) bool { return v.IsZero() })
}

func Share(value any) { shared.Store(reflect.ValueOf(value), 1) }

func Unshare() {
	shared.Range(func(key, _ any) bool {
		shared.Delete(key)
		return true
	})
}

func Empty(value any) {
	emptied.Clear()
	emptied.Store(reflect.ValueOf(value), 1)
}
