// Tables of a service whose keys are the program's own, or those of what somebody has set up or put there.
package main

import (
	"encoding/json"
	"net"
	"net/http"
	"os"
	"sync"
)

type URL struct{ Path string }

type setting struct{ value string }

type frameMessage struct {
	ViewAddr string
	ID       uint32
}

type screen struct{ name string }

type Client struct{ http.Client }

type theatre struct {
	mu       sync.Mutex
	ourAddrs map[string]bool
	settings map[uint32]*setting
	clients  map[string]*Client
	dialled  map[string]bool
	posters  map[string][]byte
	plays    map[string]bool
	screens  map[string]*screen
	views    map[string]int
}

func (t *theatre) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var m frameMessage
	if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
		return
	}
	t.frame(m)
	t.client(m.ViewAddr)
	w.Write(t.poster(m))
}

func (t *theatre) frame(m frameMessage) {
	t.ourAddrs[m.ViewAddr] = true
	t.settings[m.ID] = &setting{}
	if c, err := net.Dial("tcp", m.ViewAddr); err == nil {
		t.dialled[c.RemoteAddr().String()] = true
		c.Close()
	}
}

func (t *theatre) client(addr string) *Client {
	c, ok := t.clients[addr]
	if !ok {
		c = &Client{}
		t.clients[addr] = c
	}
	return c
}

func (t *theatre) poster(m frameMessage) []byte {
	text, err := os.ReadFile(m.ViewAddr)
	if err != nil {
		return nil
	}
	t.posters[m.ViewAddr] = text
	return text
}

func (t *theatre) play(urls []*URL) {
	for _, u := range urls {
		t.plays[u.Path] = true
	}
}

func (t *theatre) view(s *screen) { t.views[s.name]++ }

func main() {
	t := &theatre{
		ourAddrs: map[string]bool{},
		settings: map[uint32]*setting{},
		clients:  map[string]*Client{},
		dialled:  map[string]bool{},
		posters:  map[string][]byte{},
		plays:    map[string]bool{},
		screens:  map[string]*screen{"one": {"one"}},
		views:    map[string]int{},
	}
	http.HandleFunc("/plays", func(http.ResponseWriter, *http.Request) {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.play([]*URL{{"/"}})
		t.view(t.screens["one"])
	})
	http.Handle("/", t)
	select {}
}
