package emptied

import (
	"sync"
	"time"
)

// Registry is a named map type that can forget.
type Registry map[string]time.Time

func (r Registry) Add(name string)    { r[name] = time.Now() }
func (r Registry) Remove(name string) { delete(r, name) }

// Sweep drops what is old.
func (r *Registry) Sweep(limit time.Duration) {
	for name, at := range *r {
		if time.Since(at) > limit {
			delete(*r, name)
		}
	}
}

// Reset drops everything.
func (r *Registry) Reset() { *r = Registry{} }

var (
	named    = Registry{}
	swept    = Registry{}
	reset    = Registry{}
	valued   = Registry{}
	tagged   = map[string]int{}
	loaded   sync.Map
	compared sync.Map
	ranged   sync.Map
	emptied  sync.Map
	pool     = new(sync.Map)
	cache    struct {
		sync.Mutex
		pages map[string][]byte
	}
)

func Named(name string)   { named.Add(name) }
func Unnamed(name string) { named.Remove(name) }

func Swept(name string) { swept.Add(name) }
func Sweep()            { swept.Sweep(time.Hour) }

func ResetNow()         { reset.Reset() }
func Again(name string) { reset[name] = time.Now() }

func Valued(name string) { valued.Add(name) }

func Unvalued(name string) {
	forget := valued.Remove
	forget(name)
}

func Tagged(key string) { tagged[key]++ }

func Loaded(key string) { loaded.Store(key, 1) }

func Take(key string) any {
	value, _ := loaded.LoadAndDelete(key)
	return value
}

func Compared(key string) { compared.LoadOrStore(key, 1) }
func Compare(key string)  { compared.CompareAndDelete(key, 1) }

func Ranged(key string) { ranged.Store(key, time.Now()) }

func SweepRanged() {
	ranged.Range(func(key, at any) bool {
		if time.Since(at.(time.Time)) > time.Hour {
			ranged.Delete(key)
		}
		return true
	})
}

func Emptied(key string) { emptied.Store(key, 1) }
func Empty()             { emptied.Clear() }

func Pooled(key string)   { pool.Store(key, 1) }
func Unpooled(key string) { pool.Delete(key) }

func Page(url string, page []byte) {
	cache.Lock()
	defer cache.Unlock()
	if cache.pages == nil {
		cache.pages = map[string][]byte{}
	}
	cache.pages[url] = page
}

func Evict(url string) {
	cache.Lock()
	defer cache.Unlock()
	delete(cache.pages, url)
}
