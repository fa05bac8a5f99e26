// Stores that are not into the map being visited, or not while it is visited.
package elsewhere

import "sync"

// Pair holds two maps of one name each.
type Pair struct{ live, next sync.Map }

func (p *Pair) Advance() {
	p.live.Range(func(key, value any) bool {
		p.next.Store(key.(string)+"'", value)
		p.live.Delete(key)
		return true
	})
	p.next.Range(func(key, value any) bool {
		p.next.Delete(key)
		return true
	})
}

func Copy(source *sync.Map) *sync.Map {
	var target sync.Map
	source.Range(func(key, value any) bool {
		target.Store(key, value)
		return true
	})
	return &target
}

func Collect(m *sync.Map) {
	var names []string
	m.Range(func(key, _ any) bool {
		names = append(names, key.(string)+"'")
		return true
	})
	for _, name := range names {
		m.Store(name, true)
	}
}

func Built(m *sync.Map) map[string]any {
	built := map[string]any{}
	m.Range(func(key, value any) bool {
		built[key.(string)+"'"] = value
		return true
	})
	return built
}

// list has a Range of its own that visits a copy.
type list struct {
	mutex sync.Mutex
	items []string
}

func (l *list) Range(visit func(item string) bool) {
	l.mutex.Lock()
	items := append([]string(nil), l.items...)
	l.mutex.Unlock()
	for _, item := range items {
		if !visit(item) {
			return
		}
	}
}

func (l *list) Store(item string) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.items = append(l.items, item)
}

func Extend(l *list) {
	l.Range(func(item string) bool {
		l.Store(item + "'")
		return true
	})
}
