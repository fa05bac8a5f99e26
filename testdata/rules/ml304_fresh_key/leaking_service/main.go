// Tables under keys that are made for the insertion and that nobody has afterwards.
package main

import (
	crand "crypto/rand"
	"net/http"
	"sync"
	"time"

	"example.com/service/settings"
)

type request struct {
	host string
	at   time.Time
}

type tag struct {
	of   *request
	name string
}

type table struct {
	mu      sync.Mutex
	clients map[*request]*http.Client
	tags    map[tag]int
}

var (
	clients  = map[*request]*http.Client{}
	pointers = map[*int]string{}
	anything = map[any]string{}
	tokens   = map[string]string{}
	moments  = map[time.Time]string{}
	sessions sync.Map
	byConfig sync.Map
)

func main() {
	t := &table{clients: map[*request]*http.Client{}, tags: map[tag]int{}}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		lookUp(r)
		newPointer(r)
		inInterface(r)
		token(r)
		moment(r)
		load(r)
		construct(r)
		t.get(r)
		t.count(r)
	})
	http.HandleFunc("/forget", func(w http.ResponseWriter, r *http.Request) {
		forget(&request{host: r.Host})
	})
	http.ListenAndServe(":8080", nil)
}

func lookUp(r *http.Request) {
	key := &request{host: r.Host}
	if _, ok := clients[key]; !ok {
		clients[key] = &http.Client{} // want `ML304: entries of service.clients cannot be found again: service.lookUp, reached from service.main\$1, stores them under key 'key': the key is allocated for this insertion, so the look-up`
	}
}

func forget(key *request) {
	sessions.Delete(key)
}

func newPointer(r *http.Request) {
	key := new(int)
	*key = len(r.Host)
	pointers[key] = r.Host // want `ML304: entries of service.pointers .* allocated for this insertion, and nothing else keeps it`
}

func inInterface(r *http.Request) {
	anything[&request{host: r.Host}] = r.Method // want `ML304: entries of service.anything`
}

func token(r *http.Request) {
	id := crand.Text()
	tokens[id] = r.RemoteAddr // want `ML304: entries of service.tokens .* a random id, and nothing else keeps it`
}

func moment(r *http.Request) {
	moments[time.Now()] = r.Host // want `ML304: entries of service.moments .* the time of the insertion`
}

func load(r *http.Request) {
	key := &request{host: r.Host}
	key.at = time.Now()
	sessions.Store(key, r.Host) // want `ML304: entries of service.sessions`
}

func construct(r *http.Request) {
	config := settings.New()
	config.SetHost(r.Host)
	if _, ok := byConfig.Load(config); ok {
		return
	}
	byConfig.Store(config, settings.Dial(config)) // want `ML304: entries of service.byConfig .* allocated by settings.New`
}

func (t *table) get(r *http.Request) *http.Client {
	t.mu.Lock()
	defer t.mu.Unlock()
	key := &request{host: r.Host}
	found := t.clients[key]
	if found == nil {
		found = &http.Client{}
		t.clients[key] = found // want `ML304: entries of service.table.clients`
	}
	return found
}

func (t *table) count(r *http.Request) {
	t.mu.Lock()
	defer t.mu.Unlock()
	of := &request{host: r.Host}
	t.tags[tag{of: of, name: r.Method}]++ // want `ML304: entries of service.table.tags`
}
