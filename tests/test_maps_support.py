"""What only a repository's own tests, examples and tools use fills no map of a program."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import Growth
from maps_source import model_of

SERVER = """package main

import (
	"net/http"

	"example.com/m/ports"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { _ = ports.Most })
	_ = http.ListenAndServe(":80", nil)
}
"""

PORTS = """package ports

import "testing"

var used = map[string]bool{}

const Most = 3

func Use(name string)  {}
func Take(name string) { enter(name) }
func enter(name string) { used[name] = true }

MORE

var _ *testing.T
"""

RUNNER = """package main

import (
	"net/http"

	"example.com/m/ports"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { ports.Take(r.URL.Path) })
	_ = http.ListenAndServe(":80", nil)
}
"""


def growth(folder: Path, files: dict[str, str], more: str = "") -> Growth:
    model = model_of(folder, {"ports/ports.go": PORTS.replace("MORE", more), **files})
    (found,) = [m for m in model.maps if m.name == "example.com/m/ports.used"]
    return found.growth


CHECKS = """package {name}

import (
	"testing"

	"example.com/m/ports"
)

func Check(t *testing.T, name string) {{ ports.Take(name) }}
"""


def test_a_program_takes_what_a_request_names(tmp_path: Path) -> None:
    assert growth(tmp_path, {"server/main.go": RUNNER}) is Growth.UNBOUNDED


def test_what_only_functions_for_tests_use(tmp_path: Path) -> None:
    files = {"server/main.go": SERVER}
    assert growth(tmp_path, files, "func Check(t *testing.T, name string) { Take(name) }") is Growth.BOUNDED


def test_what_only_a_package_that_imports_testing_uses(tmp_path: Path) -> None:
    checks = CHECKS.format(name="checks").replace("t *testing.T, ", "") + "\nvar _ testing.TB\n"
    assert growth(tmp_path, {"server/main.go": SERVER, "checks/checks.go": checks}) is Growth.BOUNDED


@pytest.mark.parametrize("folder", ["tools/simulate", "examples/shop", "porttest/run"])
def test_what_only_a_program_beside_the_program_uses(tmp_path: Path, folder: str) -> None:
    assert growth(tmp_path, {"server/main.go": SERVER, f"{folder}/main.go": RUNNER}) is Growth.BOUNDED


def test_an_example_shows_how_a_library_is_used(tmp_path: Path) -> None:
    assert growth(tmp_path, {"examples/shop/main.go": RUNNER}) is Growth.UNBOUNDED


def test_what_a_program_uses_as_well_is_not_for_tests(tmp_path: Path) -> None:
    files = {"server/main.go": RUNNER, "tools/simulate/main.go": RUNNER, "checks/c.go": CHECKS.format(name="checks")}
    assert growth(tmp_path, files) is Growth.UNBOUNDED


def test_others_may_use_what_a_library_exports(tmp_path: Path) -> None:
    """Its own test helpers call it, too, as its users will."""
    assert growth(tmp_path, {"checks/c.go": CHECKS.format(name="checks")}) is not Growth.BOUNDED


@pytest.mark.parametrize(("name", "expected"), [("NewTestPort", Growth.BOUNDED), ("NewPort", Growth.UNBOUNDED)])
def test_what_says_that_it_is_for_tests(tmp_path: Path, name: str, expected: Growth) -> None:
    assert growth(tmp_path, {"server/main.go": SERVER}, f"func {name}(name string) {{ Take(name) }}") is expected


@pytest.mark.parametrize(
    ("called", "expected"),
    [("NewServer", Growth.BOUNDED), ("NewRecorder", Growth.UNBOUNDED)],
)
def test_what_starts_a_server_for_tests(tmp_path: Path, called: str, expected: Growth) -> None:
    more = f"func Run(name string) {{ _ = httptest.{called}; httptest.{called}(); Take(name) }}"
    source = PORTS.replace("MORE", more).replace('import "testing"', 'import "net/http/httptest"')
    files = {"server/main.go": SERVER, "ports/ports.go": source.replace("var _ *testing.T\n", "")}
    model = model_of(tmp_path, files)
    assert [m.growth for m in model.maps if m.name == "example.com/m/ports.used"] == [expected]


HANDLER = """package ports

import (
	"net/http"
	"testing"
)

type Shop struct{ seen map[string]bool }

func (s *Shop) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.seen[r.URL.Path] = true }

func Check(t *testing.T, s *Shop) { s.ServeHTTP(nil, nil) }
"""

SHOP = """package main

import (
	"net/http"

	"example.com/m/ports"
)

func main() { _ = http.ListenAndServe(":80", &ports.Shop{}) }
"""


def test_what_the_standard_library_calls_is_not_for_those_alone_who_call_it_in_tests(tmp_path: Path) -> None:
    model = model_of(tmp_path, {"ports/ports.go": HANDLER, "server/main.go": SHOP})
    assert [m.growth for m in model.maps] == [Growth.UNBOUNDED]


def test_other_uses_of_a_package_speak_for_all_that_it_exports(tmp_path: Path) -> None:
    """What a package offers beside what a program uses may be used tomorrow; a package of tests alone is theirs."""
    files = {"server/main.go": SERVER, "checks/c.go": CHECKS.format(name="checks")}
    assert growth(tmp_path, files) is Growth.BOUNDED
    files["server/main.go"] = SERVER.replace("_ = ports.Most", "ports.Use(r.URL.Path)")
    assert growth(tmp_path, files) is not Growth.BOUNDED


STATEMENTS = """package m

import (
	"encoding/json"
	"testing"
)

var _ *testing.T

type prices struct{ By map[string]int }

var usual, last prices

func Fill(TAKEN, messages [][]byte) prices {
	for item := range usual.By {
		usual.By[item+"x"] = 1
	}
	var p prices
	for _, message := range messages {
		_ = json.Unmarshal(message, &p)
		println(len(p.By))
	}
	last = usual
	usual = prices{}
	q := last
	q.By["q"] = 1
	return q
}
"""


@pytest.mark.parametrize(("taken", "supports"), [("t *testing.T", True), ("t int", False)])
def test_what_is_said_of_single_statements(tmp_path: Path, taken: str, supports: bool) -> None:
    """Insertions in ranges, reused targets and copies in what only tests run."""
    model = model_of(tmp_path, {"m.go": STATEMENTS.replace("TAKEN", taken)})
    found = [*model.range_inserts, *model.decodes, *model.shared_maps, *model.kept_maps]
    assert [type(f).__name__ for f in found] == ["RangeInsert", "Decode", "SharedMap"]
    assert {f.supports for f in found} == {supports}
