"""Who tells of keys: code of tests, tools and commands says nothing of what other programs bring."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import Growth, Operation
from maps_source import model_of

LEDGER = """
package ledger

var Sizes = map[string]int{}

type Folder struct{ path string }

func At(path string) *Folder { return &Folder{path: path} }

func (f *Folder) Measure() { Sizes[f.path] = len(f.path) }

func Note(path string) { Sizes[path]++ }
"""

USER = """
package %(name)s

import (
	"os"

	"example.com/m/ledger"
)

func Visit() {
	dir, err := os.MkdirTemp("", "x")
	if err == nil {
		%(use)s
	}
}
"""

SERVER = """
package main

import (
	"net/http"

	"example.com/m/ledger"
	"example.com/m/%(path)s"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		ledger.At("all").Measure()
		%(name)s.Visit()
	})
	http.ListenAndServe(":80", nil)
}
"""


def insertion(tmp_path: Path, files: dict[str, str], place: int = 0) -> Operation:
    found = model_of(tmp_path, files).map("example.com/m/ledger.Sizes")
    assert found is not None
    return found.inserts[place]


def files_of(path: str, use: str) -> dict[str, str]:
    name = path.rpartition("/")[2]
    return {
        "ledger/ledger.go": LEDGER,
        f"{path}/a.go": USER % {"name": name, "use": use},
        "main.go": SERVER % {"path": path, "name": name},
    }


@pytest.mark.parametrize("path", ["bench/run", "ledgertest", "examples/visits", "ledgerfake", "ledgermock"])
@pytest.mark.parametrize(("use", "place"), [("ledger.At(dir).Measure()", 0), ("ledger.Note(dir)", 1)])
def test_what_tests_and_tools_do_with_another_package_says_nothing(
    tmp_path: Path, path: str, use: str, place: int
) -> None:
    assert "MkdirTemp" not in insertion(tmp_path, files_of(path, use), place).growth_reason


@pytest.mark.parametrize(("use", "place"), [("ledger.At(dir).Measure()", 0), ("ledger.Note(dir)", 1)])
def test_what_the_program_itself_does_tells(tmp_path: Path, use: str, place: int) -> None:
    op = insertion(tmp_path, files_of("visits", use), place)
    assert op.growth is Growth.UNBOUNDED
    assert "MkdirTemp" in op.growth_reason


HELPER = """
package ledger

import (
	"os"
	"testing"
)

func Random(%s) *Folder {
	dir, _ := os.MkdirTemp("", "x")
	return At(dir)
}
"""


@pytest.mark.parametrize(("parameter", "tells"), [("tb testing.TB", False), ("tb *os.File", True)])
def test_what_helpers_of_tests_do_in_the_package_itself_says_nothing(
    tmp_path: Path, parameter: str, tells: bool
) -> None:
    files = files_of("visits", "ledger.Note(dir)") | {"ledger/helpers.go": HELPER % parameter}
    assert ("MkdirTemp" in insertion(tmp_path, files).growth_reason) is tells


@pytest.mark.parametrize("path", ["hammock", "latest"])
def test_words_that_only_look_like_tests_are_none(tmp_path: Path, path: str) -> None:
    op = insertion(tmp_path, files_of(path, "ledger.Note(dir)"), 1)
    assert "MkdirTemp" in op.growth_reason


def test_code_of_tests_speaks_for_its_own_package(tmp_path: Path) -> None:
    own = """
    package ledgertest

    import "os"

    var seen = map[string]bool{}

    func Visit() {
        dir, err := os.MkdirTemp("", "x")
        if err == nil {
            note(dir)
        }
    }

    func note(path string) { seen[path] = true }
    """
    files = files_of("ledgertest", "") | {"ledgertest/a.go": own}
    found = model_of(tmp_path, files).map("example.com/m/ledgertest.seen")
    assert found is not None
    assert "MkdirTemp" in found.inserts[0].growth_reason


TOOL = """
package keeper

import (
	"os"

	"github.com/spf13/cobra"

	"example.com/m/ledger"
)

func Command() *cobra.Command { return &cobra.Command{RunE: run} }

func run(cmd *cobra.Command, args []string) error {
	dir, err := os.MkdirTemp("", "x")
	%(how)s
	return err
}
"""

MAIN = """
package main

import (
	"net/http"

	"example.com/m/ledger"
	"example.com/m/keeper"
)

func main() {
	go http.ListenAndServe(":80", nil)
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { ledger.Note("all") })
	keeper.Command().Execute()
}
"""


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("ledger.Note(dir)", False),
        ("func() { ledger.Note(dir) }()", False),
        ("for { d, _ := os.MkdirTemp(dir, `y`); ledger.Note(d) }", True),
    ],
)
def test_a_command_makes_one_key_for_each_run_of_its_program(tmp_path: Path, how: str, told: bool) -> None:
    op = insertion(tmp_path, {"ledger/ledger.go": LEDGER, "keeper/keeper.go": TOOL % {"how": how}, "main.go": MAIN}, 1)
    assert ("MkdirTemp" in op.growth_reason) is told


def test_a_program_that_ends_by_itself_says_nothing_of_the_one_that_serves(tmp_path: Path) -> None:
    tool = """
    package main

    import (
        "net/http"
        "net/http/httptest"
        "os"

        "example.com/m/ledger"
    )

    func main() {
        once := httptest.NewServer(http.HandlerFunc(visit))
        http.Get(once.URL)
        once.Close()
    }

    func visit(w http.ResponseWriter, r *http.Request) {
        dir, err := os.MkdirTemp("", "x")
        if err == nil {
            ledger.Note(dir)
        }
    }
    """
    files = {"cmd/once/main.go": tool, **files_of("visits", "ledger.Note(`all`)")}
    assert "MkdirTemp" not in insertion(tmp_path, files, 1).growth_reason
