// Goroutines of a loop, or handlers, write one map without a lock.
package goroutines

import (
	"fmt"
	"net/http"
	"sync"
	"time"
)

func Lengths(words []string) map[string]int {
	lengths := map[string]int{}
	var done sync.WaitGroup
	for _, word := range words {
		done.Add(1)
		go func() {
			defer done.Done()
			lengths[word] = len(word) // want "ML601: goroutines.Lengths.lengths is written without a lock by all the goroutines that a loop"
		}()
	}
	done.Wait()
	return lengths
}

func Merge(counts map[string]int, parts []map[string]int) {
	finished := make(chan bool)
	for i := range parts {
		go func(part map[string]int) {
			for key, n := range part {
				counts[key] += n // want "ML601: goroutines.Merge.counts is written without a lock by all the goroutines"
			}
			finished <- true
		}(parts[i])
	}
	for range parts {
		<-finished
	}
}

var hits = map[string]int{}

func serve(w http.ResponseWriter, r *http.Request) {
	hits[r.URL.Path]++ // want "ML601: goroutines.hits is written without a lock by handlers that run side by side"
	if len(hits) > 100 {
		clear(hits)
	}
}

var users = map[string]bool{}

func login(w http.ResponseWriter, r *http.Request) { remember(r.FormValue("user")) }

func remember(user string) {
	users[user] = true // want "ML601: goroutines.users is written without a lock by handlers"
}

func logout(w http.ResponseWriter, r *http.Request) { delete(users, r.FormValue("user")) }

var rates = map[string]string{}

func watch() {
	for {
		rates["EUR"] = time.Now().String()
		time.Sleep(time.Minute)
	}
}

func rate(w http.ResponseWriter, r *http.Request) {
	fmt.Fprint(w, rates["EUR"]) // want "ML601: goroutines.rates is read by handlers without a lock while a goroutine writes it"
}

func Routes(mux *http.ServeMux) {
	go watch()
	mux.HandleFunc("/", serve)
	mux.HandleFunc("/rate", rate)
	mux.HandleFunc("/login", login)
	mux.HandleFunc("/logout", logout)
}
