"""Keys that are the program's own, or come again: its machine's addresses, those of whom it calls, its URLs, its users,
values it has one of, what was set up, moments that it is told and work that it is given."""

from __future__ import annotations

import pytest

from mapleak.maps.model import AbstractMap, Growth
from mapleak.model import Certainty
from maps_source import model_of

FLEET = """
package main

import (
	"net"
	"net/http"
	"time"

	"example.com/m/radio"
)

type URL struct{ Path string }

type option struct{ value string }

type shipMessage struct {
	appID, portAddr string
	option          uint32
	sent            time.Time
}

type harbour struct{ berthAddr string }

type mastListener struct{ Addr net.Addr }

type sail struct{ Addr net.Addr }

var home = &harbour{}

type fleet struct {
	urls, ourPorts, localAddrs, ports, apps, berths, users, waiting, links, calls, masts, sails map[string]bool
	options                                                                      map[uint32]*option
	moments, nows                                                                map[int64]bool
}

func (f *fleet) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	user, _, _ := r.BasicAuth()
	f.users[user] = true
	f.nows[time.Now().UnixNano()] = true
	f.berths[home.berthAddr] = true
}

func (f *fleet) sail(in chan *shipMessage, urls []*URL, names chan string) {
	for m := range in {
		f.arrive(m)
		f.waiting[<-names] = true
		for _, u := range urls {
			f.urls[u.Path] = true
		}
		if c, err := net.Dial("tcp", m.portAddr); err == nil {
			f.links[c.RemoteAddr().String()] = true
			f.calls[radio.Caller(c)] = true
		}
	}
}

func (f *fleet) arrive(m *shipMessage) {
	home.berthAddr = m.portAddr
	f.apps[m.appID] = true
	f.ourPorts[m.portAddr] = true
	f.localAddrs[m.portAddr] = true
	f.ports[m.portAddr] = true
	f.options[m.option] = &option{}
	f.moments[m.sent.Unix()] = true
}

func (f *fleet) hear(in chan *mastListener, out chan *sail) {
	for m := range in {
		f.masts[m.Addr.String()] = true
		f.sails[(<-out).Addr.String()] = true
	}
}

func main() {
	f := &fleet{}
	go f.hear(make(chan *mastListener), make(chan *sail))
	go f.sail(make(chan *shipMessage), nil, make(chan string))
	http.Handle("/", f)
	select {}
}
"""
RADIO = """
package radio

import "net"

func Caller(c net.Conn) string { return c.RemoteAddr().String() }

func Listen() (net.Listener, error) { return net.Listen("tcp", ":80") }
"""


@pytest.fixture(scope="module")
def maps(tmp_path_factory: pytest.TempPathFactory) -> dict[str, AbstractMap]:
    model = model_of(tmp_path_factory.mktemp("own"), {"main.go": FLEET, "radio/radio.go": RADIO})
    return {found.name.rpartition(".")[2]: found for found in model.maps}


def judged(found: AbstractMap) -> tuple[Growth, Certainty]:
    (insertion,) = found.inserts
    return insertion.growth, insertion.growth_certainty


@pytest.mark.parametrize(
    ("name", "certainty"),
    [
        ("calls", Certainty.LIKELY),  # the package that asks listens: anybody may be at the other end
        ("links", Certainty.UNKNOWN),  # this one only dials
        ("masts", Certainty.UNKNOWN),  # somebody has told the listener
        ("sails", Certainty.LIKELY),
        ("ports", Certainty.LIKELY),
        ("ourPorts", Certainty.UNKNOWN),  # the map says whose addresses they are
        ("localAddrs", Certainty.UNKNOWN),
        ("berths", Certainty.UNKNOWN),  # a field of the only harbour
        ("apps", Certainty.ASSUMED),  # somebody has set them up
        ("options", Certainty.UNKNOWN),  # a protocol has so many
        ("urls", Certainty.UNKNOWN),  # a type of the program
        ("users", Certainty.ASSUMED),  # they are checked
        ("waiting", Certainty.LIKELY),  # it may be the same work again
        ("moments", Certainty.LIKELY),  # the same moment may be told twice
        ("nows", Certainty.SURE),
    ],
)
def test_how_sure_it_is_that_keys_are_new(maps: dict[str, AbstractMap], name: str, certainty: Certainty) -> None:
    assert judged(maps[name])[1] is certainty
