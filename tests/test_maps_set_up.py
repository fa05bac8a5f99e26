"""What a program makes once for each part of its configuration, or connects to once for each server it is told of."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import AbstractMap, Growth
from mapleak.model import Certainty
from maps_source import model_of

SHOP = """
package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"sync"
)

type Client struct{ http.Client }

type stand struct{ seller string }

type ticket struct{ Owner string }

type paper struct{ text string }

type shop struct {
	mu      sync.Mutex
	clients map[string]*Client
	bills   map[string]*paper
	users   map[string]bool
}

var stalls = map[*stand]bool{}

func openStall(s *stand) { stalls[s] = true }

func %s(owner string) { openStall(&stand{owner}) }

var makers = map[string]func(string){"stall": %[1]s}

func (s *shop) client(name string) *Client {
	found, ok := s.clients[name]
	if !ok {
		found = &Client{}
		s.clients[name] = found
	}
	return found
}

func (s *shop) bill(name string) *paper {
	found, ok := s.bills[name]
	if !ok {
		found = &paper{}
		s.bills[name] = found
	}
	return found
}

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	makers[r.Host](r.URL.Path)
	var t ticket
	if json.NewDecoder(r.Body).Decode(&t) == nil {
		s.client(t.Owner)
		s.bill(t.Owner)
	}
	if u, err := url.Parse(r.Host); err == nil {
		s.users[u.User.Username()] = true
	}
}

func main() {
	s := &shop{clients: map[string]*Client{}, bills: map[string]*paper{}, users: map[string]bool{}}
	http.ListenAndServe(":80", s)
}
"""


def maps_of(folder: Path, maker: str) -> dict[str, AbstractMap]:
    model = model_of(folder, {"main.go": SHOP.replace("%[1]s", "%s") % (maker, maker)})
    return {found.name.rpartition(".")[2]: found for found in model.maps}


@pytest.mark.parametrize(("maker", "growth"), [("StallFromConfig", Growth.START_UP), ("OpenAStall", Growth.UNBOUNDED)])
def test_from_configuration(maker: str, growth: Growth, tmp_path: Path) -> None:
    """As many as the configuration names, whoever has it read."""
    assert maps_of(tmp_path, maker)["stalls"].growth is growth


def test_clients_and_users_of_urls(tmp_path: Path) -> None:
    """Clients are made for the servers that somebody has written down; a URL's user is who this program is there."""
    maps = maps_of(tmp_path, "OpenAStall")
    (bill,), (client,), (user,) = (maps[name].inserts for name in ("bills", "clients", "users"))
    assert bill.growth is client.growth is Growth.UNBOUNDED
    assert (bill.growth_certainty, client.growth_certainty) == (Certainty.LIKELY, Certainty.ASSUMED)
    assert (user.growth, user.growth_certainty) == (Growth.UNKNOWN, Certainty.UNKNOWN)
