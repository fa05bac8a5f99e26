"""Maps that goroutines may meet at, and locks that stay held: what speaks for it, and what against."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.locks.model import Stays, Unguarded, UnguardedAccess, UnreleasedLock
from maps_source import model_of

HEAD = """package m

import "sync"

type S struct {
	mu sync.RWMutex
	m  map[string]int
}

func New() *S { return &S{m: map[string]int{}} }

func (s *S) Put(k string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.m[k] = 1
}

func (s *S) Get(k string) int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.m[k]
}

"""


def unguarded(folder: Path, body: str) -> list[UnguardedAccess]:
    return list(model_of(folder, {"m.go": HEAD + body}).unguarded)


def unreleased(folder: Path, body: str) -> list[UnreleasedLock]:
    return list(model_of(folder, {"m.go": HEAD + body}).unreleased)


RACES = [
    ("type T struct { mu sync.Mutex; m map[int]int }\nfunc (t *T) Set() { t.mu.Lock(); t.m[0]++; t.mu.Unlock() }\n"
     "func (t *T) Get() int { return t.m[0] }", Unguarded.MISSED_LOCK, "exported", 0),
    ("func (s *S) Drop(k string) { delete(s.m, k) }", Unguarded.MISSED_LOCK, "exported", 0),
    ("func (s *S) Drop(k string) { s.drop(k) }\nfunc (s *S) drop(k string) { delete(s.m, k) }",
     Unguarded.MISSED_LOCK, "exported", 1),
    ("func (s *S) Start() { go s.loop() }\nfunc (s *S) loop() { s.m[\"\"]++ }",
     Unguarded.MISSED_LOCK, "goroutine", 1),
    ("func (s *S) A() { s.b() }\nfunc (s *S) b() { s.c() }\nfunc (s *S) c() { s.d() }\nfunc (s *S) d() { s.e() }\n"
     "func (s *S) e() { go s.loop() }\nfunc (s *S) loop() { s.m[\"\"]++ }", Unguarded.MISSED_LOCK, "goroutine", 1),
    ("func (s *S) Each() { for k := range s.m { println(k) } }", Unguarded.MISSED_LOCK, "exported", 0),
    ("func (s S) Drop(k string) { s.mu.Lock(); defer s.mu.Unlock(); delete(s.m, k) }",
     Unguarded.COPIED_LOCK, "exported", 0),
    ("func Drop(s S, k string) { s.mu.Lock(); defer s.mu.Unlock(); delete(s.m, k) }",
     Unguarded.COPIED_LOCK, "exported", 0),
    ("func (s *S) Drop(k string) { s.set(k) }\nfunc (s *S) Add(k string) { s.mu.Lock(); s.set(k); s.mu.Unlock() }\n"
     "func (s *S) set(k string) { s.m[k]++ }", Unguarded.MISSED_LOCK, "exported", 1),
    ("var all sync.Mutex\nfunc (s *S) Drop(k string) { all.Lock(); delete(s.m, k); all.Unlock() }\n"
     "type T struct { a, b sync.Mutex; m map[int]int }\nfunc (t *T) A() { t.a.Lock(); t.m[0]++; t.a.Unlock() }\n"
     "func (t *T) B() { t.b.Lock(); t.m[0]++; t.b.Unlock() }", Unguarded.OTHER_LOCK, "exported", 0),
    ("var all = New()\nfunc Put(k string) { all.mu.Lock(); all.m[k] = 1; all.mu.Unlock() }\n"
     "func Has(k string) bool { return all.m[k] > 0 }", Unguarded.MISSED_LOCK, "exported", 0),
    ("func (s *S) Hit(k string) { s.mu.RLock(); s.m[k]++; s.mu.RUnlock() }", Unguarded.READ_LOCK, "exported", 0),
    ("func (s *S) Hit(k string) { s.mu.RLock(); s.hit(k); s.mu.RUnlock() }\nfunc (s *S) hit(k string) { s.m[k]++ }",
     Unguarded.READ_LOCK, "exported", 1),
]  # fmt: skip


@pytest.mark.parametrize(("body", "kind", "together", "calls"), RACES, ids=[body for body, *_ in RACES])
def test_races(tmp_path: Path, body: str, kind: Unguarded, together: str, calls: int) -> None:
    """What misses the lock, and the calls that lead there without it."""
    (race,) = unguarded(tmp_path, body)
    assert (race.kind, race.together, len(race.way)) == (kind, together, calls)


CLEAN = {
    "caller holds it": "func (s *S) Drop(k string) { s.mu.Lock(); s.drop(k); s.mu.Unlock() }\n"
    "func (s *S) drop(k string) { delete(s.m, k) }",
    "named locked": "func (s *S) DropLocked(k string) { delete(s.m, k) }",
    "constructor": "func From(k string) *S { s := New(); s.m[k] = 1; return s }",
    "called by the constructor": "func Of(k string) *S { s := &S{m: map[string]int{}}; s.fill(k); return s }\n"
    "func (s *S) fill(k string) { s.m[k] = 1 }",
    "shutdown": "func (s *S) Close() { clear(s.m) }",
    "literal under the lock": "func (s *S) with(f func()) { s.mu.Lock(); defer s.mu.Unlock(); f() }\n"
    "func (s *S) Drop(k string) { s.with(func() { delete(s.m, k) }) }",
    "helper that keeps the lock": "func (s *S) lock() { s.mu.Lock() }\n"
    "func (s *S) Drop(k string) { s.lock(); delete(s.m, k); s.mu.Unlock() }",
    "another lock": "var other sync.Mutex\nfunc (s *S) Drop(k string) { other.Lock(); delete(s.m, k); other.Unlock() }",
    "another object": "func (s *S) Copy() *S { t := New(); s.mu.RLock()\n"
    "for k := range s.m { t.m[k] = 1 }; s.mu.RUnlock(); return t }",
    "another variable": "var all = New()\nfunc Has(all *S, k string) bool { return all.m[k] > 0 }",
    "registers": "type T struct { mu sync.Mutex; m map[int]int }\n"
    "func (t *T) Register(n int) { t.mu.Lock(); t.m[n] = n; t.mu.Unlock() }\n"
    "func (t *T) Get() int { return t.m[0] }",
    "once": "var once sync.Once\nfunc (s *S) Load() { once.Do(func() { s.m[\"\"] = 1 }) }",
    "more without": "func (s *S) A(k string) { s.m[k]++ }\nfunc (s *S) B(k string) { s.m[k]++ }\n"
    "func (s *S) C(k string) { s.m[k]++ }",
    "a write under RLock and Lock": "var all sync.Mutex\n"
    "func (s *S) Hit(k string) { all.Lock(); s.mu.RLock(); s.m[k]++; s.mu.RUnlock(); all.Unlock() }",
    "copies under another lock": "var all sync.Mutex\n"
    "func (s S) drop(k string) { s.mu.Lock(); defer s.mu.Unlock(); delete(s.m, k) }\n"
    "func (s *S) Drop(k string) { all.Lock(); s.drop(k); all.Unlock() }",
    "a copy of a pointer": "type T struct { mu *sync.Mutex; m map[int]int }\n"
    "func (t T) A() { t.mu.Lock(); t.m[0]++; t.mu.Unlock() }",
    "called with the lock of another object": "type T struct { mu sync.Mutex; m map[int]int }\n"
    "func (t *T) A(o *T) { o.mu.Lock(); t.set(); o.mu.Unlock() }\nfunc (t *T) B(o *T) { o.mu.Lock(); t.set(); "
    "o.mu.Unlock() }\nfunc (t *T) C() { t.set() }\nfunc (t *T) set() { t.m[0]++ }",
    "called by what starts another": "type P struct { s *S }\nfunc (p *P) Start() { p.s.reset() }\n"
    "func (s *S) Reset() { s.mu.Lock(); s.reset(); s.mu.Unlock() }\nfunc (s *S) reset() { s.m[\"\"] = 1 }",
    "called with the locks of two objects": "type T struct { mu sync.Mutex; m map[int]int }\n"
    "func (t *T) A(o *T) { t.mu.Lock(); t.mu.Unlock(); o.mu.Lock(); t.set(); o.mu.Unlock() }\n"
    "func (t *T) B(o *T) { t.mu.Lock(); t.mu.Unlock(); o.mu.Lock(); t.set(); o.mu.Unlock() }\n"
    "func (t *T) C() { t.set() }\nfunc (t *T) set() { t.m[0]++ }",
    "documented": "// Drop needs the lock to be held.\nfunc (s *S) Drop(k string) { delete(s.m, k) }",
    "after the goroutines": "func (s *S) All(w *sync.WaitGroup) int { w.Wait(); return s.m[\"\"] }",
    "an object of one's own": "func Run() int { s := New(); s.Put(\"\"); return s.one() }\n"
    "func (s *S) one() int { return s.m[\"\"] }",
    "one round of goroutines after the other": "func (s *S) All(w *sync.WaitGroup) {\n"
    "w.Go(func() { s.mu.Lock(); s.m[\"\"] = 1; s.mu.Unlock() }); w.Wait()\n"
    "w.Go(func() { println(s.m[\"\"]) }); w.Wait() }",
    "goroutines of an object of one's own": "func Run() { s := New(); s.Put(\"\"); s.all() }\n"
    "func (s *S) all() { go func() { for k := range s.m { println(k) } }() }",
    "registering": "var mu sync.Mutex\nvar known = map[string]bool{}\n"
    "func Register(k string) { mu.Lock(); known[k] = true; mu.Unlock() }\n"
    "func Known(k string) bool { return known[k] }",
    "never called": "func (s *S) drop(k string) { delete(s.m, k) }",
    "a far way": "func (s *S) A(k string) { s.b(k) }\nfunc (s *S) b(k string) { s.c(k) }\n"
    "func (s *S) c(k string) { s.d(k) }\nfunc (s *S) d(k string) { s.e(k) }\nfunc (s *S) e(k string) { s.m[k]++ }",
}  # fmt: skip


@pytest.mark.parametrize("body", CLEAN.values(), ids=CLEAN.keys())
def test_nothing_is_said_where_it_cannot_be_known(tmp_path: Path, body: str) -> None:
    """Each is silent for a reason of its own; the same access without it is reported above."""
    assert unguarded(tmp_path, body) == []


def test_what_only_tests_run_meets_nobody(tmp_path: Path) -> None:
    """What is handed a *testing.T is called by a test alone; what the tests themselves do is not looked at either."""
    body = HEAD.replace('"sync"', '"sync"\nimport "testing"')
    fill = 'func (s *S) Fill(TAKEN) { s.m[""] = 1 }'
    assert not model_of(tmp_path / "test", {"m.go": body + fill.replace("TAKEN", "t *testing.T")}).unguarded
    assert model_of(tmp_path / "all", {"m.go": body + fill.replace("TAKEN", "t int, _ ...testing.Cover")}).unguarded


def test_reads_alone_do_not_race(tmp_path: Path) -> None:
    """A map that only constructors fill needs no lock."""
    source = HEAD.replace("s.m[k] = 1", "println(s.m[k])") + "func (s *S) Has(k string) bool { return s.m[k] > 0 }"
    assert model_of(tmp_path, {"m.go": source}).unguarded == ()


LOCKED_ALONE = """package m

import ("net/http"; "sync"; "time")

type S struct { mu sync.RWMutex; m map[string]int }

var s = S{m: map[string]int{}}
var seen = map[string]int{}
var mu sync.Mutex

var _ = time.Second

"""

BESIDE = [
    ("func Set() { mu.Lock(); seen[\"\"]++; mu.Unlock() }\n"
     "func set(w http.ResponseWriter, r *http.Request) { Set() }\nfunc init() { http.HandleFunc(\"/set\", set) }",
     "println(seen[r.Host])", [Unguarded.MISSED_LOCK]),
    ("", "var mu sync.Mutex; mu.Lock(); defer mu.Unlock(); seen[r.Host]++", [Unguarded.HANDLERS]),
    ("var room = make(chan bool, 1)", "room <- true; seen[r.Host]++; <-room", []),
    ("var room = make(chan bool, 2)", "room <- true; seen[r.Host]++; <-room", [Unguarded.HANDLERS]),
    ("const many = 4\nvar room chan bool\nfunc init() { room = make(chan bool, many) }",
     "room <- true; seen[r.Host]++; <-room", [Unguarded.HANDLERS]),
    ("var work = make(chan func())\nfunc loop() { for f := range work { f() } }\nfunc init() { go loop() }",
     "work <- func() { seen[r.Host]++ }", []),
    ("var work = make(chan func())\nfunc loop() { for f := range work { f() } }\nfunc init() { go loop() }\n"
     "func do(f func()) { g := f; work <- g }", "do(func() { seen[r.Host]++ })", []),
    ("func do(f func()) { f() }", "do(func() { seen[r.Host]++ })", [Unguarded.HANDLERS]),
    ("func init() { time.AfterFunc(9, func() { clear(seen) }) }", "println(seen[r.Host])", [Unguarded.BACKGROUND]),
    ("func tick() { seen[\"\"]++; time.AfterFunc(9, tick) }\nfunc init() { tick() }", "println(seen[r.Host])",
     [Unguarded.BACKGROUND]),
    ("func init() { time.AfterFunc(9, func() { seen[\"\"]++ }) }", "mu.Lock(); println(seen[r.Host]); mu.Unlock()",
     [Unguarded.MISSED_LOCK]),
    ("func init() { go func() { seen[\"\"]++ }() }", "println(seen[r.Host])", [Unguarded.BACKGROUND]),
    ("func init() { d := make(chan bool); go func() { seen[\"\"]++; close(d) }(); <-d }", "println(seen[r.Host])", []),
    ("func (s *S) Hit(k string) { s.mu.RLock(); s.m[k]++; s.mu.RUnlock() }", "s.Hit(r.Host)", [Unguarded.READ_LOCK]),
    ("func (s *S) Hit(k string) { s.mu.RLock(); s.m[k]++; s.mu.RUnlock() }", "", []),
    ("func Has(k string) bool { mu.Lock(); defer mu.Unlock(); return seen[k] > 0 }", "seen[r.Host]++",
     [Unguarded.HANDLERS]),
    ("func hit(k string) { seen[k]++ }", "mu.Lock(); hit(r.Host); mu.Unlock()", []),
    ("func load() { for { seen[\"\"] = 1; time.Sleep(9) } }\nfunc Run() { go load() }", "println(seen[r.Host])",
     [Unguarded.BACKGROUND]),
    ("func load() { for { seen[\"\"] = 1; time.Sleep(9) } }\nfunc Run() { go load() }", "", []),
    ("func load() { seen[\"\"] = 1; for { time.Sleep(9) } }\nfunc Run() { go load() }", "println(seen[r.Host])", []),
    ("func load() { for { println(len(seen), seen[\"\"]); time.Sleep(9) } }\nfunc Run() { go load() }",
     "println(seen[r.Host])", []),
    ("func load() { for { seen[\"\"] = 1; time.Sleep(9) } }\nfunc Run() { go load() }",
     "mu.Lock(); println(seen[r.Host]); mu.Unlock()", [Unguarded.MISSED_LOCK]),
    ("func load() { for { mu.Lock(); seen[\"\"] = 1; mu.Unlock(); time.Sleep(9) } }\nfunc Run() { go load() }",
     "mu.Lock(); println(seen[r.Host]); mu.Unlock()", []),
]  # fmt: skip


@pytest.mark.parametrize(("body", "handler", "kinds"), BESIDE, ids=[f"{b} {h}" for b, h, _ in BESIDE])
def test_what_runs_beside_handlers(tmp_path: Path, body: str, handler: str, kinds: list[Unguarded]) -> None:
    """Handlers show that an object is shared, by themselves or with a goroutine that goes on."""
    source = LOCKED_ALONE + body + f"\nfunc handle(w http.ResponseWriter, r *http.Request) {{ {handler} }}\n"
    source += 'func Routes() { http.HandleFunc("/", handle) }\n'
    assert [race.kind for race in model_of(tmp_path, {"m.go": source}).unguarded] == kinds


WRAPPERS = [
    ("func wrap(h http.HandlerFunc) http.Handler {\n"
     "return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h(w, r) }) }", [Unguarded.HANDLERS]),
    ("func wrap(h http.HandlerFunc) http.Handler {\n"
     "return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { mu.Lock(); h(w, r); mu.Unlock() }) }", []),
    ("func wrap(h http.Handler) http.Handler {\n"
     "return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(w, r) }) }",
     [Unguarded.HANDLERS]),
]  # fmt: skip


@pytest.mark.parametrize(("wrapper", "kinds"), WRAPPERS)
def test_handlers_behind_a_middleware(tmp_path: Path, wrapper: str, kinds: list[Unguarded]) -> None:
    source = LOCKED_ALONE + wrapper + "\nfunc count(w http.ResponseWriter, r *http.Request) { seen[r.Host]++ }\n"
    source += 'func main() { http.Handle("/", wrap(http.HandlerFunc(count))); _ = http.ListenAndServe("", nil) }\n'
    model = model_of(tmp_path, {"m.go": source.replace("package m", "package main")})
    assert [race.kind for race in model.unguarded] == kinds


NAMED = [
    ("func F(h *S) { for { go h.work() } }\nfunc (h *S) work() { h.m[\"\"]++ }", 1),
    ("func F() { h := New(); for range 3 { go h.work() } }\nfunc (h *S) work() { h.m[\"\"]++ }", 1),
    ("func F() { h := &S{m: map[string]int{}}; for range 3 { go h.work() } }\nfunc (h *S) work() { h.m[\"\"]++ }", 1),
    ("func F() { for range 3 { h := New(); go h.work() } }\nfunc (h *S) work() { h.m[\"\"]++ }", 0),
    ("func F(all []*S) { for _, h := range all { go h.work() } }\nfunc (h *S) work() { h.m[\"\"]++ }", 0),
    ("func F(h *S) { go h.work() }\nfunc (h *S) work() { h.m[\"\"]++ }", 0),
    ("func F(h *S) { for { go h.work() } }\nfunc (h *S) work() { println(h.m[\"\"]) }", 0),
    ("func F(h *S) { for i := range 3 { go h.work(i) } }\nfunc (h *S) work(i int) { if i == 0 { h.m[\"\"]++ } }", 0),
    ("func F() { m := map[int]int{}; for i := range 3 { go work(m, i) } }\n"
     "func work(m map[int]int, i int) { m[i] = i }", 1),
    ("func F() { for i := range 3 { m := map[int]int{}; go work(m, i) } }\n"
     "func work(m map[int]int, i int) { m[i] = i }", 0),
    ("var all = map[int]int{}\nfunc F() { for i := range 3 { go work(i) } }\nfunc work(i int) { all[i] = i }", 1),
    ("var all = map[int]int{}\nvar mu sync.Mutex\nfunc F() { for i := range 3 { go work(i) } }\n"
     "func work(i int) { mu.Lock(); all[i] = i; mu.Unlock() }", 0),
]  # fmt: skip


@pytest.mark.parametrize(("body", "races"), NAMED)
def test_functions_that_goroutines_of_a_loop_run(tmp_path: Path, body: str, races: int) -> None:
    source = HEAD[: HEAD.index("func (s *S) Put")] + body
    found = model_of(tmp_path, {"m.go": source}).unguarded
    assert [race.kind for race in found] == [Unguarded.GOROUTINES] * races


SWEEPERS = [
    ("for { clear(t.m); time.Sleep(9) }", [Unguarded.MISSED_LOCK]),
    ("for range time.Tick(9) { clear(t.m) }", [Unguarded.MISSED_LOCK]),
    ("for range time.Tick(9) { t.mu.Lock(); clear(t.m); t.mu.Unlock() }", []),
    ("clear(t.m)", []),
    ("for range time.Tick(9) { t.fill(); t.empty() }", []),
]


@pytest.mark.parametrize(("body", "kinds"), SWEEPERS)
def test_the_loop_of_a_goroutine_that_a_constructor_starts(tmp_path: Path, body: str, kinds: list[Unguarded]) -> None:
    """That the constructor starts it makes it no part of the construction."""
    source = f"""package m

import ("sync"; "time")

var _ = time.Second

type T struct {{ mu sync.Mutex; m map[string]int }}

func New() *T {{ t := &T{{m: map[string]int{{}}}}; go t.sweep(); return t }}

func (t *T) sweep() {{ {body} }}

"""
    if "empty" in body:
        source += 'func (t *T) fill() { t.mu.Lock(); t.m[""] = 1; t.mu.Unlock() }\n'
        source += "func (t *T) empty() { clear(t.m) }\n"
    else:
        source += "func (t *T) Put(k string) { t.mu.Lock(); t.m[k] = 1; t.mu.Unlock() }\n"
    assert [race.kind for race in model_of(tmp_path, {"m.go": source}).unguarded] == kinds


LOOPS = [
    ("out := map[int]int{}; for i := range 3 { go func() { if i == 0 { out[i] = i } }() }", 0),
    ("out := map[int]int{}; for i := range 3 { go func() { out[i] = i }() }; println(out[0])", 1),
    ("for i := range 3 { out := map[int]int{}; go func() { out[i] = i }() }", 0),
    ("out := map[int]int{}; go func() { out[0] = 1 }(); println(0)", 0),
    ("out := map[int]int{}; for i := range 3 { go func() { println(out[i]) }() }", 0),
    ("var mu sync.Mutex; out := map[int]int{}\nfor range 3 { go func() { mu.Lock(); out[0]++; mu.Unlock() }() }", 0),
    ("out := map[int]int{}; d := make(chan int); for i := range 3 { go func() { out[i] = i; d <- i }(); <-d }", 0),
    ("out := map[int]int{}; var w sync.WaitGroup; for i := range 3 { w.Go(func() { out[i] = i }) }; w.Wait()", 1),
]  # fmt: skip


@pytest.mark.parametrize(("body", "races"), LOOPS, ids=[body for body, _ in LOOPS])
def test_goroutines_of_a_loop(tmp_path: Path, body: str, races: int) -> None:
    """They share what is older than the loop, unless each is waited for before the next begins."""
    found = unguarded(tmp_path, f"func F() {{ {body} }}")
    assert [race.kind for race in found] == [Unguarded.GOROUTINES] * races


_COUNTER = """
type counter struct { of map[int]int; parts []*counter; lock sync.Mutex }
func (c *counter) add(i int) { c.of[i]++ }
func (c *counter) safe(i int) { c.lock.Lock(); c.of[i]++; c.lock.Unlock() }
func (c *counter) get(i int) int { return c.of[i] }
func (c *counter) part(i int) { c.parts[i].of[i]++ }
func add(m map[int]int, i int) { m[i]++ }
"""

CALLED = [
    ("c := &counter{of: map[int]int{}}; for i := range 3 { go func() { c.add(i) }() }", Unguarded.GOROUTINES),
    ("c := &counter{of: map[int]int{}}; for i := range 3 { go func() { c.safe(i) }() }", None),
    ("c := &counter{of: map[int]int{}}; for i := range 3 { go func() { println(c.get(i)) }() }", None),
    ("c := &counter{}; for i := range 3 { go func() { c.part(i) }() }", None),
    ("for i := range 3 { c := &counter{of: map[int]int{}}; go func() { c.add(i) }() }", None),
    ("for i, c := range make([]*counter, 3) { go func() { c.add(i) }() }", None),
    ("cs := make([]*counter, 3); for i := range 3 { go func() { cs[i].add(i) }() }", None),
    ("c := &counter{}; for i := range 3 { c := c.parts[i]; go func() { c.add(i) }() }", None),
    ("c := &counter{}; var mu sync.Mutex; for i := range 3 { go func() { mu.Lock(); c.add(i); mu.Unlock() }() }", None),
    ("c := &counter{}; for i := range 3 { go func() { if i == 1 { c.add(i) } }() }", None),
    ("c := &counter{}; var o sync.Once; for i := range 3 { go func() { o.Do(func() { c.add(i) }) }() }", None),
    ("m := map[int]int{}; for i := range 3 { go func() { add(m, i) }() }", Unguarded.GOROUTINES),
    ("for i := range 3 { m := map[int]int{}; go func() { add(m, i) }() }", None),
    ("ms := []map[int]int{{}, {}, {}}; for i := range 3 { go func() { add(ms[i], i) }() }", None),
    ("m := map[int]int{}; for i := range 3 { go func(m map[int]int) { m[i]++ }(m) }", Unguarded.GOROUTINES),
    ("ms := []map[int]int{{}, {}, {}}; for i := range 3 { go func(m map[int]int) { m[i]++ }(ms[i]) }", None),
    ("for i := range 3 { go func(m map[int]int) { m[i]++ }(map[int]int{}) }", None),
    ("var mu sync.RWMutex; m := map[int]int{}; for i := range 3 { go func() { mu.RLock(); m[i]++; mu.RUnlock() }() }",
     Unguarded.READ_LOCK),
    ("var mu sync.RWMutex; m := map[int]int{}; for i := range 3 { go func() { mu.Lock(); m[i]++; mu.Unlock() }() }",
     None),
    ("var mu sync.RWMutex; var w sync.Mutex; m := map[int]int{}\nfor i := range 3 { go func() { mu.RLock(); w.Lock()\n"
     "m[i]++; w.Unlock(); mu.RUnlock() }() }", None),
    ("var mu sync.RWMutex; m := map[int]int{}\n"
     "for i := range 3 { go func() { mu.RLock(); println(m[i]); mu.RUnlock() }() }", None),
]  # fmt: skip


@pytest.mark.parametrize(("body", "kind"), CALLED, ids=[body for body, _ in CALLED])
def test_what_goroutines_of_a_loop_call_or_are_given(tmp_path: Path, body: str, kind: Unguarded | None) -> None:
    """A method of an object that all of them have, or a function with one map; a lock for reading keeps none out."""
    found = unguarded(tmp_path, f"{_COUNTER}func F() {{ {body} }}")
    assert [race.kind for race in found] == [kind] * (kind is not None)


LEAVING = 'func (s *S) A() bool { s.mu.Lock(); if s.m[""] > 0 { return true }; s.mu.Unlock(); return false }\n'

GIVEN = (
    "func A(mu *sync.Mutex, m map[int]int) bool { mu.Lock(); if m[0] > 0 { return true }; mu.Unlock(); return false }\n"
)

KEPT = [
    ("func (s *S) A() int { s.mu.Lock(); if s.m[\"\"] > 0 { return 1 }; s.mu.Unlock(); return 0 }", [Stays.RETURN]),
    ("func (s *S) A() { s.mu.Lock(); s.m[\"\"] = 1 }", [Stays.RETURN]),
    ("func (s *S) A() { s.mu.RLock(); defer s.mu.Unlock(); println(s.m[\"\"]) }", [Stays.MISMATCH]),
    ("func (s *S) A() { s.mu.Lock(); s.m[\"\"] = 1 }\nfunc (s *S) B() { s.mu.Unlock() }", []),
    ("func (s *S) A() func() { s.mu.Lock(); s.m[\"\"] = 1; return func() { s.mu.Unlock() } }", []),
    ("func (s *S) A() func() { s.mu.Lock(); if s.m[\"\"] > 0 { return s.mu.Unlock }; s.mu.Unlock(); return nil }", []),
    (LEAVING + "func (s *S) B() { s.mu.Lock(); s.done() }\nfunc (s *S) done() { s.mu.Unlock() }", [Stays.RETURN]),
    (LEAVING + "func (s *S) B() func() { s.mu.Lock(); return func() { s.mu.Unlock() } }", [Stays.RETURN]),
    (LEAVING + "func (s *S) B() { if s.A() { s.done() } }\nfunc (s *S) done() { s.mu.Unlock() }", []),
    (LEAVING + "func (s *S) B() { s.mu.Lock(); s.Done() }\nfunc (s *S) Done() { s.mu.Unlock() }", []),
    (LEAVING.replace("return true", "s.done(); return true")
     + "func (s *S) B() { s.mu.Lock(); s.done() }\nfunc (s *S) done() { s.mu.Unlock() }", []),
    ("func (s *S) A() { lock := func() { s.mu.Lock() }; unlock := func() { s.mu.Unlock() }\n"
     "lock(); s.m[\"\"] = 1; unlock(); s.mu.Lock(); s.mu.Unlock() }", []),
    ("func (s *S) A(n int) { done := func() { s.m[\"\"] = 1; s.mu.Unlock() }\n"
     "retry := func() { if n > 0 { s.mu.Lock(); s.m[\"\"] = 2; done() } }; s.mu.Lock(); retry(); done() }", []),
    ("type T struct { sync.Mutex; m map[int]int }\nfunc (t *T) A() { t.Lock(); t.m[0]++ }", []),
    ("func (s *S) A() { s.mu.RLock(); defer s.mu.RLock(); println(s.m[\"\"]) }", [Stays.TWICE]),
    (LEAVING + "func (s *S) Lock() { s.mu.Lock() }\nfunc (s *S) Unlock() { s.mu.Unlock() }", [Stays.RETURN]),
    ("func (s *S) A() { s.mu.Lock(); s.m[\"\"] = 1 }\nfunc (s *S) Unlock() { s.mu.Unlock() }", []),
    (LEAVING + "func (s *S) B() { s.mu.Lock(); defer s.mu.Unlock(); if s.m[\"\"] > 0 { s.mu.Unlock(); return } }",
     [Stays.RETURN]),
    (GIVEN, [Stays.RETURN]),
    (GIVEN + "func B(mu *sync.Mutex, m map[int]int) { if A(mu, m) { mu.Unlock() } }", []),
    (GIVEN.replace("mu.Unlock(); ", ""), []),
    ("type T struct { mu *sync.Mutex; m map[int]int }\n"
     "func (t *T) A() bool { mu := t.mu; mu.Lock(); if t.m[0] > 0 { return true }; mu.Unlock(); return false }", []),
]  # fmt: skip


@pytest.mark.parametrize(("body", "stays"), KEPT, ids=[body for body, _ in KEPT])
def test_locks_that_stay_held(tmp_path: Path, body: str, stays: list[Stays]) -> None:
    """Unless somebody else gives them back, or may."""
    assert [lock.stays for lock in unreleased(tmp_path, body)] == stays
