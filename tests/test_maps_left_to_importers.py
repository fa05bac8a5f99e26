"""What the tree of a program exports and only its tests use: who would make it, or call it, is not seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.locks.model import UNCALLED
from mapleak.maps.model import AbstractMap
from mapleak.model import Certainty
from maps_source import model_of

MAIN = """
package main

import (
	"net/http"

	"example.com/m/app/desk"
	"example.com/m/app/ledger"
)

func main() {
	book := ledger.Open()
	http.ListenAndServe(":80", &desk.Desk{Book: %s})
	book.Close()
}
"""

DESK = """
package desk

import "net/http"

type Book interface{ Enter(name string) }

type Desk struct{ Book Book }

func (d *Desk) ServeHTTP(w http.ResponseWriter, r *http.Request) { d.Book.Enter(r.URL.Path) }
"""

LEDGER = """
package ledger

import (
	"os"
	"sync"
)

type File struct{ f *os.File }

func Open() *File { f, _ := os.Create("ledger"); return &File{f} }

func (f *File) Enter(name string) { f.f.WriteString(name) }

func (f *File) Close() { f.f.Close() }

type Pages struct {
	mu    sync.Mutex
	names map[string]bool
}

func NewPages() *Pages { return &Pages{names: map[string]bool{}} }

func (p *Pages) Enter(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.names[name] = true
}
"""

TEST = """
package desk

import (
	"testing"

	"example.com/m/app/ledger"
)

func TestDesk(t *testing.T) { _ = &Desk{Book: ledger.NewPages()} }
"""


def names_of(folder: Path, files: dict[str, str]) -> AbstractMap:
    model = model_of(folder, files)
    found = model.map("example.com/m/app/ledger.Pages.names")
    assert found is not None
    return found


def program(book: str) -> dict[str, str]:
    return {
        "app/main.go": MAIN % book,
        "app/desk/desk.go": DESK,
        "app/desk/desk_test.go": TEST,
        "app/ledger/ledger.go": LEDGER,
    }


def test_how_long_lives_what_only_tests_make_is_not_known(tmp_path: Path) -> None:
    found = names_of(tmp_path, program("book"))
    assert found.lifetime_certainty is Certainty.UNKNOWN
    assert "nothing but tests calls ledger.NewPages" in found.lifetime_reason


def test_what_the_program_makes_or_a_library_offers_lives_as_long_as_before(tmp_path: Path) -> None:
    made = names_of(tmp_path / "made", program("ledger.NewPages()"))
    assert made.lifetime_certainty is not Certainty.UNKNOWN
    library = {path: text for path, text in program("book").items() if path != "app/main.go"}
    offered = names_of(tmp_path / "offered", library)
    assert offered.lifetime_certainty is not Certainty.UNKNOWN


@pytest.mark.parametrize(
    ("use", "left"),
    [("", True), ('book.Enter("first")', False), ("enter := book.Enter\n\tgo enter(os.Args[0])", False)],
    ids=["only tests call it", "the program calls it", "the program names it"],
)
def test_what_the_program_does_not_call_may_be_called_by_nobody(tmp_path: Path, use: str, left: bool) -> None:
    main = f"""
package main

import (
	"os"

	"example.com/m/app/ledger"
)

func main() {{
	book := ledger.NewPages()
	_ = os.Args
	_ = book
	{use}
	select {{}}
}}
"""
    test = TEST.replace("package desk", "package ledger_test").replace(
        "_ = &Desk{Book: ledger.NewPages()}", 'ledger.NewPages().Enter("second")'
    )
    files = {"app/main.go": main, "app/ledger/ledger.go": LEDGER, "app/ledger/ledger_test.go": test}
    (insertion,) = names_of(tmp_path, files).inserts
    assert insertion.left_to_importers is left


BOARD = """
package board

import "sync"

type Board struct {
	mu    sync.Mutex
	notes map[string]bool
	read  chan string
}

func Start() *Board {
	b := New()
	go b.watch()
	return b
}

func New() *Board { return &Board{notes: map[string]bool{}, read: make(chan string)} }

func (b *Board) Pin(note string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.notes[note] = true
}

func (b *Board) watch() {
	for note := range b.read {
		if b.notes[note] {
			println(note)
		}
	}
}
"""


@pytest.mark.parametrize(("start", "made"), [("board.Start().Pin", True), ("func(string) {}", False)])
def test_who_meets_at_what_only_tests_make_is_not_seen(tmp_path: Path, start: str, made: bool) -> None:
    """Nor what only those make who are left to importers themselves."""
    main = f"""
package main

import (
	"net/http"

	"example.com/m/app/board"
)

var _ board.Board

func main() {{
	pin := {start}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {{ pin(r.URL.Path) }})
	http.ListenAndServe(":80", nil)
}}
"""
    test = 'package board\n\nimport "testing"\n\nfunc TestBoard(t *testing.T) { Start().Pin("a") }\n'
    files = {"app/main.go": main, "app/board/board.go": BOARD, "app/board/board_test.go": test}
    (met,) = model_of(tmp_path, files).unguarded
    assert (met.proof == UNCALLED) is not made


@pytest.mark.parametrize(("use", "left"), [("stats.Register(book)", False), ("_ = book", True)])
def test_a_library_may_call_the_methods_of_what_it_is_given(tmp_path: Path, use: str, left: bool) -> None:
    main = f"""
package main

import (
	"example.com/m/app/ledger"
	"example.org/stats"
)

var _ = stats.All

func main() {{
	book := ledger.NewPages()
	{use}
	select {{}}
}}
"""
    (insertion,) = names_of(tmp_path, {"app/main.go": main, "app/ledger/ledger.go": LEDGER}).inserts
    assert insertion.left_to_importers is left


def test_programs_that_are_not_seen_to_import_the_tree_tell_nothing(tmp_path: Path) -> None:
    """Without a go.mod, or with another path in it, nobody is seen to call what other packages have."""
    files = {path: text.replace("example.com/m/app/", "example.net/old/") for path, text in program("book").items()}
    found = names_of(tmp_path, files)
    assert "nothing but tests calls" not in found.lifetime_reason


@pytest.mark.parametrize(("call", "known"), [("lost.Keep(1).NewPages()", False), ("lost.Keep(1).NewSheets()", True)])
def test_what_a_call_that_is_not_known_may_mean_is_not_left(tmp_path: Path, call: str, known: bool) -> None:
    main = MAIN % "book"
    main = main.replace("book.Close()", f"book.Close()\n\tlost := any(book)\n\t_ = {call}")
    found = names_of(tmp_path, program("book") | {"app/main.go": main})
    assert ("nothing but tests calls" in found.lifetime_reason) is known
