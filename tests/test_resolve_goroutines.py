"""What the resolve stage says about goroutines: what they hold, whether they end, whether they are waited for."""

from __future__ import annotations

import pytest

from programs import function, resolved, write_module

PRELUDE = """package m

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

func use(m map[string]int) {}
var stop chan struct{}
type T map[string]int
var kept chan int
func give(c chan int) {}
func wait(ctx context.Context) {}
var ctx context.Context
var closed atomic.Bool
var state int32
func full() bool { return false }
func try() error { return nil }
func next() (int, bool) { return 0, false }
func other() (int, bool) { return 0, false }
var _ = time.Sleep
var _ sync.WaitGroup
var _ context.Context
"""

# body of the goroutine's closure (m is captured) -> ending, held
BODIES = [
    ("use(m)", "ends", False),
    ("<-stop; use(m)", "ends", True),
    ("use(m); <-stop", "ends", False),
    ("for { <-stop; use(m) }", "endless", True),
    ("for { use(m); <-stop }", "endless", True),
    ("use(m); for { <-stop }", "endless", False),
    ("for { select { case <-stop: return; default: use(m); time.Sleep(1) } }", "stoppable", True),
    ("for { select { case <-stop: break } }", "endless", False),
    ("L: for { select { case <-stop: break L } }; use(m)", "stoppable", True),
    ("for range time.Tick(1) { use(m) }", "endless", True),
    ("for range stop { use(m) }", "stoppable", True),
    ("t := time.NewTicker(1); for range t.C { use(m) }", "endless", True),
    ("select {}", "endless", False),
    ("for i := 0; i < 3; i++ { use(m) }", "ends", False),
    ("defer use(m); <-stop", "ends", True),
    ("defer func() { use(m) }(); <-stop", "ends", True),
    ("for range m { <-stop }", "ends", True),
    ("_ = len(m); <-stop", "ends", False),
    ("var c chan map[string]int; c <- m", "ends", True),
    ("var mu sync.Mutex; mu.Lock(); use(m)", "ends", True),
    ("for { if len(stop) > 0 { return }; time.Sleep(1); use(m) }", "stoppable", True),
    ("for { func() { <-stop; return }(); use(m) }", "endless", True),
    ("for { for { break } }", "endless", False),
    ("for { if len(m) > 3 { break }; use(m) }", "loops", False),
    ("var mu sync.Mutex; for { mu.Lock(); if len(m) > 3 { return } }", "loops", True),
    ("L: for { for { continue L } }", "endless", False),
    ("time.Sleep(1); use(m); for { <-stop }", "endless", False),
    ("c := make(chan int, 1); c <- len(m)", "ends", False),
    ("again: use(m); <-stop; goto again", "endless", True),
    ("again: <-stop; if len(m) > 3 { return }; goto again", "stoppable", True),
    ("again: use(m); <-stop; if len(stop) > 3 { goto again }", "ends", True),
    ("for { again: <-stop; if len(stop) > 3 { goto again } }", "endless", False),
    ("for { <-stop; goto out }; out: use(m)", "stoppable", True),
    # the condition asks whether another goroutine has told it to stop
    ("for ctx.Err() == nil { <-stop; use(m) }", "stoppable", True),
    ("for i := 0; nil == ctx.Err(); i++ { use(m) }", "ends", False),
    ("for i := 0; ctx.Err() == nil; i++ { use(m) }", "stoppable", False),
    ("for i := 0; ctx.Err() == nil; i++ { if len(m) > 3 { break }; use(m) }", "loops", False),
    # it is only left when another goroutine says so, or on an error
    ("for { select { case <-stop: return; default: }; use(m) }", "stoppable", False),
    (
        "for { select { case <-stop: return; default: }; if err := try(); err != nil { return }; use(m) }",
        "stoppable",
        False,
    ),
    ("for { select { case <-stop: return; default: }; if len(m) > 3 { return }; use(m) }", "loops", False),
    ("for { if ctx.Err() != nil { return }; use(m) }", "stoppable", False),
    ("for { if err := try(); err != nil { return }; use(m) }", "loops", False),
    # something is taken at the beginning of each turn, until there is no more
    ("for v, ok := <-stop; ok; v, ok = <-stop { _ = v; use(m) }", "stoppable", True),
    ("for n, ok := next(); ok; n, ok = next() { _ = n; use(m) }", "loops", False),
    ("for n, ok := next(); ok; n, ok = other() { _ = n; use(m) }", "ends", False),
    ("for !closed.Load() { <-stop; use(m) }", "stoppable", True),
    ("for atomic.LoadInt32(&state) != 2 { <-stop; use(m) }", "stoppable", True),
    ("for !full() { <-stop; use(m) }", "ends", True),
    ("for len(m) != 2 { <-stop; use(m) }", "ends", True),
    # set to nil: only where that is certain, and until it gets a map again
    ("use(m); m = nil; for { <-stop; println(len(m)) }", "endless", False),
    ("if len(m) > 3 { m = nil }; for { <-stop; println(len(m)) }", "endless", True),
    ("for { <-stop; use(m); m = nil }", "endless", True),
    ("m = nil; m = map[string]int{}; for { <-stop; use(m) }", "endless", True),
]

# what the starter does with channels, body of the goroutine's closure -> ending, held
SILENCES = [
    ("c := make(chan int)", "<-c; use(m)", "endless", True),
    ("var c chan int", "<-c; use(m)", "endless", True),
    ("c := make(chan int, 1)", "use(m); <-c", "endless", False),
    ("c := make(chan int)", "for { select { case <-c: return; case <-stop: use(m) } }", "endless", True),
    ("c := make(chan int)", "for { select { case <-c: return; default: }; time.Sleep(1) }", "endless", False),
    ("c := make(chan int)", "for { select { case <-c: return; case <-stop: return } }", "stoppable", False),
    ("c := make(chan int); c <- 1", "for range c { use(m) }", "endless", True),
    ("c := make(chan int); c <- 1", "for range c { if len(m) > 3 { return }; use(m) }", "stoppable", True),
    ("c := make(chan int)", "c <- len(m); use(m)", "endless", True),
    ("c := make(chan int, 1)", "c <- len(m); use(m)", "ends", True),
    ("ctx := context.Background()", "for { select { case <-ctx.Done(): return; case <-stop: } }", "endless", False),
    ("ctx := context.TODO(); wait(ctx)", "<-ctx.Done(); use(m)", "endless", True),
    # something may happen
    ("c := make(chan int); close(c)", "<-c; use(m)", "ends", True),
    ("c := make(chan int); defer close(c)", "for range c { use(m) }", "stoppable", True),
    ("c := make(chan int); func() { close(c) }()", "<-c; use(m)", "ends", True),
    ("c := make(chan int); c <- 1", "<-c; use(m)", "ends", True),
    ("c := make(chan int); give(c)", "<-c; use(m)", "ends", True),
    ("c := make(chan int); kept = c", "<-c; use(m)", "ends", True),
    ("c := make(chan int); d := c; close(d)", "<-c; use(m)", "ends", True),
    ("c := make(chan int); c = kept", "<-c; use(m)", "ends", True),
    ("c := kept", "<-c; use(m)", "ends", True),
    ("c := make(chan int)", "if len(m) > 3 { <-c }; use(m)", "ends", True),
    ("c := make(chan int)", "if len(m) > 3 { return }; <-c; use(m)", "ends", True),
    ("ctx, stop := context.WithCancel(context.Background()); stop()", "<-ctx.Done(); use(m)", "ends", True),
    ("ctx := context.Background(); ctx, stop := context.WithCancel(ctx); stop()", "<-ctx.Done(); use(m)", "ends", True),
    ("ctx := context.Background(); p := &ctx; println(p)", "<-ctx.Done(); use(m)", "ends", True),
    ("ctx := context.Background(); ctx = context.WithValue(ctx, 1, 2)", "<-ctx.Done(); use(m)", "ends", True),
    # a send that the starter's select may pass over
    ("c := make(chan T); defer func() { select { case <-c: case <-stop: } }()", "c <- m", "abandoned", True),
    ("c := make(chan T); defer func() { select { case <-c: default: } }()", "c <- m", "abandoned", True),
    ("c := make(chan T); defer func() { select { case <-c: case <-stop: } }()", "use(m); c <- nil", "abandoned", False),
    ("c := make(chan T, 1); defer func() { select { case <-c: case <-stop: } }()", "c <- m", "ends", True),
    ("c := make(chan T); defer func() { select { case <-c: } }()", "c <- m", "ends", True),
    ("c := make(chan T); defer func() { select { case <-c: case <-stop: <-c } }()", "c <- m", "ends", True),
    ("c := make(chan T); defer func() { for { select { case <-c: return; case <-stop: } } }()", "c <- m", "ends", True),
    (
        "c := make(chan T); defer func() { select { case <-c: case <-stop: } }()",
        "select { case c <- m: case <-stop: }", "ends", True,
    ),
]  # fmt: skip

# body of the starter -> how it waits
STARTERS = [
    ("go func() { use(m) }()", ""),
    ("var wg sync.WaitGroup; wg.Add(1); go func() { defer wg.Done(); use(m) }(); wg.Wait()", "wg.Wait"),
    ("done := make(chan bool); go func() { use(m); close(done) }(); <-done", "receive from done"),
    ("done := make(chan bool); go func() { use(m); done <- true }(); <-done", "receive from done"),
    ("done := make(chan bool); go func() { use(m) }(); <-done", ""),
    ("c := make(chan int); go func() { defer close(c); use(m) }(); for range c {}", "receive from c"),
    ("var wg sync.WaitGroup; go work(&wg, m); wg.Wait()", "wg.Wait"),
    ("done := make(chan bool); go func() { done <- true }(); select { case <-done: }", "receive from done"),
    ("done := make(chan bool); go func() { done <- true }(); select { case <-done: case <-stop: }", ""),
    ("var wg sync.WaitGroup; wg.Go(func() { use(m) }); wg.Wait()", "wg.Wait"),
    ("var wg, other sync.WaitGroup; wg.Go(func() { use(m) }); other.Wait()", ""),
    ("done := make(chan bool); <-done; go func() { use(m); close(done) }()", ""),
]


def _source(body: str) -> str:
    return f"{PRELUDE}\nfunc work(wg *sync.WaitGroup, m map[string]int) {{}}\nfunc F(m map[string]int) {{\n{body}\n}}\n"


@pytest.mark.parametrize(("body", "ending", "held"), BODIES)
def test_goroutine_body(tmp_path_factory: pytest.TempPathFactory, body: str, ending: str, held: bool) -> None:
    folder = write_module(tmp_path_factory.mktemp("g"), {"a.go": _source(f"go func() {{ {body} }}()")})
    facts = function(resolved(folder), "F$1")
    assert (facts.ending.kind, any(h.how == "captured" for h in facts.held)) == (ending, held)


@pytest.mark.parametrize(("starter", "body", "ending", "held"), SILENCES)
def test_silence(tmp_path_factory: pytest.TempPathFactory, starter: str, body: str, ending: str, held: bool) -> None:
    """Whether a wait ever ends follows from all that the starter and its closures do to a channel of theirs."""
    prepared, _, rest = starter.partition("; ")
    source = _source(f"{prepared}; go func() {{ {body} }}(); {rest}")
    program = resolved(write_module(tmp_path_factory.mktemp("c"), {"a.go": source}))
    facts = function(program, "F$1")
    assert (facts.ending.kind, any(h.how == "captured" for h in facts.held)) == (ending, held)


@pytest.mark.parametrize(("body", "waited"), STARTERS)
def test_starter(tmp_path_factory: pytest.TempPathFactory, body: str, waited: str) -> None:
    folder = write_module(tmp_path_factory.mktemp("s"), {"a.go": _source(body)})
    (fact,) = function(resolved(folder), "F").gos
    assert fact.waited == waited


@pytest.mark.parametrize(
    ("body", "waits"),
    [
        ("<-stop", False),
        ("v := <-stop; _ = v", True),
        ("for { <-stop }", True),
        ("select { case <-stop: }", False),
        ("var mu sync.Mutex; mu.Lock()", False),
        ("time.Sleep(1)", False),
        ("var wg sync.WaitGroup; wg.Wait()", False),
    ],
)
def test_waiting_for_events(tmp_path_factory: pytest.TempPathFactory, body: str, waits: bool) -> None:
    """Locks and joins wait for the program itself; everything else waits for something to happen."""
    folder = write_module(tmp_path_factory.mktemp("w"), {"a.go": _source(body)})
    assert function(resolved(folder), "F").waits is waits
