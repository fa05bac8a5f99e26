"""Keys that name accounts of the operating system."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import Growth
from maps_source import model_of

PROGRAM = """
package main

import (
	"net/http"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

type owner struct{ name string }

var seen = map[any]bool{}

func byNumber(uid uint32) string {
	if u, err := user.LookupId(strconv.Itoa(int(uid))); err == nil {
		return u.Username
	}
	return ""
}

func looked(uid uint32) {
	byNumber(uid)
	seen[uid] = true
}

func lookedUpAnother(uid uint32, name string) {
	byNumber(uid)
	seen[name] = true
}

func group(name string) {
	_, err := user.LookupGroup(name)
	if err != nil {
		return
	}
	seen[name] = true
}

func stat(path string) {
	info, err := os.Stat(path)
	if err == nil {
		seen[info.Sys().(*syscall.Stat_t).Uid] = true
	}
}

func plain(name string) { seen[name] = true }

func serve(w http.ResponseWriter, r *http.Request) {
	number, _ := strconv.Atoi(r.FormValue("number"))
	%s
}

func main() {
	http.HandleFunc("/", serve)
	http.ListenAndServe(":80", nil)
}
"""


@pytest.mark.parametrize(
    ("call", "growth"),
    [
        ("looked(uint32(number))", Growth.BOUNDED),
        ('group(r.FormValue("group"))', Growth.BOUNDED),
        ('stat(r.FormValue("file"))', Growth.BOUNDED),
        ('lookedUpAnother(uint32(number), r.FormValue("name"))', Growth.UNBOUNDED),
        ('plain(r.FormValue("name"))', Growth.UNBOUNDED),
    ],
)
def test_a_host_has_a_finite_set_of_accounts(tmp_path: Path, call: str, growth: Growth) -> None:
    seen = model_of(tmp_path, {"main.go": PROGRAM % call}).map("example.com/m.seen")
    assert seen is not None
    assert seen.growth is growth, seen.growth_reason
