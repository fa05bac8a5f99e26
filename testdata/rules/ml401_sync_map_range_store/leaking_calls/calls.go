// The store is not in the callback itself but in what it calls.
package calls

import "sync"

var (
	direct  sync.Map
	deep    sync.Map
	named   sync.Map
	closed  sync.Map
	methods sync.Map
	passed  sync.Map
)

func put(key string, value any) { direct.Store(key, value) }

func Direct() {
	direct.Range(func(key, value any) bool {
		put(key.(string)+"'", value) // want "ML401: Store on calls.direct inside its own Range stores "
		return true
	})
}

func first(key string)  { second(key + "'") }
func second(key string) { deep.Store(key, true) }

func Deep() {
	deep.Range(func(key, value any) bool {
		first(key.(string)) // want "ML401: Store on calls.deep inside its own Range stores "
		return true
	})
}

func copyUp(key, value any) bool {
	named.Store(key.(int)+1000, value) // want "ML401: Store on calls.named inside its own Range stores new keys"
	return true
}

func Named() { named.Range(copyUp) }

func Closed() {
	add := func(key string) { closed.Store(key, true) }
	closed.Range(func(key, value any) bool {
		add(key.(string) + "'") // want "ML401: Store on calls.closed inside its own Range stores "
		return true
	})
}

func Method() {
	store := methods.Store
	methods.Range(func(key, value any) bool {
		store(key.(string)+"'", value) // want "ML401: Store on calls.methods inside its own Range stores "
		return true
	})
}

func Passed() { visit(&passed) }

func visit(m *sync.Map) {
	m.Range(func(key, value any) bool {
		m.Store(key.(string)+"'", value) // want "ML401: Store on calls.* inside its own Range stores new keys"
		return true
	})
}

// Server guards its peers with methods.
type Server struct{ peers sync.Map }

func (s *Server) add(name string) { s.peers.LoadOrStore(name, true) }

func (s *Server) Spread() {
	s.peers.Range(func(key, value any) bool {
		s.add(key.(string) + "'") // want "ML401: LoadOrStore on calls.Server.peers inside its own Range stores "
		return true
	})
}

func (s *Server) visit(key, value any) bool {
	s.peers.Store(key.(string)+"'", value) // want "ML401: Store on calls.Server.peers inside its own Range stores new keys"
	return true
}

func (s *Server) Visit() { s.peers.Range(s.visit) }
