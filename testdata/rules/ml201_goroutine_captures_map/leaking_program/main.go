// Goroutines started once by a program: what they fill lives as long as the process, even if they could be stopped.
package main

import (
	"context"
	"log"
	"net/http"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

type visit struct{ client, page string }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	visits := make(chan visit)
	pages := make(chan string)

	clients := map[string]int{}
	go func() { // want `ML201: the goroutine started here adds an entry to .* for every 'v.client' `
		for v := range visits {
			clients[v.client]++
			pages <- v.page
		}
	}()

	var popular sync.Map
	go func() { // want `ML201: the goroutine started here adds an entry to .* for every 'page' `
		for {
			select {
			case <-ctx.Done():
				return
			case page := <-pages:
				popular.Store(page, true)
			}
		}
	}()

	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		visits <- visit{r.RemoteAddr, r.URL.Path}
		labels := map[string]string{"page": r.URL.Path}
		go func() { // want "ML201: every goroutine started here "
			for {
				log.Print((<-pages), labels)
			}
		}()
	})
	http.HandleFunc("/connect", connect)
	log.Fatal(http.ListenAndServe(":8080", nil))
}

type connection struct{ labels map[string]string }

func (c *connection) watch() {
	for {
		time.Sleep(time.Second)
		log.Print(len(c.labels), c.labels)
	}
}

func connect(w http.ResponseWriter, r *http.Request) {
	c := &connection{labels: map[string]string{"page": r.URL.Path}}
	go c.watch() // want `ML201: every goroutine started here keeps its own program.connection.labels alive`
}
