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

	http.HandleFunc("/price", func(w http.ResponseWriter, r *http.Request) {
		prices, err := theOnlyOne()
		if err == nil {
			prices.asked <- r.Host
			theOnlyTeller().asked <- r.Host
		}
	})
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

// priceList is made when it is first asked for, and kept: there is one goroutine, however many requests come.
type priceList struct {
	asked  chan string
	prices map[string]string
}

var (
	once   sync.Mutex
	only   *priceList
	teller *priceTeller
)

func theOnlyOne() (*priceList, error) {
	once.Lock()
	defer once.Unlock()
	if only == nil {
		var err error
		if only, err = newPriceList(); err != nil {
			return nil, err
		}
	}
	return only, nil
}

func newPriceList() (*priceList, error) {
	file, err := os.ReadFile("prices")
	if err != nil {
		return nil, err
	}
	p := &priceList{asked: make(chan string), prices: map[string]string{"all": string(file)}}
	go p.answer()
	return p, nil
}

func (p *priceList) answer() {
	for {
		log.Print(p.prices[<-p.asked])
	}
}

// priceTeller is kept before its goroutine is started.
type priceTeller struct {
	asked chan string
	told  map[string]string
}

func theOnlyTeller() *priceTeller {
	once.Lock()
	defer once.Unlock()
	if teller != nil {
		return teller
	}
	teller = &priceTeller{asked: make(chan string), told: map[string]string{"a": "b"}}
	go teller.tell()
	return teller
}

func (t *priceTeller) tell() {
	for {
		log.Print(t.told[<-t.asked])
	}
}
