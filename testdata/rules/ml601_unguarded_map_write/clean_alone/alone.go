// No two goroutines meet at the map, or each has its own.
package alone

import (
	"net/http"
	"sync"
)

func Each(words []string) {
	for _, word := range words {
		own := map[string]int{}
		go func() { own[word]++ }()
	}
}

func OneByOne(words []string) map[string]int {
	lengths := map[string]int{}
	var done sync.WaitGroup
	for _, word := range words {
		done.Add(1)
		go func() {
			defer done.Done()
			lengths[word] = len(word)
		}()
		done.Wait()
	}
	return lengths
}

func Locked(words []string) map[string]int {
	var mu sync.Mutex
	lengths := map[string]int{}
	var done sync.WaitGroup
	for _, word := range words {
		done.Add(1)
		go func() {
			defer done.Done()
			mu.Lock()
			defer mu.Unlock()
			lengths[word] = len(word)
		}()
	}
	done.Wait()
	return lengths
}

func Collected(words []string) map[string]int {
	lengths := map[string]int{}
	results := make(chan string)
	for _, word := range words {
		go func() { results <- word }()
	}
	for range words {
		word := <-results
		lengths[word] = len(word)
	}
	return lengths
}

func ReadOnly(sizes map[string]int, words []string) {
	for _, word := range words {
		go func() { println(sizes[word]) }()
	}
}

// state belongs to the goroutine of Run.
type Loop struct {
	requests chan string
	state    map[string]int
}

func (l *Loop) Run() {
	for request := range l.requests {
		l.handle(request)
	}
}

func (l *Loop) handle(request string) {
	l.state[request]++
	if l.state[request] > 3 {
		delete(l.state, request)
	}
}

func (l *Loop) Ask(request string) { l.requests <- request }

var names = map[string]string{}

func init() { names["a"] = "alpha" }

func name(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(names[r.URL.Path])) }

var (
	mu      sync.Mutex
	counted = map[string]int{}
)

func count(w http.ResponseWriter, r *http.Request) {
	mu.Lock()
	defer mu.Unlock()
	counted[r.URL.Path]++
	if len(counted) > 100 {
		clear(counted)
	}
}

func scratch(w http.ResponseWriter, r *http.Request) {
	seen := map[string]bool{}
	for key := range r.Header {
		seen[key] = true
	}
}

func Routes(mux *http.ServeMux) {
	mux.HandleFunc("/name", name)
	mux.HandleFunc("/count", count)
	mux.HandleFunc("/scratch", scratch)
}
