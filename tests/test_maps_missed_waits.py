"""Waiters that leave their entry behind, and what the functions around them have to do with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import Miss
from maps_source import model_of

RPC = """package main

import (
	"context"
	"fmt"
	"sync"
	"time"
)

type bus struct{ handlers []func(id string) }

func (b *bus) subscribe(h func(id string)) { b.handlers = append(b.handlers, h) }

func (b *bus) publish(id string) error { return nil }

type caller struct {
	sync.Mutex
	bus     *bus
	waiting map[string]chan string
}

func newCaller(b *bus) *caller {
	c := &caller{bus: b, waiting: map[string]chan string{}}
	b.subscribe(func(id string) { c.answered(id) })
	return c
}

func (c *caller) add(id string, answer chan string) {
	c.Lock()
	defer c.Unlock()
	c.waiting[id] = answer
}

func (c *caller) take(id string) chan string {
	c.Lock()
	defer c.Unlock()
	answer := c.waiting[id]
	delete(c.waiting, id)
	return answer
}

func (c *caller) answered(id string) {
	if answer := c.take(id); answer != nil {
		answer <- id
	}
}

func (c *caller) ask(ctx context.Context) (string, error) {
	id := fmt.Sprint(time.Now().UnixNano())
	answer := make(chan string, 1)
	c.add(id, answer)
	if err := c.bus.publish(id); err != nil {
		return "", err
	}
	select {
	case text := <-answer:
		return text, nil
	case <-ctx.Done():
		return id, ctx.Err()
	}
}

func main() {
	b := &bus{}
	c := newCaller(b)
	go func() {
		for range time.Tick(time.Second) {
			for _, h := range b.handlers {
				h("")
			}
		}
	}()
	for {
		id, err := c.ask(context.Background())
		if err != nil {
			%s
		}
	}
}
"""


@pytest.mark.parametrize(("after", "missed"), [("_ = id", True), ("c.take(id)", False)])
def test_who_makes_the_handler_of_answers_does_not_run_it(tmp_path: Path, after: str, missed: bool) -> None:
    """That main makes the handler which removes takes out no entry; that it calls what removes may."""
    found = model_of(tmp_path, {"main.go": RPC % after}).map("example.com/m.caller.waiting")
    assert found is not None
    kinds = {op.missed.kind for op in found.removes if op.missed is not None}
    assert (Miss.ONE_WAY_OUT in kinds) is missed


LIBRARY = """package main

import (
	"errors"
	"net/http"
	"time"

	"github.com/puzpuzpuz/xsync/v3"
)

type station struct{ waiting *xsync.MapOf[string, chan string] }

func (s *station) arrive(w http.ResponseWriter, r *http.Request) {
	s.wait(r.RemoteAddr)
}

func (s *station) wait(id string) (string, error) {
	train := make(chan string, 1)
	s.waiting.Store(id, train)
	select {
	case name := <-train:
		return name, nil
	case <-time.After(time.Minute):
		return "", errors.New("missed it")
	}
}

func (s *station) depart(w http.ResponseWriter, r *http.Request) {
	%s
}

func main() {
	s := &station{waiting: xsync.NewMapOf[string, chan string]()}
	http.HandleFunc("/arrive", s.arrive)
	http.HandleFunc("/depart", s.depart)
	http.ListenAndServe(":80", nil)
}
"""


@pytest.mark.parametrize(
    ("body", "missed"),
    [
        ("if train, ok := s.waiting.LoadAndDelete(r.RemoteAddr); ok { train <- r.URL.Path }", True),
        ("s.waiting.Delete(r.RemoteAddr)", False),  # whoever has not looked it up may be the waiter itself
    ],
)
def test_a_library_may_give_what_it_removes(tmp_path: Path, body: str, missed: bool) -> None:
    found = model_of(tmp_path, {"main.go": LIBRARY % body}).map("example.com/m.station.waiting")
    assert found is not None
    kinds = {op.missed.kind for op in found.removes if op.missed is not None}
    assert (Miss.ONE_WAY_OUT in kinds) is missed


@pytest.mark.parametrize(
    ("before", "after", "missed"),
    [
        ('c.take("")', "_ = id", False),  # in the same loop: the next turn may
        ("", "c.take(id)", False),
    ],
)
def test_in_a_loop_what_comes_before_comes_after(tmp_path: Path, before: str, after: str, missed: bool) -> None:
    text = (RPC % after).replace("\tfor {\n\t\tid, err", f"\tfor {{\n\t\t{before}\n\t\tid, err")
    found = model_of(tmp_path, {"main.go": text}).map("example.com/m.caller.waiting")
    assert found is not None
    assert any(op.missed is not None for op in found.removes) is missed


@pytest.mark.parametrize(
    ("body", "missed"),
    [
        ("c.take(r.RemoteAddr); c.ask(r.Context())", True),
        ("defer c.take(r.RemoteAddr); c.ask(r.Context())", False),
        ("id, _ := c.ask(r.Context()); c.take(id)", False),
    ],
)
def test_what_is_taken_out_before_the_question_is_another_entry(tmp_path: Path, body: str, missed: bool) -> None:
    handler = f"func (c *caller) ServeHTTP(w http.ResponseWriter, r *http.Request) {{ {body} }}\n\n"
    start, _, _ = (RPC % "").rpartition("\tfor {\n\t\tid, err")
    text = start.replace("func main", f"{handler}func main").replace('"fmt"', '"fmt"\n\t"net/http"')
    text += '\thttp.ListenAndServe(":80", c)\n}\n'
    found = model_of(tmp_path, {"main.go": text}).map("example.com/m.caller.waiting")
    assert found is not None
    assert any(op.missed is not None for op in found.removes) is missed
