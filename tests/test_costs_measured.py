"""What we say an entry costs, against the heap of programs run with the real toolchain, with words of 8 and 4 bytes."""

from __future__ import annotations

import platform
import re
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from conftest import GoCommand
from mapleak.maps.costs.entry import entry_cost, objects, structure_of
from mapleak.resolve.model import EntryLayout
from programs import resolved, write_module

pytestmark = pytest.mark.needs_go

TYPES = (
    *(("string", "*node"), ("string", "string"), ("string", "struct{}"), ("int", "int"), ("int", "bool")),
    *(("[16]byte", "int"), ("string", "[]byte"), ("int", "[64]byte"), ("int", "[136]byte"), ("int", "record")),
    *(("uint32", "uint32"), ("any", "any"), ("uint64", "wide"), ("pair", "float32"), ("uint16", "uint8")),
    *(("[130]byte", "string"), ("int64", "struct{ a uint8; b uint16 }"), ("string", "any"), ("uint32", "struct{}")),
)
"""Spread over small and large, padded, with and without pointers, inside the table and behind a pointer."""

COUNTS = (10, 60, 200, 1000, 5000, 10_000, 20_000, *(round(100_000 * 2 ** (step / 8)) for step in range(8)))
SYNC_COUNTS = (1000, *(round(20_000 * 2 ** (step * 4 / 9)) for step in range(9)))
TOLERANCE = 0.15

HEAD = """package main

import (
	"encoding/binary"
	"runtime"
	"strconv"
	"sync"
)

type node struct{ next *node }
type pair struct {
	kind uint8
	id   int64
}
type wide struct {
	a, b, c int64
	d       string
}
type record struct {
	name string
	rest [600]byte
}

func live() int {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int(stats.HeapAlloc)
}

func measure[K comparable, V any](number, n int, key func(int) K) {
	keys := make([]K, n)
	for i := range keys {
		keys[i] = key(i)
	}
	many := make([]map[K]V, 1+20_000/n)
	before := live()
	var value V
	for i := range many {
		m := make(map[K]V)
		for _, k := range keys {
			m[k] = value
		}
		many[i] = m
	}
	full := live()
	for _, m := range many {
		for _, k := range keys {
			delete(m, k)
		}
	}
	empty := live()
	runtime.KeepAlive(many)
	runtime.KeepAlive(keys)
	println(number, n, (full-before)/len(many), (empty-before)/len(many))
}

func measureSync(number, n int) {
	keys := make([]any, n)
	for i := range keys {
		keys[i] = strconv.Itoa(i)
	}
	before := live()
	m := new(sync.Map)
	for _, k := range keys {
		m.Store(k, k)
	}
	full := live()
	for _, k := range keys {
		m.Delete(k)
	}
	empty := live()
	runtime.KeepAlive(m)
	runtime.KeepAlive(keys)
	println(number, n, full-before, empty-before)
}

func array16(i int) (k [16]byte) {
	binary.LittleEndian.PutUint64(k[:], uint64(i))
	return k
}

func array130(i int) (k [130]byte) {
	binary.LittleEndian.PutUint64(k[:], uint64(i))
	return k
}
"""
KEYS = {
    "string": "strconv.Itoa",
    "[16]byte": "array16",
    "[130]byte": "array130",
    "any": "func(i int) any { return strconv.Itoa(i) }",
    "pair": "func(i int) pair { return pair{uint8(i), int64(i)} }",
}


@pytest.fixture(scope="module", params=[8, 4])
def word(request: pytest.FixtureRequest) -> int:
    """The size of a pointer; programs for 386 run on amd64, too."""
    size = int(request.param)
    if size == 4 and (sys.platform, platform.machine()) != ("linux", "x86_64"):
        pytest.skip("this machine runs no programs for 386")
    return size


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program that measures, with a package variable of each type for us to look at."""
    variables = "".join(f"var m{i} map[{key}]{value}\n" for i, (key, value) in enumerate(TYPES))
    calls = []
    for i, (key, value) in enumerate(TYPES):
        make = KEYS.get(key, f"func(i int) {key} {{ return {key}(i) }}")
        counts = [n for n in COUNTS if key != "uint16" or n <= 20_000]
        calls += [f"\tmeasure[{key}, {value}]({i}, {n}, {make})\n" for n in counts]
    calls += [f"\tmeasureSync({len(TYPES)}, {n})\n" for n in SYNC_COUNTS]
    main = f"{HEAD}\n{variables}\nvar m{len(TYPES)} sync.Map\n\nfunc main() {{\n{''.join(calls)}}}\n"
    return write_module(tmp_path_factory.mktemp("measured"), {"main.go": main})


@pytest.fixture(scope="module")
def measured(go: GoCommand, folder: Path, word: int) -> dict[int, dict[int, tuple[float, float]]]:
    """By variable and number of entries: bytes per entry, and those left when all are deleted."""
    with pytest.MonkeyPatch.context() as patch:
        if word == 4:
            patch.setenv("GOARCH", "386")
            patch.setenv("CGO_ENABLED", "0")
        result = go(folder, ("run", "."))
    assert result.returncode == 0, result.stderr
    found: dict[int, dict[int, tuple[float, float]]] = defaultdict(dict)
    for line in result.stderr.splitlines():
        number, n, full, empty = map(int, line.split())
        found[number][n] = (full / n, empty / n)
    assert len(found) == len(TYPES) + 1
    return found


@pytest.fixture(scope="module")
def minor(go: GoCommand, folder: Path) -> int:
    match = re.search(r"go1\.(\d+)", go(folder, ("env", "GOVERSION")).stdout)
    assert match
    return int(match[1])


@pytest.fixture(scope="module")
def entries(folder: Path) -> list[EntryLayout]:
    """What we read off the variables' types."""
    found = {v.node.rpartition(".m")[2]: v.entries[0] for v in resolved(folder).variables}
    layouts = [found[str(i)] for i in range(len(TYPES) + 1)]
    assert None not in layouts
    return [layout for layout in layouts if layout is not None]


def test_every_number_of_entries(measured, entries, minor, word):
    """The formula is within 15 % of the heap at each number of entries; of what fills several tables, nearly always."""
    wrong = []
    for number, entry in enumerate(entries):
        structure, apart = structure_of(entry, word, minor), objects(entry, word)
        for n, (full, _) in measured[number].items():
            ours = structure.per_entry(n) + apart
            if abs(ours - full) > TOLERANCE * full:
                wrong.append((number, n, round(full, 1), round(ours, 1)))
    assert wrong == []


def test_what_is_said_of_a_number_of_entries(measured, entries, minor, word):
    """What a report says of maps of 1,000 to 100,000 entries is within 15 % of the heap of such a map."""
    for number, entry in enumerate(entries):
        said = [pair for pair in entry_cost(entry, word, minor).at if pair[0] in measured[number]]
        assert said
        for entries_, each in said:
            assert each == pytest.approx(measured[number][entries_][0], rel=TOLERANCE, abs=1), (number, entries_)


def test_what_is_said_without_a_number_of_entries(measured, entries, minor, word):
    """The mean over a doubling is within 15 % of what we say, and every large map between the least and the most."""
    for number, entry in enumerate(entries):
        said = entry_cost(entry, word, minor)
        large = [full for n, (full, _) in measured[number].items() if n >= 20_001 or entry.container == "sync.Map"]
        if not large:
            continue
        assert sum(large) / len(large) == pytest.approx(said.bytes, rel=TOLERANCE), (number, said)
        assert said.least * (1 - TOLERANCE) <= min(large), (number, said)
        assert max(large) <= said.most * (1 + TOLERANCE), (number, said)


def test_what_delete_gives_back(measured, entries, minor, word):
    """The objects of large keys and values, or a whole entry of a sync.Map, and never the table.

    Up to Go 1.23 deleting also moves entries on, so that a table which was just doubled loses its old half.
    """
    for number, entry in enumerate(entries):
        said = entry_cost(entry, word, minor)
        if said.structure == "two-maps":
            continue  # given back when a later read promotes the other map
        for n, (full, empty) in measured[number].items():
            freed = full - empty
            if said.structure == "buckets" and freed > said.freed:
                assert empty >= (said.least - said.freed) / 4, (number, n)
            else:
                assert freed == pytest.approx(said.freed, rel=TOLERANCE, abs=2), (number, n)
