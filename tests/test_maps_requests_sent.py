"""Parts of requests as keys: of those that a program sends, and of those that it is sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import Growth
from mapleak.model import Certainty
from maps_source import model_of

PROGRAM = """
package main

import "net/http"

type courier struct{ seen map[string]bool }

func (c *courier) RoundTrip(r *http.Request) (*http.Response, error) {
	%s
	return http.DefaultTransport.RoundTrip(r)
}

func (c *courier) ask(host string) {
	q, err := http.NewRequest("GET", "http://"+host, nil)
	if err == nil {
		%s
		http.DefaultClient.Do(q)
	}
}

func (c *courier) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	c.ask("a.example")
	%s
}

func main() {
	c := &courier{map[string]bool{}}
	http.DefaultClient.Transport = c
	http.ListenAndServe(":80", c)
}
"""


@pytest.mark.parametrize(
    ("in_transport", "in_ask", "in_handler", "growth"),
    [
        ("c.seen[r.Host] = true", "", "", Growth.UNKNOWN),
        ("", "c.seen[q.Host] = true", "", Growth.UNKNOWN),
        ("", "", "func(q *http.Request) { c.seen[q.Host] = true }(r)", Growth.UNBOUNDED),
        ("", "", "c.seen[r.Host] = true", Growth.UNBOUNDED),
        ("c.seen[r.URL.Path] = true", "", "", Growth.UNBOUNDED),
        ("c.seen[r.URL.String()] = true", "", "", Growth.UNBOUNDED),
    ],
)
def test_hosts_of_requests(in_transport: str, in_ask: str, in_handler: str, growth: Growth, tmp_path: Path) -> None:
    """Servers that a program asks are few, hosts that clients ask for are not; paths are ever new both ways."""
    found = model_of(tmp_path, {"main.go": PROGRAM % (in_transport, in_ask, in_handler)}).map(
        "example.com/m.courier.seen"
    )
    assert found.growth is growth


LIBRARY = """
package m

import "net/http"

type Courier struct{ seen map[string]bool }

func New() *Courier { return &Courier{map[string]bool{}} }

func (c *Courier) RoundTrip(r *http.Request) (*http.Response, error) {
	c.seen[r.Host] = true
	return http.DefaultTransport.RoundTrip(r)
}
"""


def test_whom_users_of_a_library_ask_is_not_seen(tmp_path: Path) -> None:
    """It may be any number of servers."""
    found = model_of(tmp_path, {"m.go": LIBRARY}).map("example.com/m.Courier.seen")
    assert (found.growth, found.inserts[0].growth_certainty) == (Growth.UNBOUNDED, Certainty.LIKELY)
