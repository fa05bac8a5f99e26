// A program's own state: goroutines started once that hold a map filled at start-up, or that clean up after themselves.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

func main() {
	settings := map[string]string{}
	for _, pair := range os.Environ() {
		name, value, _ := strings.Cut(pair, "=")
		settings[name] = value
	}
	go func() {
		for {
			time.Sleep(time.Minute)
			log.Print(len(settings), settings["HOME"])
		}
	}()

	var mutex sync.Mutex
	clients := map[string]time.Time{}
	go func() {
		for range time.Tick(time.Minute) {
			mutex.Lock()
			for client, at := range clients {
				if time.Since(at) > time.Hour {
					delete(clients, client)
				}
			}
			mutex.Unlock()
		}
	}()

	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		mutex.Lock()
		clients[r.RemoteAddr] = time.Now()
		mutex.Unlock()
		results := map[string]int{}
		done := make(chan struct{})
		go func() {
			defer close(done)
			for name, values := range r.URL.Query() {
				results[name] = len(values)
			}
		}()
		<-done
		fmt.Fprintln(w, results)
	})
	startWatcher()
	log.Fatal(http.ListenAndServe(":8080", nil))
}

// watcher is made once: the goroutine's map is the program's state.
type watcher struct{ names map[string]string }

func (w *watcher) watch() {
	for {
		time.Sleep(time.Minute)
		log.Print(len(w.names), w.names)
	}
}

func startWatcher() {
	w := &watcher{names: map[string]string{"a": "b"}}
	go w.watch()
}
