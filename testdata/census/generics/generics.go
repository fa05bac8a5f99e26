// Package generics has maps in generic types, behind constraints and behind instantiated ones.
package generics

import (
	"cmp"
	"iter"
	"maps"
	"sync"
)

type Set[T comparable] map[T]struct{}

func (s Set[T]) Add(v T)           { s[v] = struct{}{} }
func (s Set[T]) Remove(v T)        { delete(s, v) }
func (s *Set[T]) Reset()           { *s = nil }
func (s Set[T]) All() iter.Seq[T]  { return maps.Keys(s) }
func NewSet[T comparable]() Set[T] { return make(Set[T]) }

type Cache[K comparable, V any] struct {
	mu      sync.Mutex
	entries map[K]V
	order   Set[K]
	groups  map[K]Set[K]
	parent  *Cache[K, V]
	load    func(K) (V, error)
}

func New[K comparable, V any](load func(K) (V, error)) *Cache[K, V] {
	c := &Cache[K, V]{load: load}
	c.entries = make(map[K]V)
	return c
}

func (c *Cache[K, V]) Get(key K) (V, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if v, ok := c.entries[key]; ok {
		return v, nil
	}
	v, err := c.load(key)
	if err != nil {
		var zero V
		return zero, err
	}
	c.entries[key] = v
	c.order.Add(key)
	c.order[key] = struct{}{}
	if c.groups[key] == nil {
		c.groups[key] = NewSet[K]()
	}
	c.groups[key][key] = struct{}{}
	c.groups[key].Add(key)
	c.parent.parent.entries[key] = v
	return v, nil
}

func (c *Cache[_, V]) Clear() {
	clear(c.entries)
	c.order.Reset()
	c.order = nil
}

func (c *Cache[Key, _]) Delete(key Key) {
	delete(c.entries, key)
	delete(c.groups[key], key)
}

// Shard holds an instantiated cache by value and another one embedded.
type Shard struct {
	users Cache[string, int]
	Cache[int, *Shard]
	sets [4]Set[string]
	by   map[string]*Cache[string, []byte]
}

var shard Shard

func Use(s *Shard) {
	s.users.entries["a"] = 1
	delete(s.users.entries, "a")
	s.entries[1] = s
	s.Cache.entries[2] = nil
	s.sets[1].Add("x")
	s.sets[1]["x"] = struct{}{}
	s.by["x"].entries["y"] = nil
	s.by["x"] = New(func(string) ([]byte, error) { return nil, nil })
	_, _ = s.Get(1)
	_, _ = s.users.Get("x")
	shard.users.order["q"] = struct{}{}
	shard.users.Clear()
	s.Clear()
}

// Put takes anything whose type is a map by constraint alone.
func Put[M ~map[K]V, K cmp.Ordered, V any](m M, k K, v V) M {
	m[k] = v
	maps.Copy(m, M{k: v})
	delete(m, k)
	return m
}

type mapping[K comparable, V any] interface{ ~map[K]V }

func Drop[K comparable, V any, M mapping[K, V]](holder *Holder[K, V, M], k K) {
	delete(holder.inner, k)
	holder.inner = nil
	clear(holder.inner)
}

// Holder has a field whose type is a parameter that only maps satisfy.
type Holder[K comparable, V any, M mapping[K, V]] struct {
	inner M
	plain map[K]M
}

func (h *Holder[K, V, M]) Set(k K, v V) {
	h.inner[k] = v
	h.plain[k] = h.inner
	h.plain[k][k] = v
}

// Number is a constraint with methods: calls go to whatever satisfies it.
type Number interface {
	~int | ~float64
	String() string
}

type Celsius float64

func (c Celsius) String() string { return "" }

func Names[N Number](ns ...N) (names map[string]N) {
	names = map[string]N{}
	for _, n := range ns {
		names[n.String()] = n
	}
	return names
}

func Map[T, U any](xs []T, f func(T) U) []U {
	var out []U
	for _, x := range xs {
		out = append(out, f(x))
	}
	return out
}

type List[T any] struct {
	head *node[T]
	seen map[*node[T]]bool
}

type node[T any] struct {
	value T
	next  *node[T]
	meta  map[string]T
}

func (l *List[T]) Each(f func(T)) {
	for n := l.head; n != nil; n = n.next {
		l.seen[n] = true
		n.meta["visited"] = n.value
		n.next.next.meta["far"] = n.value
		f(n.value)
	}
}

var tables = struct {
	names Set[string]
	pairs map[Pair[string, int]]Pair[int, string]
}{names: NewSet[string]()}

type Pair[A, B any] struct {
	First  A
	Second B
}

func MakePair[A, B any](a A, b B) Pair[A, B] { return Pair[A, B]{a, b} }

func (p Pair[A, B]) Swap() Pair[B, A] { return Pair[B, A]{p.Second, p.First} }

func (p Pair[A, B]) convert() (q Pair[int, string]) { return }

func Tables() {
	tables.names.Add("a")
	tables.names["a"] = struct{}{}
	tables.pairs[MakePair("a", 1)] = MakePair("a", 1).Swap()
	tables.pairs[MakePair[string, int]("a", 1)] = MakePair[string]("a", 1).convert()
	_ = Names(Celsius(1), Celsius(2))
	_ = Map([]int{1}, func(i int) Set[int] { s := NewSet[int](); s.Add(i); return s })
	Put(map[string]int{}, "a", 1)
	Put[Set[string]](tables.names, "a", struct{}{})
	var l List[Pair[int, int]]
	l.Each(func(p Pair[int, int]) { p.Swap() })
	l.head.meta["a"] = MakePair(1, 2)
	var wrapped Locked[Set[int]]
	wrapped.value.Add(1)
	wrapped.value[2] = struct{}{}
	wrapped.Do(func(s *Set[int]) { (*s)[1] = struct{}{}; s.Reset() })
	Sum(Celsius(1))
	Convert(1, map[int]int{})
	f := Set[int].Add
	f(nil, 1)
	(*Set[int]).Reset(&wrapped.value)
	Drop(&Holder[string, int, map[string]int]{}, "x")
	var h Holder[string, int, map[string]int]
	h.inner["x"] = 1
	h.Set("y", 2)
}

// Name is a function that a type parameter hides.
func Name() string { return "" }

func Convert[Name ~int | ~int64](n Name, counts map[Name]int) Name {
	counts[Name(3)] = int(Name(n))
	return Name(other(n))
}

func other[T any](T) int { return len(Name()) }

// Locked guards any value, a map among others.
type Locked[T any] struct {
	sync.Mutex
	value T
}

func (l *Locked[T]) Do(f func(*T)) {
	l.Lock()
	defer l.Unlock()
	f(&l.value)
}

type Adder[T any] interface{ Plus(T) T }

func (c Celsius) Plus(d Celsius) Celsius { return c + d }

// Sum calls methods through a constraint that mentions its own parameter.
func Sum[T Adder[T]](xs ...T) (total T) {
	for _, x := range xs {
		total = total.Plus(x)
	}
	return
}
