"""Functions whose calls are out of sight, and those that well-known code is handed to call them once."""

from __future__ import annotations

from pathlib import Path

import pytest

from maps_source import model_of

SOURCE = """package main

import (
	"net/http"

	"github.com/urfave/cli/v2"
	"example.org/tool"
)

type table struct{ seen map[string]bool }

var tables *table

func begin() { tables = &table{seen: map[string]bool{}} }

func serve(w http.ResponseWriter, r *http.Request) { tables.seen[r.RemoteAddr] = true }

func main() {
	%s
	http.HandleFunc("/", serve)
	http.ListenAndServe(":1", nil)
}

var _ = cli.Exit
var _ tool.App
"""


@pytest.mark.parametrize(
    ("statement", "replaced"),
    [
        ("begin()", False),
        ("app := &cli.App{}; app.Before = func(*cli.Context) error { begin(); return nil }; app.Run(nil)", False),
        ("app := &cli.App{}; app.Action = func(*cli.Context) error { begin(); return nil }; app.Run(nil)", True),
        ("app := &tool.App{}; app.Each = func() { begin() }; app.Run(nil)", True),
    ],
)
def test_a_hook_of_a_command_line_runs_once(statement: str, replaced: bool, tmp_path: Path) -> None:
    found = model_of(tmp_path, {"main.go": SOURCE % statement}).map("example.com/m.table.seen")
    assert found is not None
    assert bool(found.released) is replaced
