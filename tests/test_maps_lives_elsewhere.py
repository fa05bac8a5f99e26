"""Owners that live on in goroutines which others run for them, and values that are no owners at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.callgraph.build import build
from mapleak.maps.context import make_context
from mapleak.maps.lives.index import make_index
from mapleak.maps.model import AbstractMap, Growth, Lifetime
from maps_source import model_of
from programs import resolved, write_module

MONITOR = """
package main

import (
	"context"
	"net/http"
	"time"
)

type Monitor struct{ counts map[string]int }

func (m *Monitor) Configure(ctx context.Context, list func() []*http.Request) {
	m.counts = make(map[string]int)
	run(ctx, func() {
		for _, one := range list() {
			m.note(one.RemoteAddr)
		}
	})
}

func (m *Monitor) note(address string) { m.counts[address]++ }

func run(ctx context.Context, work func()) {
	%s
}

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		m := &Monitor{}
		m.Configure(context.Background(), func() []*http.Request { return []*http.Request{r} })
	})
	http.ListenAndServe(":80", nil)
}
"""

ON_AN_INTERVAL = """ticks := time.NewTicker(time.Second)
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticks.C:
				work()
			}
		}
	}()"""

ON_THE_SPOT = """for i := 0; i < 3; i++ {
		work()
		time.Sleep(time.Second)
	}"""

SCHEDULER = """
package main

import (
	"context"
	"log"
	"net/http"
	"sync"
)

type scheduler struct{ requests chan *http.Request }

func (s *scheduler) run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case r := <-s.requests:
			log.Print(r.URL)
		}
	}
}

type plan struct{ scheduler *scheduler }

func (p *plan) lead(ctx context.Context) {
	s := &scheduler{requests: make(chan *http.Request)}
	p.scheduler = s
	%s
}

func followed(ctx context.Context) {
	s := &scheduler{requests: make(chan *http.Request)}
	%s
}

func main() {
	p := &plan{}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		p.lead(r.Context())
		followed(r.Context())
	})
	log.Fatal(http.ListenAndServe(":80", nil))
}
"""

IN_A_LITERAL = """go func() {
		if err := s.run(ctx); err != nil {
			log.Print(err)
		}
	}()"""

WAITED_FOR = """var group sync.WaitGroup
	group.Add(1)
	go func() {
		defer group.Done()
		log.Print(s.run(ctx))
	}()
	group.Wait()"""

INFOS = """
package main

import (
	"errors"
	"net/http"
	"sync"
)

var errNone = errors.New("none")

type info struct {
	mu       *sync.Mutex
	failures map[string]int
}

var lock sync.Mutex
var infos = map[string]info{"": {&sync.Mutex{}, map[string]int{}}}

func get(name string) (info, error) {
	lock.Lock()
	defer lock.Unlock()
	if one, ok := infos[name]; ok {
		return one, nil
	}
	return %s
}

func (i info) failed(address string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.failures[address]++
}

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if one, err := get(r.Host); err == nil {
			one.failed(r.RemoteAddr)
		}
	})
	http.ListenAndServe(":80", nil)
}
"""


def _map(folder: Path, source: str, name: str) -> AbstractMap:
    return next(found for found in model_of(folder, {"main.go": source}).maps if found.name == f"example.com/m.{name}")


@pytest.mark.parametrize(
    ("body", "lifetime", "growth", "effect"),
    [
        (ON_AN_INTERVAL, Lifetime.OBJECT, Growth.UNBOUNDED, "it runs once, before the loop that fills the map"),
        (ON_THE_SPOT, Lifetime.CALL, Growth.BOUNDED, ""),
    ],
)
def test_what_a_helper_repeats_in_a_goroutine_outlives_its_writer(
    tmp_path: Path, body: str, lifetime: Lifetime, growth: Growth, effect: str
) -> None:
    found = _map(tmp_path, MONITOR % body, "Monitor.counts")
    assert (found.lifetime, found.growth) == (lifetime, growth)
    assert [reset.no_effect for reset in found.resets] == [effect]


@pytest.mark.parametrize(
    ("led", "followed", "runs"),
    [
        (IN_A_LITERAL, "s.run(ctx)", True),
        (WAITED_FOR, "s.run(ctx)", False),
        ("s.run(ctx)", IN_A_LITERAL, False),
        ("s.run(ctx)", "go s.run(ctx)", True),
    ],
)
def test_a_literal_spends_the_life_of_its_goroutine_in_a_call(
    tmp_path: Path, led: str, followed: str, runs: bool
) -> None:
    """What a function that only has the object for itself starts may be one operation."""
    program = resolved(write_module(tmp_path, {"main.go": SCHEDULER % (led, followed)}))
    index = make_index(make_context(program, build(program)))
    assert ("example.com/m.scheduler" in index.marks.running) is runs


@pytest.mark.parametrize(
    ("result", "lifetime"),
    [("info{}, errNone", Lifetime.PROCESS), ("info{&sync.Mutex{}, map[string]int{}}, nil", Lifetime.CALL)],
)
def test_a_zero_value_beside_an_error_is_nothing_made(tmp_path: Path, result: str, lifetime: Lifetime) -> None:
    assert _map(tmp_path, INFOS % result, "info.failures").lifetime is lifetime
