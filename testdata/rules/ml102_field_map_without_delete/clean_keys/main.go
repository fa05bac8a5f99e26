// Tables of a long-lived object whose keys are few: constants, settings, small numbers, parts of the program.
package main

import (
	"flag"
	"fmt"
	"hash/fnv"
	"log"
	"net/http"
	"reflect"
	"strings"
	"sync"
)

const shards = 16

type config struct {
	backends []string
	region   string
}

type level int

const (
	quiet level = iota
	loud
)

type kind struct{ name string }

var kinds = []kind{{"read"}, {"write"}}

type service struct {
	mu       sync.Mutex
	settings config
	byShard  map[uint32]int
	byStatus map[int]int
	byLevel  map[level]int
	byType   map[reflect.Type]string
	byClass  map[string]int
	byKind   map[string]int
	backends map[string]*http.Client
	regions  map[string]int
	verbs    map[string]int
	capped   map[string]int
	slots    map[int]string
	flags    map[string]bool
	outcomes map[string]int
}

type answer struct {
	status int
	class  string
}

func main() {
	region := flag.String("region", "here", "where we are")
	backends := flag.String("backends", "", "comma-separated")
	flag.Parse()
	s := &service{
		settings: config{strings.Split(*backends, ","), *region},
		byShard:  map[uint32]int{},
		byStatus: map[int]int{},
		byLevel:  map[level]int{},
		byType:   map[reflect.Type]string{},
		byClass:  map[string]int{},
		byKind:   map[string]int{},
		backends: map[string]*http.Client{},
		regions:  map[string]int{},
		verbs:    map[string]int{},
		capped:   map[string]int{},
		slots:    map[int]string{},
		flags:    map[string]bool{},
		outcomes: map[string]int{},
	}
	http.HandleFunc("/", s.handle)
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func (s *service) handle(_ http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.byShard[shard(r.RemoteAddr)]++
	a := respond(r)
	s.byStatus[a.status]++
	s.byClass[a.class]++
	s.byLevel[volume(r)]++
	s.byType[reflect.TypeOf(a)] = "answer"
	for _, k := range kinds {
		s.byKind[k.name]++
	}
	for _, backend := range s.settings.backends {
		s.backends[backend] = http.DefaultClient
	}
	s.regions[s.settings.region]++
	s.verbs[verb(r)]++
	s.remember(r.URL.Path)
	s.slots[len(r.URL.Path)%shards] = r.URL.Path
	s.outcomes[outcome(verb(r), a.status == http.StatusOK)]++
	for _, word := range strings.Fields("debug trace verbose") {
		s.flags[word] = true
	}
}

func shard(text string) uint32 {
	hash := fnv.New32a()
	hash.Write([]byte(text))
	return hash.Sum32() % shards
}

func respond(r *http.Request) answer {
	if r.Method != http.MethodGet {
		return answer{http.StatusMethodNotAllowed, "refused"}
	}
	return answer{status: http.StatusOK, class: "served"}
}

func volume(r *http.Request) level {
	if r.ContentLength > 0 {
		return loud
	}
	return quiet
}

func verb(r *http.Request) string {
	switch r.Method {
	case http.MethodGet:
		return "get"
	case http.MethodPost:
		return "post"
	}
	return "other"
}

func outcome(verb string, ok bool) string {
	return fmt.Sprintf("%s-%s", verb, word(ok))
}

func word(ok bool) string {
	if ok {
		return "done"
	}
	return "failed"
}

func (s *service) remember(path string) {
	if s.full() {
		return
	}
	s.capped[path]++
}

func (s *service) full() bool { return len(s.capped) >= 1000 }
