// Copies whose original nobody uses afterwards, or whose map is their own.
package given

import "log"

type Options struct {
	Name   string
	Labels map[string]string
}

func (o Options) With(key, value string) Options {
	if len(o.Labels) < 100 {
		o.Labels[key] = value
	}
	return o
}

func New() Options { return Options{Labels: map[string]string{}} }

func Chain() Options { return New().With("a", "1").With("b", "2") }

func Replaced() Options {
	o := New()
	o = o.With("a", "1")
	return o
}

var unset = Options{Name: "unset"}

func Lazy(key string) Options {
	o := unset
	o.Name = key
	if o.Labels == nil {
		o.Labels = map[string]string{}
	}
	o.Labels[key] = "new"
	return o
}

func fetch() []Options { return []Options{New(), New()} }

func Own(key string) (all []Options) {
	fetched := fetch()
	for _, o := range fetched {
		o.Labels[key] = "new"
		all = append(all, o)
	}
	return all
}

func Logged(all []Options, key string) {
	for _, o := range all {
		log.Println(o)
		delete(o.Labels, key)
	}
}

func ByIndex(all map[string]Options, keys []string) {
	o := all[keys[0]]
	delete(o.Labels, first(keys[1]))
}

func first(key string) string { return key[:1] }

type state struct{ name string }

// Handle shares its state and its map with all its copies.
type Handle struct {
	state *state
	seen  map[string]bool
	path  []string
}

func (h Handle) See(key string) {
	h.path = append(h.path, key)
	if len(h.seen) < 100 {
		h.seen[key] = true
	}
	h.state.name = key
	visit(h)
}

func visit(h Handle) { println(h.state.name, len(h.path)) }

var defaults = [2]Options{New(), New()}

func OwnArray(key string) [2]Options {
	all := defaults
	for i := range all {
		all[i] = New()
	}
	all[0] = Options{Labels: map[string]string{key: "new"}}
	return all
}

type Batch struct {
	number int
	items  map[int]string
}

func (b *Batch) Add(item string) {
	if len(b.items) < 1000 {
		b.items[len(b.items)] = item
	}
}

var snapshot Batch

func Rotate(b *Batch) {
	snapshot = *b
	b.items = map[int]string{}
}

func Snapshot(n int) string { return snapshot.items[n] }

var numbers Batch

func Number(b *Batch) {
	number := *b
	number.items = nil
	numbers = number
	b.items = map[int]string{}
}
