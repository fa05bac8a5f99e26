"""Loops that ask a flag which their own select sets: they go on until that happens."""

from __future__ import annotations

from pathlib import Path

import pytest

from maps_source import model_of

SOURCE = """
package main

import (
	"net/http"
	"sync"
	"time"
)

type sorter struct {
	once sync.Once
	mail map[string]time.Time
}

var done = make(chan bool)

func (s *sorter) start() {
	go func() {
		tick := time.NewTicker(time.Minute)
		var exit bool
		for !exit {
			%s
			for name := range s.mail {
				delete(s.mail, name)
			}
		}
	}()
}

func (s *sorter) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	s.once.Do(s.start)
	s.mail[r.RemoteAddr] = time.Now()
}

func main() { http.ListenAndServe(":80", &sorter{mail: map[string]time.Time{}}) }
"""


@pytest.mark.parametrize(
    ("turn", "counts"),
    [
        ("select {\n\t\t\tcase <-tick.C:\n\t\t\tcase <-done:\n\t\t\t\texit = true\n\t\t\t}", True),
        ("_ = tick\n\t\t\texit = len(s.mail) > 1", False),
    ],
)
def test_a_sweep_in_a_loop_until_a_flag(tmp_path: Path, turn: str, counts: bool) -> None:
    mail = model_of(tmp_path, {"main.go": SOURCE % turn}).map("example.com/m.sorter.mail")
    assert mail is not None
    (removal,) = mail.removes
    assert (not removal.no_effect) is counts, removal.no_effect
