"""Keys put together in buffers and slices, of small programs: what these are filled with decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.callgraph.build import build as build_graph
from mapleak.maps.build import build
from mapleak.maps.model import Growth, Operation
from mapleak.model import Certainty
from programs import resolved, write_module

HEAD = """\
package main

import (
	"bytes"
	crypto "crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand"
	"net/http"
	"os"
	"strings"
)

var (
	m map[string]int
	p map[*connection]int

	_ bytes.Buffer
	_ = crypto.Read
	_ = base64.URLEncoding
	_ = hex.EncodeToString
	_ = json.Unmarshal
	_ = fmt.Sprint
	_ = io.ReadFull
	_ = fnv.New64
	_ = sha256.New
	_ = rand.Int
	_ = os.Getpid
	_ strings.Builder
)

const letters = "abc"

type connection struct {
	server *table
	host   string
}

func (c *connection) start() {}

type table struct{ all map[*connection]int }

func (t *table) add(c *connection) { p[c] = 1 }

type order struct{ Names []string }

func main() {
	http.HandleFunc("/", func(_ http.ResponseWriter, r *http.Request) {
		m[key(r)] = 1
		for _, name := range names(r) {
			m[name] = 2
		}
	})
	http.ListenAndServe(":1", nil)
}

"""
KEY = "func key(r *http.Request) string {\n%s\n}\n\nfunc names(r *http.Request) []string { return nil }\n"
NAMES = 'func key(r *http.Request) string { return "" }\n\nfunc names(r *http.Request) []string {\n%s\n}\n'


def insertions(folder: Path, source: str, map_: str = "m") -> tuple[Operation, ...]:
    program = resolved(write_module(folder, {"main.go": HEAD + source}))
    found = build(program, build_graph(program)).map(f"example.com/m.{map_}")
    assert found is not None
    return found.inserts


@pytest.mark.parametrize(
    "body",
    [
        "b := make([]byte, 16); crypto.Read(b); return hex.EncodeToString(b)",
        "b := make([]byte, 16); if _, err := crypto.Read(b); err != nil { panic(err) }; return string(b)",
        "b := make([]byte, 16); io.ReadFull(crypto.Reader, b); return base64.URLEncoding.EncodeToString(b)",
        'var b [16]byte; crypto.Read(b[:]); return fmt.Sprintf("%x-%x", b[:8], b[8:])',
        "b := make([]byte, 16); for i := range b { b[i] = letters[rand.Intn(len(letters))] }; return string(b)",
        "var s strings.Builder; for range 9 { s.WriteByte(letters[rand.Intn(3)]) }; return s.String()",
        'var s bytes.Buffer; fmt.Print(); s.WriteString(fmt.Sprint(rand.Int())); return s.String()',
    ],
)  # fmt: skip
def test_identifiers_made_at_random(tmp_path: Path, body: str) -> None:
    insertion = insertions(tmp_path, KEY % body)[0]
    assert (insertion.growth, insertion.growth_certainty) == (Growth.UNBOUNDED, Certainty.SURE)
    assert "gives another key each time" in insertion.growth_reason


@pytest.mark.parametrize(
    "body",
    [
        "b := make([]byte, 16); io.ReadFull(os.Stdin, b); return string(b)",
        "b := make([]byte, 1); b[0] = letters[len(r.Host)%3]; return string(b)",
        'var s strings.Builder; s.WriteByte(letters[len(r.Host)%3]); return s.String()',
        "b := make([]byte, 16); other := b; rand.Intn(3); return string(other)",
    ],
)  # fmt: skip
def test_nothing_random_in_it(tmp_path: Path, body: str) -> None:
    insertion = insertions(tmp_path, KEY % body)[0]
    assert "gives another key each time" not in insertion.growth_reason


@pytest.mark.parametrize(
    "body",
    [
        "var o order; json.NewDecoder(r.Body).Decode(&o)\n"
        "all := make([]string, len(o.Names)); for i, n := range o.Names { all[i] = n }; return all",
        "var o order; json.NewDecoder(r.Body).Decode(&o)\n"
        "var all []string; for _, n := range o.Names { all = append(all, n) }; return all",
        "var o order; json.NewDecoder(r.Body).Decode(&o)\n"
        'all := []string{}; all = append(all, "x"); all = append(all, o.Names...); return all',
    ],
)  # fmt: skip
def test_slices_hold_what_they_are_given(tmp_path: Path, body: str) -> None:
    insertion = insertions(tmp_path, NAMES % body)[1]
    assert insertion.growth is Growth.UNBOUNDED, insertion.growth_reason
    assert "o.Names" in insertion.growth_reason or "order.Names" in insertion.growth_reason
    assert "by way of m.names" in insertion.growth_reason


@pytest.mark.parametrize("body", ["return make([]string, 3)", 'var all []string; all = append(all, "a"); return all'])
def test_slices_of_nothing_that_is_known(tmp_path: Path, body: str) -> None:
    insertion = insertions(tmp_path, NAMES % body)[1]
    assert insertion.growth is not Growth.UNBOUNDED or insertion.growth_certainty is Certainty.UNKNOWN


def test_a_pointer_to_what_has_maps_of_its_own_is_a_key(tmp_path: Path) -> None:
    """It is followed for its maps, and known as a key none the less."""
    rest = "func open(t *table, host string) { c := &connection{server: t, host: host}; c.start(); t.add(c) }\n"
    body = 'open(&table{}, r.Host); return ""'
    (insertion,) = insertions(tmp_path, KEY % body + rest, "p")
    assert insertion.growth_reason.startswith("each key is allocated anew")


def test_what_is_known_of_a_first_result_is_not_said_of_the_second(tmp_path: Path) -> None:
    rest = 'func parts(h string) (bool, string) { if h == "" { return false, "" }; return true, h }\n'
    body = "_, host := parts(r.Host); return host"
    (insertion, _) = insertions(tmp_path, KEY % body + rest)
    assert "constants" not in insertion.growth_reason
    assert insertion.growth is Growth.UNBOUNDED


@pytest.mark.parametrize(
    ("body", "certainty"),
    [
        ("var o account; json.NewDecoder(r.Body).Decode(&o); return o.UserID", Certainty.LIKELY),
        ("var o account; json.NewDecoder(r.Body).Decode(&o); return o.Region", Certainty.ASSUMED),
        ("var o account; json.NewDecoder(os.Stdin).Decode(&o); return o.Text", Certainty.ASSUMED),
        ("var o account; json.NewDecoder(r.Body).Decode(&o); o = account{}; return o.Text", None),
    ],
)
def test_what_a_request_is_decoded_into(tmp_path: Path, body: str, certainty: Certainty | None) -> None:
    """Its fields are what the other side sends, but for what they are called; until something else is assigned."""
    insertion = insertions(tmp_path, KEY % body + "type account struct{ UserID, Region, Text string }\n")[0]
    if certainty is None:
        assert insertion.growth is not Growth.UNBOUNDED or insertion.growth_certainty is Certainty.ASSUMED
    else:
        assert (insertion.growth, insertion.growth_certainty) == (Growth.UNBOUNDED, certainty), insertion.growth_reason


SETTINGS = """
var settings = struct{ region string }{os.Getenv("REGION")}

func region() string { return settings.region }

func fill(b *strings.Builder) {}
"""


@pytest.mark.parametrize(
    "body",
    [
        'var b strings.Builder; b.WriteString("user:"); b.WriteString(r.RemoteAddr); return b.String()',
        'b := &strings.Builder{}; fmt.Fprintf(b, "%s-%d", r.RemoteAddr, 1); return b.String()',
        'b := new(bytes.Buffer); io.WriteString(b, r.RemoteAddr); return string(b.Bytes())',
        'h := sha256.New(); h.Write([]byte(r.RemoteAddr)); return hex.EncodeToString(h.Sum(nil))',
        'h := fnv.New64(); io.WriteString(h, r.RemoteAddr); return fmt.Sprint(h.Sum64())',
        'k := "user:"; k += r.RemoteAddr; return k',
        "var k [32]byte; copy(k[:], r.RemoteAddr); return string(k[:])",
        'k := ""; for range 3 { k += "/" + r.RemoteAddr }; return k',
    ],
)  # fmt: skip
def test_text_is_made_of_what_is_written(tmp_path: Path, body: str) -> None:
    insertion = insertions(tmp_path, KEY % body + SETTINGS)[0]
    assert (insertion.growth, insertion.growth_certainty) == (Growth.UNBOUNDED, Certainty.SURE), insertion.growth_reason
    assert "RemoteAddr" in insertion.growth_reason


@pytest.mark.parametrize(
    "body",
    [
        "var b strings.Builder; b.WriteString(region()); b.WriteByte(':'); return b.String()",
        'k := "in "; k += region(); k += "."; return k',
    ],
)
def test_text_that_only_settings_are_written_to(tmp_path: Path, body: str) -> None:
    insertion = insertions(tmp_path, KEY % body + SETTINGS)[0]
    assert insertion.growth is Growth.BOUNDED, insertion.growth_reason


@pytest.mark.parametrize(
    "body",
    [
        "var b strings.Builder; b.WriteString(region()); fill(&b); return b.String()",
        "var b bytes.Buffer; b.ReadFrom(r.Body); b.WriteString(region()); return b.String()",
        "b := new(strings.Builder); fill(b); b.WriteString(region()); return b.String()",
        "var b strings.Builder; b.WriteString(region()); also := &b; fill(also); return b.String()",
    ],
)
def test_what_else_is_written_to_a_buffer_is_not_known(tmp_path: Path, body: str) -> None:
    insertion = insertions(tmp_path, KEY % body + SETTINGS)[0]
    assert insertion.growth in (Growth.UNKNOWN, Growth.UNBOUNDED), insertion.growth_reason
    assert insertion.growth_certainty in (Certainty.ASSUMED, Certainty.UNKNOWN)


ROUTED = """package main

import (
	"net/http"

	"github.com/gorilla/mux"
)

var _ = mux.NewRouter

func value(r *http.Request) string { return VALUE }
"""


@pytest.mark.parametrize(
    ("value", "growth"),
    [
        ('r.Header.Values("Id")[0]', Growth.UNBOUNDED),
        ('r.Header["Id"][0]', Growth.UNBOUNDED),
        ('mux.Vars(r)["id"]', Growth.UNKNOWN),
    ],
)
def test_elements_of_what_a_request_is_read_into(tmp_path: Path, value: str, growth: Growth) -> None:
    """They are what the other side sends, as the whole is; what is routed by more often names what is there."""
    source = ROUTED.replace("VALUE", value)
    assert in_two_files(tmp_path, source).growth is growth


def in_two_files(folder: Path, source: str) -> Operation:
    """The insertion under what a function of another file, which has its own imports, gives."""
    files = {"main.go": HEAD + KEY % "return value(r)", "value.go": source}
    program = resolved(write_module(folder, files))
    found = build(program, build_graph(program)).map("example.com/m.m")
    assert found is not None
    return found.inserts[0]


SENT = """package main

import (
	"net/http"

	"github.com/gorilla/websocket"
)

var upgrader websocket.Upgrader

type account struct{ Text string }

func value(r *http.Request) string {
	socket, _ := upgrader.Upgrade(nil, r, nil)
	var m account
	socket.%s(&m)
	return m.Text
}
"""


@pytest.mark.parametrize(("method", "certainty"), [("ReadJSON", Certainty.LIKELY), ("Fill", Certainty.ASSUMED)])
def test_what_a_message_is_decoded_into(tmp_path: Path, method: str, certainty: Certainty) -> None:
    insertion = in_two_files(tmp_path, SENT % method)
    assert insertion.growth_certainty is certainty, insertion.growth_reason
