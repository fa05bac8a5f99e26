"""Exported functions of a program's packages: what other packages of it call is there for them, not for importers."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.callgraph.build import build as build_graph
from mapleak.maps.context import make_context
from programs import resolved, write_module

TABLE = """package table

import "sync"

type Table struct {
	mu   sync.Mutex
	seen map[string]bool
}

func New() *Table { return &Table{seen: map[string]bool{}} }

func (t *Table) Note(name string) { t.seen[name] = true }

func (t *Table) Notes(names []string) {
	for _, name := range names {
		t.Note(name)
	}
}
"""
WORK = """package work

import "example.com/m/app/table"

func Do(names []string) {
	t := table.New()
	t.Notes(names)
}
"""
MAIN = """package main

import "example.com/m/app/%s"

func main() { %s }
"""
HANDED = """package work

import (
	"example.com/m/app/table"
	"example.org/media"
)

func Do(names []string) {
	t := table.New()
	t.Notes(names)
	_ = &media.Settings{Namer: t.Notes}
}
"""
BY_MAIN = MAIN % ("table", "table.New().Notes(nil)")
BY_WORK = MAIN % ("work", "work.Do(nil)")


@pytest.mark.parametrize(
    ("files", "within"),
    [
        ({"app/cmd/main.go": BY_WORK, "app/work/work.go": WORK}, True),
        ({"app/cmd/main.go": BY_WORK, "app/work/work.go": HANDED}, False),  # a library may call it at any time
        ({"app/cmd/main.go": BY_MAIN}, False),  # it may only show how the package is used
        ({"app/examples/main.go": BY_WORK, "app/work/work.go": WORK}, False),
        ({"app/work/work.go": WORK}, False),  # a library
    ],
)
def test_what_other_packages_of_a_program_call(files: dict[str, str], within: bool, tmp_path: Path) -> None:
    program = resolved(write_module(tmp_path, {"app/table/table.go": TABLE, **files}))
    context = make_context(program, build_graph(program))
    assert context.used_within("(*example.com/m/app/table.Table).Notes") is within
    assert not context.used_within("(*example.com/m/app/table.Table).Note")  # only its own package does
