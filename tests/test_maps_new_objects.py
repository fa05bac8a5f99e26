"""Maps of objects that a function has just made, and of those that it comes by."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import Lifetime
from maps_source import model_of

LISTS = """
package main

import (
	"net/http"
	"strings"
)

type list struct{ hosts map[string]bool }

var lists = map[string][]*list{}
var last = map[string]*list{}

func load(name, text string) {
	%s
	for _, host := range strings.Fields(text) {
		l.hosts[host] = true
	}
	lists[name] = append(lists[name], l)
}

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { load(r.Host, r.URL.Path) })
	http.ListenAndServe(":80", nil)
}
"""


@pytest.mark.parametrize(
    ("making", "lifetime"),
    [
        ("l := &list{map[string]bool{}}", Lifetime.CALL),
        ("l := &list{}; l.hosts = map[string]bool{}", Lifetime.CALL),
        ("l := last[name]; if l == nil { l = &list{map[string]bool{}}; last[name] = l }", Lifetime.OBJECT),
    ],
)
def test_filled_when_made(making: str, lifetime: Lifetime, tmp_path: Path) -> None:
    """Each list is filled by the function that makes it, although it is kept."""
    assert model_of(tmp_path, {"main.go": LISTS % making}).map("example.com/m.list.hosts").lifetime is lifetime


LOOP = """
package main

import "net"

type list struct{ hosts map[string]bool }

func serve(l net.Listener) {
	all := &list{map[string]bool{}}
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		all.hosts[c.RemoteAddr().String()] = true
	}
}

func main() {
	l, _ := net.Listen("tcp", ":80")
	serve(l)
}
"""


def test_filled_for_as_long_as_it_is_there(tmp_path: Path) -> None:
    """What is made before a loop for all events is filled by each of them."""
    found = model_of(tmp_path, {"main.go": LOOP}).map("example.com/m.list.hosts")
    assert found.lifetime is not Lifetime.CALL


HOSTS = """
package main

import "net/http"

type state struct{ seen map[string]bool }

type detector struct{ states map[string]*state }

func (d *detector) record(host, path string) {
	s, ok := d.states[host]
	if !ok {
		s = &state{seen: map[string]bool{}}
		d.states[host] = s
	}
	s.seen[path] = true
	if len(path) > 10 {
		%s.seen = nil
	}
}

func main() {
	d := &detector{map[string]*state{}}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { d.record("one", r.URL.Path) })
	http.ListenAndServe(":80", nil)
}
"""


@pytest.mark.parametrize(
    ("emptied", "reason"),
    [
        ("s := d.states[host]; s", ""),
        ("s := &state{}; s", "it gives a new object its first map"),
    ],
)
def test_whose_map_is_replaced(emptied: str, reason: str, tmp_path: Path) -> None:
    """A function that makes an object may empty the map of another one."""
    (reset,) = model_of(tmp_path, {"main.go": HOSTS % emptied}).map("example.com/m.state.seen").resets
    assert reset.no_effect == reason
