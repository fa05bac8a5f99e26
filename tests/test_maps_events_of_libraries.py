"""What libraries call at events, and what they call once: how often code runs that others were handed."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import AbstractMap, Lifetime
from mapleak.model import Certainty
from maps_source import model_of

HOOK = """
package hook

import "github.com/sirupsen/logrus"

type Hook struct{ seen map[string]int }

func New() *Hook { return &Hook{seen: map[string]int{}} }

func (h *Hook) Fire(entry *logrus.Entry) error {
	h.seen[entry.Message]++
	return nil
}

func (h *Hook) Note(text string, entry *logrus.Entry) { h.seen[text]++ }
"""

LEADER = """
package main

import (
	"context"
	"net/http"
	"sync"

	"k8s.io/client-go/tools/leaderelection"
)

type zones struct {
	mu    sync.Mutex
	zones map[string]*zone
}

type zone struct {
	mu    sync.Mutex
	hosts map[string]int
}

func (z *zones) add(name string) {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.zones[name] = &zone{hosts: map[string]int{}}
}

func (z *zones) get(name string) *zone {
	z.mu.Lock()
	defer z.mu.Unlock()
	return z.zones[name]
}

func run(ctx context.Context) {
	all := &zones{zones: map[string]*zone{}}
	http.HandleFunc("/new", func(w http.ResponseWriter, r *http.Request) { all.add(r.FormValue("zone")) })
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		one := all.get(r.FormValue("zone"))
		one.mu.Lock()
		one.hosts[r.RemoteAddr]++
		one.mu.Unlock()
	})
	http.ListenAndServe(":80", nil)
}

func main() {
	leaderelection.RunOrDie(context.Background(), leaderelection.LeaderElectionConfig{
		Callbacks: leaderelection.LeaderCallbacks{%s: run},
	})
}
"""

INFORMED = """
package table

import (
	"example.org/lists"
	"k8s.io/client-go/tools/cache"
)

type pod struct{ UID string }

type table struct{ seen map[string]int }

func (t *table) gone(object any) { t.seen[object.(*pod).UID]++ }

func Drive() {
	t := &table{seen: map[string]int{}}
	lists.Drive(%s: t.gone})
}
"""


def _map(folder: Path, source: str, path: str, name: str) -> AbstractMap:
    return next(found for found in model_of(folder, {path: source}).maps if found.name == name)


def test_an_exported_method_that_a_library_calls_at_events_is_not_only_assumed_to_repeat(tmp_path: Path) -> None:
    """That importers may call it, too, takes nothing from what the library is known to do."""
    inserts = _map(tmp_path, HOOK, "hook/hook.go", "example.com/m/hook.Hook.seen").inserts
    assert [(op.function.rpartition(".")[2], op.assumed) for op in inserts] == [("Fire", False), ("Note", True)]


LISTENERS = """
package hook

import "github.com/sirupsen/logrus"

type listener interface{ Heard(text string) }

type Table struct{ seen map[string]int }

func New() *Table { return &Table{seen: map[string]int{}} }

func (t *Table) Heard(text string) { t.seen[text]++ }

type Hook struct {
	table *Table
	all   []listener
}

func Make(all ...listener) *Hook { return &Hook{New(), all} }

func (h *Hook) Fire(entry *logrus.Entry) error {
	%s
	return nil
}
"""


@pytest.mark.parametrize(
    ("told", "assumed"),
    [
        ("h.table.Heard(entry.Message)", False),
        ("for _, one := range h.all { one.Heard(entry.Message) }", True),
        ("tell := func() { h.table.Heard(entry.Message) }; tell()", False),
    ],
)
def test_what_listeners_do_at_events_is_only_assumed(told: str, assumed: bool, tmp_path: Path) -> None:
    """Which of the types that fit listen is not seen; what is called by its name is."""
    (heard,) = _map(tmp_path, LISTENERS % told, "hook/hook.go", "example.com/m/hook.Table.seen").inserts
    assert heard.assumed is assumed


@pytest.mark.parametrize(
    ("method", "library", "assumed"),
    [("HandleMessage", "nsqio/go-nsq.Message", False), ("Fire", "sirupsen/logrus.Entry", True)],
)
def test_all_that_a_program_is_given_work_for_is_done(method: str, library: str, assumed: bool, tmp_path: Path) -> None:
    """Of a queue's handler, behind interfaces too; of a hook of the log, which looks on, that is less certain."""
    path, _, value = library.partition(".")
    text = LISTENERS % "for _, one := range h.all { one.Heard(entry.ID) }"
    text = text.replace('"github.com/sirupsen/logrus"', f'used "github.com/{path}"').replace(
        "*logrus.Entry", f"*used.{value}"
    )
    (heard,) = _map(tmp_path, text.replace("Fire", method), "hook/hook.go", "example.com/m/hook.Table.seen").inserts
    assert heard.assumed is assumed


@pytest.mark.parametrize(
    ("field", "life"),
    [
        ("OnStartedLeading", (Lifetime.OBJECT, Certainty.LIKELY)),
        ("OnNewLeader", (Lifetime.OBJECT, Certainty.UNKNOWN)),
    ],
)
def test_a_process_begins_to_lead_once(tmp_path: Path, field: str, life: tuple[Lifetime, Certainty]) -> None:
    """What a leader builds lives as long as the process: one that has lost an election ends. Others may lead many
    times."""
    found = _map(tmp_path, LEADER % field, "main.go", "example.com/m.zone.hosts")
    assert (found.lifetime, found.lifetime_certainty) == life


@pytest.mark.parametrize(
    ("handler", "assumed"),
    [("cache.ResourceEventHandlerFuncs{DeleteFunc", False), ("lists.Table{DeleteFunc", True)],
)
def test_informers_tell_of_every_object(tmp_path: Path, handler: str, assumed: bool) -> None:
    """What is known of the handlers of informers is not known of others that have a field of that name."""
    (gone,) = _map(tmp_path, INFORMED % handler, "table/table.go", "example.com/m/table.table.seen").inserts
    assert gone.assumed is assumed


MADE_THERE = """package main

import (
	"net/http"

	"example.org/broker"
)

type server struct{ seen map[string]int }

func (s *server) note(id string) { s.seen[id] = 1 }

func main() {
	s := &server{seen: map[string]int{}}
	client := broker.New()
	client.%s = s.note
	http.ListenAndServe("localhost:80", nil)
}
"""


@pytest.mark.parametrize(("field", "runs"), [("OnMessage", True), ("ErrorHandler", True), ("Action", False)])
def test_what_a_library_made_calls_what_it_is_given_for_events(tmp_path: Path, field: str, runs: bool) -> None:
    """The name of the field tells, whatever the type of the value is that a function not on disk has returned."""
    (insert,) = _map(tmp_path, MADE_THERE % field, "main.go", "example.com/m.server.seen").inserts
    assert insert.reachable is runs
