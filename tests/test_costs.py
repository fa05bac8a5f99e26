"""What an entry costs: chosen structure, boxes, rounding, what is not known, and how it is said."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from mapleak.maps.costs.entry import entry_cost, priced, structure_of
from mapleak.maps.costs.heap import block
from mapleak.maps.costs.tables import Buckets, Stored, Swiss
from mapleak.model import Block, EntryCost
from mapleak.report.costs import cost_json, cost_words
from mapleak.report.sarif import sarif
from mapleak.report.text import text
from mapleak.resolve.model import EntryLayout, ValueLayout
from mapleak.source.environment import GoEnvironment, go_environment
from mapleak.source.model import Module, SourceFile, Tree
from mapleak.source.target import NEWEST_MINOR, target_of
from maps_source import model_of
from programs import write_module
from samples import finding, location, report

WORD = Stored(8, 8, False)
STRING = ValueLayout((8, 4), (16, 8), True, False)
INT = ValueLayout((4, 4), (8, 8), False, False)
LARGE = ValueLayout((200, 4), (200, 8), False, False)
INTERFACE = ValueLayout((8, 4), (16, 8), True, True)
INTS = EntryLayout("map", INT, INT)
SYNC = EntryLayout("sync.Map", INTERFACE, INTERFACE)


def test_size_classes() -> None:
    """Rounded up to a class; with eight bytes in front when the collector looks into a large object; whole pages."""
    assert block(33, 8) == Block(33, 48)
    assert block(33, 8).lost == 15
    assert block(512, 8).taken == 512
    assert block(513, 8, pointers=False).taken == 576
    assert block(576, 8).taken == 640
    assert block(200, 4).taken == 208
    assert block(32_768, 8, pointers=False).taken == 32_768
    assert block(32_768, 8).taken == 32_768
    assert block(40_000, 8).taken == 40_960


@pytest.mark.parametrize(("n", "expected"), [(1000, 37.0), (10_000, 29.6), (100_000, 23.6), (1_000_000, 37.7)])
def test_tables_of_groups(n: int, expected: float) -> None:
    """Measured once for int to int with Go 1.27."""
    assert Swiss(WORD, WORD, 8).per_entry(n) == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize(("n", "expected"), [(1000, 41.1), (10_000, 32.1), (100_000, 27.7), (1_000_000, 40.2)])
def test_buckets(n: int, expected: float) -> None:
    """Measured once for int to int with Go 1.23."""
    assert Buckets(WORD, WORD, 8).per_entry(n) == pytest.approx(expected, rel=0.02)


def test_a_value_without_size_takes_a_word_in_a_group_and_nothing_in_a_bucket() -> None:
    """A set of strings costs what a map of strings to pointers costs, since Go 1.24."""
    text_, nothing = Stored(16, 8, True), Stored(0, 1, False)
    assert Swiss(text_, nothing, 8).per_entry(5000) == Swiss(text_, WORD, 8).per_entry(5000)
    assert Buckets(text_, nothing, 8).per_entry(5000) < Buckets(text_, WORD, 8).per_entry(5000)


def test_the_version_chooses_the_structure() -> None:
    """Go 1.24 brought new tables and a new sync.Map."""
    assert [entry_cost(INTS, 8, minor).structure for minor in (21, 23, 24, 27)] == [
        "buckets",
        "buckets",
        "swiss",
        "swiss",
    ]
    assert [entry_cost(SYNC, 8, minor).structure for minor in (23, 24)] == ["two-maps", "trie"]
    assert entry_cost(INTS, 8, 21).least > entry_cost(INTS, 8, 23).least


def test_what_is_over_128_bytes_is_an_object_of_its_own() -> None:
    """It is what delete gives back, and what rounding loses is told."""
    cost = entry_cost(EntryLayout("map", INT, LARGE), 8, 26)
    assert cost.value is not None
    assert (cost.value.stored, cost.value.block, cost.freed) == ("pointer", Block(200, 208), 208)
    assert cost.bytes == entry_cost(INTS, 8, 26).bytes + 208
    limit = EntryLayout("map", INT, ValueLayout((128, 4), (128, 8), False, False))
    assert entry_cost(limit, 8, 26).freed == 0


def test_a_smaller_word_makes_smaller_entries() -> None:
    """Pointers, integers and strings halve."""
    assert entry_cost(INTS, 4, 26).bytes < 0.7 * entry_cost(INTS, 8, 26).bytes


def tree(go_line: str) -> Tree:
    file = SourceFile("a.go", "/m/a.go", "", "example.com/m", "example.com/m", False, "", 1, True)
    return Tree("/m", (Module("example.com/m", "/m", go_line, (), (), ""),), (file,), ())


def environment(version: str | None, arch: str = "amd64") -> GoEnvironment:
    return GoEnvironment(None, None, None, (), version, arch)


@pytest.mark.parametrize(
    ("toolchain", "go_line", "expected"),
    [
        ("go1.23.4", "1.21", (23, "go1.23.4")),
        ("go1.23.4", "1.24.1", (24, "go 1.24.1 in go.mod")),
        (None, "1.22", (22, "go 1.22 in go.mod")),
        (None, "", (NEWEST_MINOR, f"go 1.{NEWEST_MINOR} assumed")),
    ],
)
def test_which_go_builds_a_file(toolchain: str | None, go_line: str, expected: tuple[int, str]) -> None:
    """The toolchain there is, unless go.mod asks for a newer one."""
    assert target_of(environment(toolchain), tree(go_line)).go("a.go") == expected


def test_the_architecture_gives_the_word() -> None:
    """GOARCH, and nothing for one that is not known."""
    words = {arch: target_of(environment(None, arch), tree("")).word for arch in ("386", "arm64", "pdp11")}
    assert words == {"386": 4, "arm64": 8, "pdp11": None}
    assert go_environment(None, {"GOARCH": "mipsle"}).arch == "mipsle"
    assert go_environment(None, {}).arch in ("amd64", "arm64", "386")


PROGRAM = """package m

import (
	"sync"

	"example.com/absent"
)

type store[V any] struct{ entries map[string]V }

type guarded struct {
	mu      sync.Mutex
	entries map[string][200]byte
}

func (g *guarded) Put(k string) { g.mu.Lock(); g.entries[k] = [200]byte{}; g.mu.Unlock() }

var (
	plain   = map[string]int{}
	nested  = map[string]map[int]string{}
	shards  [16]map[uint8]bool
	strange = map[string]absent.T{}
	generic = store[int32]{entries: map[string]int32{}}
	safe    = guarded{entries: map[string][200]byte{}}
	shared  sync.Map
)

func Fill(k string) {
	plain[k] = 1
	nested[k][1] = k
	shards[0][1] = true
	strange[k] = absent.T{}
	generic.entries[k] = 1
	safe.Put(k)
	shared.Store(k, k)
}
"""


@pytest.fixture(scope="module")
def costs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, EntryCost]:
    model = model_of(tmp_path_factory.mktemp("costs"), {"m.go": PROGRAM})
    found = priced(model, 8, lambda _: (26, "go1.26.1"))
    return {m.name.removeprefix("example.com/m."): m.cost for m in found.maps if m.cost is not None}


def test_maps_of_a_program(costs: dict[str, EntryCost]) -> None:
    """Variables, maps in maps and arrays, wrappers, fields of generic types, packages that are not on disk."""
    strings = entry_cost(EntryLayout("map", STRING, INT), 8, 26)
    assert costs["plain"].bytes == strings.bytes
    assert costs["nested[]"].bytes == entry_cost(EntryLayout("map", INT, STRING), 8, 26).bytes
    assert costs["shards[]"].bytes < costs["plain"].bytes
    assert costs["strange"].unknown == "the size of the value type absent.T is not known"
    assert costs["store.entries"].unknown == "the size of the value type V is not known"
    assert costs["safe"].freed == 208
    assert costs["shared"].structure == "trie"
    assert costs["plain"].because == "go1.26.1"


def test_without_a_known_word_nothing_is_known(tmp_path: Path) -> None:
    """An architecture that we do not know has no sizes."""
    model = model_of(tmp_path, {"m.go": "package m\n\nvar m = map[int]int{}\n\nfunc Fill() { m[1] = 1 }\n"})
    (found,) = priced(model, None, lambda _: (26, "")).maps
    assert found.cost is not None
    assert "word" in found.cost.unknown


def test_in_words() -> None:
    """One line: how much, what is not counted, what a removal gives back."""
    assert cost_words(EntryCost(unknown="the size is not known")) == "unknown: the size is not known"
    plain = entry_cost(INTS, 8, 26)
    assert cost_words(plain) == (
        "an entry takes about 30 bytes on average (23 to 38, by how full the table is: 37 in a map of 1,000, "
        "30 of 10,000, 24 of 100,000, 38 of 1,000,000; 2 lost to size classes); "
        "delete gives nothing back: its place in the table stays"
    )
    asked = "an entry takes about 24 bytes in a map of 25,000 (in large maps 30 on average, 23 to 38, by how full "
    assert cost_words(entry_cost(INTS, 8, 26, 25_000)).startswith(asked)
    large = cost_words(entry_cost(EntryLayout("map", STRING, LARGE), 8, 26))
    assert "208 of them in an object for the value, beside what the key refers to" in large
    assert "delete gives back 208 bytes and what it refers to, but not its place in the table" in large
    boxed = cost_words(entry_cost(EntryLayout("map", STRING, INTERFACE), 8, 26))
    assert "a value in an interface is an object of its own" in boxed
    assert cost_words(entry_cost(SYNC, 8, 26)).endswith("a removal gives all of it back")
    assert "later, 24 bytes, but not its place" in cost_words(entry_cost(SYNC, 8, 23))


def test_a_number_of_entries() -> None:
    """What is told is what the structure takes then; a small key has no more values than its bits."""
    structure = structure_of(INTS, 8, 26)
    for entries in (1, 5, 900, 30_000):
        assert entry_cost(INTS, 8, 26, entries).at == ((entries, round(structure.per_entry(entries))),)
    few = EntryLayout("map", ValueLayout((2, 2), (2, 2), False, False), INT)
    assert [entries for entries, _ in entry_cost(few, 8, 26).at] == [1000, 10_000]
    assert cost_words(entry_cost(few, 8, 26, 100_000)) == cost_words(replace(entry_cost(few, 8, 26), at=()))


def test_as_an_object() -> None:
    """The keys of the contract."""
    value = cost_json(entry_cost(EntryLayout("map", STRING, LARGE), 8, 26))
    assert value == {
        "bytes_per_entry": 252,
        "least": 242,
        "most": 264,
        "at": {"1000": 263, "10000": 252, "100000": 243, "1000000": 264},
        "freed_by_delete": 208,
        "lost_to_rounding": 11,
        "structure": "swiss",
        "because": "",
        "word": 8,
        "key": {"size": 16, "align": 8, "stored": "inline", "pointers": True, "boxes": False},
        "value": {
            "size": 200,
            "align": 8,
            "stored": "pointer",
            "pointers": False,
            "boxes": False,
            "block": {"size": 200, "size_class": 208, "lost": 8},
        },
        "block": {"size": 25600, "size_class": 27264, "lost": 1664},
    }
    assert cost_json(EntryCost(unknown="why")) == {"unknown": "why"}


def test_in_reports(tmp_path: Path) -> None:
    """Text and SARIF of a finding."""
    cost = entry_cost(EntryLayout("map", STRING, INT), 8, 26)
    found = finding()
    priced_finding = finding(map=type(found.map)("m.sessions", "var", "map[string]int", location(6, 5, 13), cost))
    run = report(tmp_path, priced_finding)
    assert f"  = cost: {cost_words(cost)}\n" in text(run, width=None, colour=False)
    (result,) = json.loads(sarif(run, None, category="", absolute=False))["runs"][0]["results"]
    assert result["properties"]["cost"] == cost_json(cost)


def test_on_the_command_line(tmp_path: Path) -> None:
    """GOARCH and go.mod reach ``mapleak maps`` and ``mapleak scan``."""
    write_module(tmp_path, {"m.go": PROGRAM, "go.mod": "module example.com/m\n\ngo 1.99\n"})

    def run(arch: str, *arguments: str) -> dict[str, dict[str, object]]:
        command = [sys.executable, "-m", "mapleak", *arguments, "--format", "json", str(tmp_path)]
        environ = {"GOARCH": arch, "PYTHONPATH": ":".join(sys.path), "PATH": ""}
        output = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, env=environ).stdout)
        maps = output["maps"] if "maps" in output else [found["map"] for found in output["findings"]]
        return {found["name"].rpartition(".")[2]: found["cost"] for found in maps}

    wide, narrow = run("arm64", "maps"), run("386", "maps")
    assert (wide["plain"]["word"], narrow["plain"]["word"]) == (8, 4)
    assert wide["plain"]["because"] == "go 1.99 in go.mod"
    scanned = run("arm64", "scan", "--exit-zero", "--pedantic", "--compiler", "off")
    assert scanned["plain"] == wide["plain"]
