"""Objects that one operation makes, against objects that something keeps: small programs, whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import Lifetime
from mapleak.model import Certainty
from test_maps_fields import CALL, ENTRY, MANY, NOBODY, SERVER, judged

CARRIED = """
package main

import (
	"context"
	"net/http"
)

type trail struct{ steps map[string]bool }

func newTrail() *trail { return &trail{steps: map[string]bool{}} }

func (t *trail) add(step string) { t.steps[step] = true }

type tracer interface {
	of(any) *trail
	name() string
}

%s

func serve(w http.ResponseWriter, r *http.Request) {
	next(context.WithValue(r.Context(), 1, newTrail()), r.Host)
}

func next(ctx context.Context, host string) { find(ctx).add(host) }

func main() { http.ListenAndServe(":80", http.HandlerFunc(serve)) }
"""


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ("func find(ctx context.Context) *trail { return seek[*trail](ctx) }\n\n"
         "func seek[T any](ctx context.Context) (t T) { t, _ = ctx.Value(1).(T); return }", NOBODY),
        ("var last = map[string]*trail{}\n\nfunc init() { last[\"\"] = newTrail() }\n\n"
         "func find(ctx context.Context) *trail { return last[\"\"] }", ENTRY),
    ],
)  # fmt: skip
def test_found_where_something_keeps_it(tmp_path: Path, found: str, expected: tuple[Lifetime, Certainty]) -> None:
    """What nothing is seen to keep may come out of the request that it was made for."""
    assert judged(tmp_path, CARRIED % found, "trail.steps") == expected


@pytest.mark.parametrize(("holder", "expected"), [("", NOBODY), ("var current *desk\n", MANY)])
def test_a_goroutine_of_one_operation(tmp_path: Path, holder: str, expected: tuple[Lifetime, Certainty]) -> None:
    """Its own goroutine makes no service of what one request makes and nothing else gets hold of."""
    source = SERVER % (
        f"{holder}type desk struct {{\n\tseen map[string]bool\n\tstop chan int\n}}\n\n"
        "func (d *desk) watch() {\n\tfor {\n\t\tselect {\n\t\tcase <-d.stop:\n\t\t\treturn\n\t\t}\n\t}\n}\n\n"
        "func (d *desk) Note(word string) { d.seen[word] = true }\n\n"
        "func serve(w http.ResponseWriter, r *http.Request) {\n"
        "\td := &desk{seen: map[string]bool{}}\n\tgo d.watch()\n\tnotes <- d.Note\n}\n\n"
        "var notes = make(chan func(string))\n"
    )
    assert judged(tmp_path, source, "desk.seen") == expected


def test_nil_of_a_type_is_no_object(tmp_path: Path) -> None:
    """``var _ noter = (*page)(nil)`` keeps no page in a package variable."""
    source = SERVER % (
        "type noter interface{ note(string) }\n\nvar _ noter = (*page)(nil)\n\n"
        "func serve(w http.ResponseWriter, r *http.Request) { newPage().note(r.URL.Path) }"
    )
    assert judged(tmp_path, source, "page.seen") == CALL


@pytest.mark.parametrize(
    ("fill", "expected"), [("func (p *parcel) put(word string) { p.words[word] = true }", MANY),
                           ("func put(p *parcel, word string) { p.words[word] = true }", NOBODY)]
)  # fmt: skip
def test_plain_data_that_comes_through_a_channel(
    tmp_path: Path, fill: str, expected: tuple[Lifetime, Certainty]
) -> None:
    """What acts on its own map may be a service; what others fill is a message."""
    call = "p.put(r)" if "func (p" in fill else "put(p, r)"
    source = SERVER % (
        f"type parcel struct{{ words map[string]bool }}\n\n{fill}\n\nvar parcels = make(chan *parcel)\n\n"
        f'func init() {{ go func() {{\n\tfor p := range parcels {{\n\t\tr := "a"\n\t\t{call}\n\t}}\n}}() }}\n\n'
        "func serve(w http.ResponseWriter, r *http.Request) {\n\tparcels <- &parcel{words: map[string]bool{}}\n}"
    )
    assert judged(tmp_path, source, "parcel.words") == expected


def test_a_variable_for_a_pointer_makes_nothing(tmp_path: Path) -> None:
    """``var p *page`` in a handler is no page of its own: the one that main made is filled at every request."""
    source = SERVER % (
        "var first *page\n\nfunc init() { first = newPage() }\n\n"
        "func serve(w http.ResponseWriter, r *http.Request) {\n"
        "\tvar p *page\n\tif p = first; p != nil {\n\t\tp.note(r.Host)\n\t}\n}"
    )
    assert judged(tmp_path, source, "page.seen") == (Lifetime.PROCESS, Certainty.SURE)
