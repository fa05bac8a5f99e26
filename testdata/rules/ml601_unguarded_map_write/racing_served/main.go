// One side holds a lock and the other none, or locks that keep nobody out, or what goes on beside handlers in main.
package main

import (
	"fmt"
	"log"
	"net/http"
	"sync"
	"time"
)

type Stall struct {
	mu     sync.RWMutex
	prices map[string]int
}

func (s *Stall) Set(cents int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.prices["tea"] = cents
}

func (s *Stall) Get(item string) int {
	return s.prices[item] // want "ML601: served.Stall.prices is read without s.mu, which is held where it is written"
}

var stall = &Stall{prices: map[string]int{}}

func setPrice(w http.ResponseWriter, r *http.Request) { stall.Set(len(r.URL.Path)) }

func getPrice(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, stall.Get(r.URL.Path)) }

var (
	votesMu sync.Mutex
	votes   = map[string]int{}
)

func vote(w http.ResponseWriter, r *http.Request) {
	votesMu.Lock()
	defer votesMu.Unlock()
	votes["yes"]++
}

func result(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, votes[r.URL.Path]) // want "ML601: served.votes is read without votesMu, which is held where it is written"
}

var banned = map[string]bool{}

func isBanned(w http.ResponseWriter, r *http.Request) {
	if banned[r.RemoteAddr] { // want "ML601: served.banned is read without a lock by handlers that run side by side while a goroutine writes it"
		w.WriteHeader(http.StatusForbidden)
	}
}

var rates = map[string]float64{}

func rate(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, rates[r.URL.Path]) // want "ML601: served.rates is read without a lock by handlers that run side by side while a goroutine writes it"
}

func refreshRates() {
	rates["EUR"] = float64(time.Now().Unix())
	time.AfterFunc(time.Minute, refreshRates)
}

var uptime = map[string]int{}

func showUptime(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, uptime["minutes"]) // want "ML601: served.uptime is read without a lock by handlers that run side by side while a goroutine writes it"
}

var visits = map[string]int{}

func visit(w http.ResponseWriter, r *http.Request) {
	var mu sync.Mutex
	mu.Lock()
	defer mu.Unlock()
	visits["all"]++ // want "ML601: served.visits is written without a lock by handlers that run side by side"
}

var (
	places   = make(chan struct{}, 2)
	bookings = map[string]int{}
)

func book(w http.ResponseWriter, r *http.Request) {
	places <- struct{}{}
	defer func() { <-places }()
	bookings["all"]++ // want "ML601: served.bookings is written without a lock by handlers that run side by side"
}

var names = map[int]string{}

func name(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintln(w, names[0]) // want "ML601: served.names is read without a lock by handlers that run side by side while a goroutine writes it"
}

var (
	menuMu sync.Mutex
	menu   = map[string]int{}
)

func order(w http.ResponseWriter, r *http.Request) {
	menuMu.Lock()
	defer menuMu.Unlock()
	menu["soup"]++
}

var tips = map[string]int{}

func timed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		next.ServeHTTP(w, r)
		log.Print(time.Since(start))
	})
}

func tip(w http.ResponseWriter, r *http.Request) {
	tips["cents"] += len(r.URL.Path) // want "ML601: served.tips is written without a lock by handlers that run side by side"
}

func main() {
	countCalls()
	time.AfterFunc(time.Hour, func() { clear(banned) })
	time.AfterFunc(time.Hour, func() {
		delete(menu, "soup") // want "ML601: served.menu is written without menuMu"
	})
	go func() { names[0] = "nobody" }()
	refreshRates()
	http.HandleFunc("/set/", setPrice)
	http.HandleFunc("/get/", getPrice)
	http.HandleFunc("/vote/", vote)
	http.HandleFunc("/result/", result)
	http.HandleFunc("/banned/", isBanned)
	http.HandleFunc("/rate/", rate)
	http.HandleFunc("/uptime/", showUptime)
	http.HandleFunc("/visit/", visit)
	http.HandleFunc("/book/", book)
	http.HandleFunc("/name/", name)
	http.HandleFunc("/order/", order)
	http.Handle("/tip/", timed(http.HandlerFunc(tip)))
	go func() { log.Fatal(http.ListenAndServe(":8080", nil)) }()
	for {
		uptime["minutes"]++
		time.Sleep(time.Minute)
	}
}
