// A program that fills its tables from configuration before it serves, and cleans what it fills while serving.
package main

import (
	"bufio"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

var (
	routes  = map[string]string{}
	users   = map[string]string{}
	plugins = map[string]plugin{}
	mutex   sync.Mutex
	clients = map[net.Conn]time.Time{}
	windows = map[string]int{}
)

type plugin interface{ Name() string }

type echo struct{}

func (echo) Name() string { return "echo" }

func register(p plugin) { plugins[p.Name()] = p }

func load(path string, into map[string]string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), "=")
		into[name] = value
	}
	return nil
}

func main() {
	register(echo{})
	for _, argument := range os.Args[1:] {
		if err := load(argument, users); err != nil {
			log.Fatal(err)
		}
	}
	if err := load("routes.conf", routes); err != nil {
		log.Fatal(err)
	}
	go sweep()
	http.HandleFunc("/", func(_ http.ResponseWriter, r *http.Request) {
		mutex.Lock()
		defer mutex.Unlock()
		windows[r.RemoteAddr]++
	})
	server := http.Server{Addr: ":8080", ConnState: track}
	log.Fatal(server.ListenAndServe())
}

func track(conn net.Conn, state http.ConnState) {
	mutex.Lock()
	defer mutex.Unlock()
	switch state {
	case http.StateNew:
		clients[conn] = time.Now()
	case http.StateClosed, http.StateHijacked:
		delete(clients, conn)
	}
}

func sweep() {
	for range time.Tick(time.Minute) {
		mutex.Lock()
		windows = map[string]int{}
		mutex.Unlock()
	}
}
