// Lists under a few fixed keys that every request makes longer, in all the ways a list is read, extended and stored.
package main

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

type sample struct {
	at    time.Time
	value float64
}

type series struct {
	unit    string
	samples []sample
}

type outcome int

const (
	served outcome = iota
	refused
)

var (
	paths     = map[outcome][]string{}
	agents    = map[bool][]string{}
	referers  = map[string][]string{"inside": nil, "outside": nil}
	latencies = map[string]series{}
	hosts     sync.Map
	cookies   sync.Map
	errors    = map[string][]error{}
	methods   = map[string][]string{}
	sizes     = map[string][]int{}
)

func main() {
	collected := &collector{byOutcome: map[outcome][]sample{}}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		directly(r)
		throughVariable(r)
		getOrCreate(r)
		inStruct(time.Since(time.Now()))
		loadedAndStored(r)
		loadedIfThere(r)
		copied(r.ParseForm())
		inFront(r)
		onlyIfPresent(r)
		collected.add(sample{time.Now(), 1})
	})
	http.ListenAndServe(":8080", nil)
}

func directly(r *http.Request) {
	paths[served] = append(paths[served], r.URL.Path) // want `ML104: what lists.paths stores under key 'served' only ever grows: lists.directly`
}

func throughVariable(r *http.Request) {
	list := agents[r.TLS != nil]
	list = append(list, r.UserAgent())
	agents[r.TLS != nil] = list // want `ML104: what lists.agents`
}

func getOrCreate(r *http.Request) {
	list, ok := referers["outside"]
	if !ok {
		list = make([]string, 0, 16)
	}
	list = append(list, r.Referer())
	referers["outside"] = list // want `ML104: what lists.referers`
}

func inStruct(took time.Duration) {
	s := latencies["all"]
	s.unit = "seconds"
	s.samples = append(s.samples, sample{time.Now(), took.Seconds()})
	latencies["all"] = s // want `ML104: what lists.latencies`
}

func loadedAndStored(r *http.Request) {
	found, _ := hosts.Load("hosts")
	list, _ := found.([]string)
	list = append(list, r.Host)
	hosts.Store("hosts", list) // want `ML104: what lists.hosts`
}

func loadedIfThere(r *http.Request) {
	var list []*http.Cookie
	if found, ok := cookies.Load("cookies"); ok {
		list = found.([]*http.Cookie)
	}
	cookies.Store("cookies", append(list, r.Cookies()...)) // want `ML104: what lists.cookies`
}

func copied(err error) {
	list := append([]error(nil), errors["form"]...)
	list = append(list, err)
	errors["form"] = list // want `ML104: what lists.errors`
}

func inFront(r *http.Request) {
	methods["seen"] = slices.Insert(methods["seen"], 0, r.Method) // want `ML104: what lists.methods`
}

func onlyIfPresent(r *http.Request) {
	if _, ok := sizes["body"]; !ok {
		sizes["body"] = []int{}
	}
	if list, ok := sizes["body"]; ok {
		sizes["body"] = append(list, int(r.ContentLength)) // want `ML104: what lists.sizes`
	}
}

type collector struct {
	mu        sync.Mutex
	byOutcome map[outcome][]sample
}

func (c *collector) add(s sample) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.byOutcome[served] = append(c.byOutcome[served], s) // want `ML104: what lists.collector.byOutcome`
}
