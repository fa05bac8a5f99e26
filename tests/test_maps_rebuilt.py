"""A map that is rebuilt from what is there now, with what is known of that from the map before."""

from __future__ import annotations

from pathlib import Path

import pytest

from maps_source import model_of

PROBER = """
package main

import (
	"net"
	"time"
)

type status struct{ failures int }

type prober struct{ statuses map[string]*status }

func (p *prober) update(addresses []net.IP) {
	statuses := make(map[string]*status)
	%s
	for _, address := range addresses {
		k := address.String()
		if _, ok := p.statuses[k]; ok {
			statuses[k] = p.statuses[k]
		} else {
			statuses[k] = &status{}
		}
	}
	p.statuses = statuses
}

func addresses() []net.IP { return nil }

func main() {
	p := &prober{map[string]*status{}}
	for range time.Tick(time.Second) {
		p.update(addresses())
	}
}
"""


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("", ""),
        ("for k, s := range p.statuses { statuses[k] = s }", "the new map takes over the entries of the old one"),
    ],
)
def test_looking_up_is_not_taking_over(before: str, expected: str, tmp_path: Path) -> None:
    statuses = model_of(tmp_path, {"main.go": PROBER % before}).map("example.com/m.prober.statuses")
    (remake,) = statuses.resets
    assert remake.no_effect == expected
