// The callback of Range stores keys that are not the visited one, or may not be.
package new

import (
	"fmt"
	"strings"
	"sync"
)

var (
	prices  sync.Map
	aliases sync.Map
	tokens  sync.Map
	pool    = new(sync.Map)
	queue   sync.Map
	looked  sync.Map
)

func Price(item string, price float64) { prices.Store(item, price) }
func Unprice(item string)              { prices.Delete(item) }

func Round() {
	prices.Range(func(item, price any) bool {
		prices.Store(item.(string)+"/rounded", price) // want `ML401: Store on new.prices inside its own Range stores new keys: each pass multiplies the map`
		return true
	})
}

func Alias() {
	aliases.Range(func(name, value any) bool {
		lower := strings.ToLower(name.(string))
		aliases.LoadOrStore(lower, value) // want "ML401: LoadOrStore on new.aliases inside its own Range stores "
		return true
	})
}

func Token() {
	tokens.Range(func(_, value any) bool {
		tokens.Swap(fmt.Sprint(value), value) // want "ML401: Swap on new.tokens inside its own Range stores "
		return true
	})
}

func Pool() {
	pool.Range(func(key, value any) bool {
		pool.Store(new(int), value) // want "ML401: Store on new.pool inside its own Range stores "
		return true
	})
}

func Queue() {
	m := &queue
	m.Range(func(key, value any) bool {
		queue.Store(key.(int)+1, value) // want "ML401: Store on new.queue inside its own Range stores new keys"
		return true
	})
}

// Cache holds its map by value.
type Cache struct {
	entries sync.Map
}

func (c *Cache) Double() {
	c.entries.Range(func(key, value any) bool {
		for i := range 2 {
			c.entries.Store(fmt.Sprint(key, i), value) // want "ML401: Store on new.Cache.entries inside its own Range stores "
		}
		return true
	})
}

// Embedded promotes the map's methods.
type Embedded struct{ sync.Map }

func (e *Embedded) Double() {
	e.Range(func(key, value any) bool {
		e.Store(fmt.Sprint(key, "'"), value) // want "ML401: Store on new.Embedded.Map inside its own Range stores "
		return true
	})
}

func Local(names []string) int {
	var m sync.Map
	for _, name := range names {
		m.Store(name, name)
	}
	m.Range(func(key, value any) bool {
		m.Store(key.(string)+"!", value) // want "ML401: Store on new.Local.m inside its own Range stores new keys"
		return true
	})
	n := 0
	m.Range(func(key, value any) bool { n++; return true })
	return n
}

func Looked(resolve func(any) any) {
	looked.Range(func(key, value any) bool {
		looked.Store(resolve(key), value) // want "ML401: Store on new.looked inside its own Range stores keys that may be new"
		return true
	})
}
