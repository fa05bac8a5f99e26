"""Numbers of processes: the system gives each one that is started another."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.model import Certainty
from maps_source import model_of

SOURCE = """package main

import (
	"net/http"
	"strconv"
)

type table struct{ found map[KIND]int }

func (t *table) note(NAMEs []KIND) {
	for _, NAME := range NAMEs {
		t.found[NAME]++
	}
}

func (t *table) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi("7")
	t.note(list(n))
}

func list(n int) []KIND { return make([]KIND, n) }

func main() { _ = http.ListenAndServe(":80", &table{map[KIND]int{}}) }
"""


@pytest.mark.parametrize(
    ("kind", "name", "new"),
    [
        ("int", "pid", True),
        ("int32", "tid", True),
        ("int64", "pid", False),
        ("string", "pid", False),
        ("int", "id", False),
    ],
)
def test_process_ids_are_new_again_and_again(tmp_path: Path, kind: str, name: str, new: bool) -> None:
    """Texts and wide numbers that are called so stand for other things: producers, partitions, products."""
    found = model_of(tmp_path, {"main.go": SOURCE.replace("KIND", kind).replace("NAME", name)}).map(
        "example.com/m.table.found"
    )
    assert found is not None
    (insert,) = found.inserts
    assert ("gives each process another number" in insert.growth_reason) is new
    assert (insert.growth_certainty is Certainty.LIKELY) is new
