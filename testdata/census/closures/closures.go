// Package closures calls and stores functions at every depth.
package closures

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"
)

type event struct{ name string }

type bus struct {
	mu       sync.Mutex
	handlers map[string][]func(event)
	once     sync.Once
	seen     map[string]time.Time
	after    func()
}

var hooks = map[string]func(*bus){
	"init":  func(b *bus) { b.seen = map[string]time.Time{} },
	"reset": (*bus).reset,
	"outer": func(b *bus) { func() { func() { b.seen["x"] = time.Now() }() }() },
}

var computed = func() map[string]int {
	m := map[string]int{}
	m["a"] = len(hooks)
	return m
}()

var first, second = func() int { return helper(1) }(), func() int { return helper(2) }()

func helper(i int) int { return i }

func init() { hooks["late"] = func(b *bus) { b.reset() } }

func init() {
	for i := range 3 {
		hooks[fmt.Sprint(i)] = func(b *bus) {
			b.on("x", func(event) { b.seen[fmt.Sprint(i)] = time.Now() })
		}
	}
}

func (b *bus) reset() { clear(b.seen) }

func (b *bus) on(name string, f func(event)) (off func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.handlers[name] = append(b.handlers[name], f)
	return func() {
		b.mu.Lock()
		defer func() {
			b.mu.Unlock()
			if r := recover(); r != nil {
				fmt.Println(r)
			}
		}()
		delete(b.handlers, name)
	}
}

func (b *bus) emit(e event) {
	for _, h := range b.handlers[e.name] {
		h(e)
	}
	b.handlers[e.name][0](e)
	hooks["reset"](b)
	b.after()
	b.once.Do(b.reset)
	b.once.Do(func() { b.reset() })
	off := b.on("x", func(e event) { b.emit(e) })
	defer off()
	defer b.on("deferred", nil)()
	go func(name string) {
		b.seen[name] = time.Now()
		go b.emit(event{name})
	}(e.name)
	go b.loop(context.Background())
	defer fmt.Println("done")
}

func (b *bus) loop(ctx context.Context) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			b.seen[now.String()] = now
		case b.seen["received"] = <-ticker.C:
		}
	}
}

func methodValues(b *bus, text string) {
	reset := b.reset
	reset()
	on := (*bus).on
	on(b, "x", func(event) {})
	emit := b.emit
	emits := []func(event){b.emit, emit, func(e event) { emit(e) }}
	for _, f := range emits {
		f(event{})
	}
	table := struct{ run func(event) }{b.emit}
	table.run(event{})
	strings.Map(func(r rune) rune { b.seen[string(r)] = time.Time{}; return r }, text)
	sort.Slice(emits, func(i, j int) bool { return helper(i) < helper(j) })
	slices.SortFunc([]string{}, strings.Compare)
	curried()("a")("b")
	(func() { b.reset() })()
	(*bus).reset(b)
	(b.reset)()
	func() func() { return b.reset }()()
	var recursive func(int) int
	recursive = func(i int) int {
		if i == 0 {
			return 0
		}
		return recursive(i - 1)
	}
	recursive(3)
	time.AfterFunc(time.Second, b.reset)
	time.AfterFunc(time.Second, func() { delete(b.seen, "x") })
}

func curried() func(string) func(string) {
	return func(a string) func(string) {
		return func(c string) { computed[a+c]++ }
	}
}

type walker func(string) bool

func (w walker) walk(s string) bool { return w(s) }

func (b *bus) all() iter.Seq2[string, func(event)] {
	return func(yield func(string, func(event)) bool) {
		for name, hs := range b.handlers {
			for _, h := range hs {
				if !yield(name, h) {
					return
				}
			}
		}
	}
}

func rangeOverFunc(b *bus) {
	for name, h := range b.all() {
		h(event{name})
		b.seen[name] = time.Now()
		func() { b.seen["nested"] = time.Now() }()
		for i := range walker(func(s string) bool { return len(s) > 0 }).numbers() {
			computed[name] = i
			if i > 3 {
				return
			}
		}
	}
	for b.seen["k"] = range times() {
	}
	walker(func(s string) bool { b.reset(); return false }).walk("x")
	next, stop := iter.Pull(times())
	defer stop()
	next()
}

func (w walker) numbers() iter.Seq[int] {
	return func(yield func(int) bool) { _ = yield(1) && w.walk("") && yield(2) }
}

func times() iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) { yield(time.Now()) }
}
