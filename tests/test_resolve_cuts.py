"""Which pieces of buffers a function puts into maps, passes on or returns."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.resolve.model import ResolvedProgram
from programs import function, resolved, write_module

HEADER = """\
package p

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"regexp"
	"strings"
)

type name string

type item struct {
	title string
	data  []byte
}

var (
	_     = bytes.Clone
	_     = os.Args
	_     = bufio.ScanLines
	_     = strings.Clone
	re    = regexp.MustCompile("a+")
	keys  = map[string]int{}
	names = map[name]int{}
	texts = map[string]string{}
	data  = map[string][]byte{}
	items = map[string]item{}
	refs  = map[string]*item{}
	last  string
	out   = make(chan string, 1)
)

func use(s string) { keys[s]++ }

"""

PIECES = {
    "high bound": "keys[s[:8]]++",
    "both bounds": "keys[s[2:8]]++",
    "variable": "k := s[:8]; keys[k]++",
    "another variable": "k := s[:8]; j := k; keys[j]++",
    "piece of a piece": "k := s[:8]; keys[k[1:]]++",
    "trimmed piece": "keys[strings.TrimSpace(s[:8])]++",
    "tail": "keys[s[len(s)-8:]]++",
    "tail of a rest": "keys[s[2:][len(s[2:])-8:]]++",
    "behind the last": 'keys[s[strings.LastIndex(s, ",")+1:]]++',
    "behind the last, in a variable": "i := bytes.LastIndexByte(b, 10); data[last] = b[i:]",
    "Fields of a piece": "names := map[string][]string{}; names[last] = strings.Fields(s[:8])",
    "shadowed": "if true { s := s[:8]; keys[s]++ }",
    "Split": 'keys[strings.Split(s, ",")[3]]++',
    "Fields in a variable": "f := strings.Fields(s); keys[f[0]]++",
    "first of SplitN": 'keys[strings.SplitN(s, ",", 2)[0]]++',
    "Cut": 'k, _, _ := strings.Cut(s, ","); keys[k]++',
    "cut of the rest": 'if _, rest, ok := strings.Cut(s, ","); ok { keys[rest[:3]]++ }',
    "text of a builder": "var w strings.Builder; for range s { w.WriteString(s) }; keys[w.String()[:8]]++",
    "builder that all is copied to": "var w strings.Builder; io.Copy(&w, r); keys[w.String()[:8]]++",
    "regexp": "keys[re.FindString(s)]++",
    "named string": "names[name(s[:8])]++",
    "byte slice": "data[last] = b[:8]",
    "full slice expression": "data[last] = b[:8:8]",
    "field of a literal": "items[last] = item{title: s[:8]}",
    "behind a pointer": "refs[last] = &item{title: s[:8]}",
    "struct in a variable": "i := item{title: s[:8]}; items[last] = i",
    "field set later": "var i item; i.title = s[:8]; items[last] = i",
    "appended": "data[last] = append(data[last], b[:8]...); _ = 0; texts[last] = s[:8]",
    "found in a loop": 'k := ""; for _, l := range strings.Split(s, "\\n") { if l != "" { k = l } }; keys[k]++',
    "file": 'f, _ := os.ReadFile("x"); keys[string(f)[:8]]++',
    "line": "l, _ := bufio.NewReader(r).ReadString(10); keys[l[:8]]++",
    "buffer filled": "var w bytes.Buffer; w.ReadFrom(r); keys[w.String()[:8]]++",
    "large buffer": "w := make([]byte, 1<<16); n, _ := r.Read(w); data[last] = w[:n]",
    "other key of the same text": "keys[s[:8]] = len(s)",
}

OTHERS = {
    "whole": "keys[s]++",
    "trimmed": "keys[strings.TrimSpace(s)]++",
    "all but a prefix": "keys[s[2:]]++",
    "all but a longer prefix": "keys[s[len(last):]]++",
    "an unknown number of bytes at the end": "n := len(last); keys[s[len(s)-n:]]++",
    "behind the first": 'keys[s[strings.Index(s, ",")+1:]]++',
    "Fields of the whole": "names := map[string][]string{}; names[last] = strings.Fields(s)",
    "all but a suffix": "keys[s[:len(s)-1]]++",
    "Clone": "keys[strings.Clone(s[:8])]++",
    "conversion": "keys[string(b[:8])]++",
    "conversion of a variable": "k := b[:8]; keys[string(k)]++",
    "sum": 'keys["a" + s[:8]]++',
    "replaced": "k := s[:8]; k = strings.Clone(k); keys[k]++",
    "limited": "l, _ := io.ReadAll(io.LimitReader(r, 64)); keys[string(l)[:8]]++",
    "small buffer": "w := make([]byte, 64); data[last] = w[:8]",
    "line of ordinary length": "l := bufio.NewScanner(r); l.Scan(); keys[l.Text()[:8]]++",
    "copied bytes": "data[last] = append([]byte(nil), b[:8]...)",
    "a byte": "keys[last] = int(b[3])",
    "all pieces": 'for _, l := range strings.Split(s, "\\n") { keys[l]++ }',
    "iterator": 'for l := range strings.SplitSeq(s, "\\n") { keys[l]++ }',
    "reused buffer": "w := make([]byte, 1<<16); for { n, _ := r.Read(w); data[last] = w[:n] }",
    "whole stored beside it": "texts[s[:8]] = s",
    "rest stored beside it": 'k, v, _ := strings.Cut(s, ","); texts[k] = v',
    "the rest of SplitN": 'f := strings.SplitN(s, ",", 2); texts[last] = f[1]',
    "whole in a literal": "items[s[:8]] = item{title: s}",
    "whole in a variable": "keys[s[:8]]++; last = s",
    "whole sent": "keys[s[:8]]++; out <- s",
}


READ = "all, err := io.ReadAll(r)\nif err != nil { return }\nb := all\ns := string(all)\n_, _ = b, s\n"
BODIES = {**PIECES, **OTHERS}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> ResolvedProgram:
    """One function for each body, with the text ``s`` and its bytes ``b``."""
    functions = [f"func f{i}(r io.Reader) {{\n{READ}{body}\n}}\n" for i, body in enumerate(BODIES.values())]
    return resolved(write_module(tmp_path_factory.mktemp("cuts"), {"p.go": HEADER + "\n".join(functions)}))


def pieces(program: ResolvedProgram, case: str) -> list[str]:
    """Where the function of a case puts pieces."""
    found = function(program, f"f{list(BODIES).index(case)}").cuts
    return [cut.place for cut in found if not cut.inner and cut.shape == "piece"]


@pytest.mark.parametrize("case", PIECES)
def test_a_piece_is_stored(program: ResolvedProgram, case: str) -> None:
    """However it is cut out, and whatever it is stored in."""
    assert len(pieces(program, case)) == 1


@pytest.mark.parametrize("case", OTHERS)
def test_no_piece_alone_is_stored(program: ResolvedProgram, case: str) -> None:
    """A copy, about the whole, or a piece of what is kept anyway."""
    assert pieces(program, case) == []


def test_what_a_buffer_is_made_by(tmp_path: Path) -> None:
    """Where the buffer comes from is part of the fact: a call, an allocation, a parameter, a function of the tree."""
    source = (
        "func read(r io.Reader) ([]byte, error) { return io.ReadAll(r) }\n"
        "func head(s string) string { return s[:8] }\n"
        "func f(r io.Reader, p string) {\n"
        "keys[p[:8]]++\nb, _ := read(r)\ndata[last] = b[:8]\nw := make([]byte, 1<<16)\ndata[last] = w[:8]\n"
        "keys[head(p)]++\nuse(p[:4])\n}\n"
    )
    write_module(tmp_path, {"p.go": HEADER + source})
    program = resolved(tmp_path)
    found = [(cut.place, cut.shape, cut.kind, cut.name) for cut in function(program, "f").cuts]
    assert found == [
        ("key", "piece", "parameter", "example.com/m.f$p1"),
        ("value", "piece", "result", "example.com/m.read"),
        ("value", "piece", "made", "65536"),
        ("key", "whole", "result", "example.com/m.head"),
        ("argument", "piece", "parameter", "example.com/m.f$p1"),
    ]
    assert [(cut.shape, cut.kind) for cut in function(program, "read").cuts] == [("whole", "read")]
    assert [(cut.shape, cut.kind) for cut in function(program, "head").cuts] == [("piece", "parameter")]


def test_what_a_reader_lends_counts_whatever_part_it_is(tmp_path: Path) -> None:
    """The next read overwrites it; a string made of it is a copy."""
    source = (
        "func f(r io.Reader) {\nw := bufio.NewReader(r)\nl, _ := w.ReadSlice(0)\ndata[last] = l\ndata[last] = l[1:]\n"
        "data[last] = l[:1]\ntexts[last] = string(l)\ndata[last] = bytes.Clone(l)\nkeys[string(l[:2])]++\n}\n"
    )
    write_module(tmp_path, {"p.go": HEADER + source})
    found = [(cut.place, cut.kind, cut.name) for cut in function(resolved(tmp_path), "f").cuts]
    assert found == [("value", "lent", "(*bufio.Reader).ReadSlice")] * 3


def test_what_is_returned_whole_is_kept_by_the_caller(tmp_path: Path) -> None:
    """The piece in the map pins nothing that would go otherwise."""
    source = "func f(r io.Reader) string {\nb, _ := io.ReadAll(r)\ns := string(b)\nkeys[s[:8]]++\nreturn s\n}\n"
    write_module(tmp_path, {"p.go": HEADER + source})
    assert [cut.place for cut in function(resolved(tmp_path), "f").cuts] == ["result"]


def test_a_piece_in_a_loop_over_its_buffer_is_one_of_many(tmp_path: Path) -> None:
    """The fact says so: the buffer is made outside the loop."""
    source = 'func f(p string) {\nfor _, l := range strings.Split(p, "\\n") {\nkeys[l]++\n}\n}\n'
    write_module(tmp_path, {"p.go": HEADER + source})
    assert [cut.inner for cut in function(resolved(tmp_path), "f").cuts] == [True]


PICKED = {
    "equal": 'if line == "id" { keys[line]++ }',
    "one of two": 'if line == "id" || strings.HasPrefix(line, "x") { keys[line]++ }',
    "case": 'switch line { case "a", "b": keys[line]++ }',
    "case with conditions": 'switch { case line == "a": keys[line]++ }',
    "else": 'if line != "id" { use("") } else { keys[line]++ }',
    "skipped": 'if line != "id" { continue }; keys[line]++',
    "not": 'if !strings.HasPrefix(line, "id") { continue }; keys[line]++',
    "a part": 'k, v, ok := strings.Cut(line, "="); if ok && k == "id" { texts[v] = s[:3] }',
    "left": "if len(line) > 3 { keys[line]++; break }",
    "returned from": "keys[line]++; return line",
    "by number": "if i == 3 { keys[line]++ }",
    "by variable": "if i == n { keys[line]++ }",
}
ALL = {
    "all": "keys[line]++",
    "not empty": 'if line != "" { keys[line]++ }',
    "of a shape": "if len(line) == 3 { keys[line]++ }",
    "not this one": 'if line == "id" { continue }; keys[line]++',
    "alike for all": "if n == 3 { keys[line]++ }",
    "or": "if i == 0 || n > 0 { keys[line]++ }",
    "a flag": 'ok := strings.Contains(line, "a"); if ok == true { keys[line]++ }',
    "an error": "var err error; if err == io.EOF { keys[line]++ }",
}


@pytest.mark.parametrize("case", [*PICKED, *ALL])
def test_pieces_that_a_loop_picks_out(tmp_path: Path, case: str) -> None:
    body = PICKED.get(case) or ALL[case]
    loop = f'for i, line := range strings.Split(s, ",") {{ _ = i; {body} }}'
    source = f'{HEADER}func F(n int) string {{ b, _ := io.ReadAll(nil); s := string(b); {loop}; return "" }}'
    found = function(resolved(write_module(tmp_path, {"p.go": source})), "F").cuts
    assert {cut.inner for cut in found if cut.place == "key"} == {case in ALL}


FIELDS = {
    "of a literal": "it := item{title: read()}; keys[it.title[:3]]++",
    "behind a pointer": "it := &item{title: read()}; keys[it.title[:3]]++",
    "assigned": "var it item; it.title = read(); keys[it.title[:3]]++",
}


@pytest.mark.parametrize("case", FIELDS)
def test_fields_of_local_structs(tmp_path: Path, case: str) -> None:
    source = f"{HEADER}func read() string {{ return last }}\nfunc F() {{ {FIELDS[case]} }}"
    (cut,) = function(resolved(write_module(tmp_path, {"p.go": source})), "F").cuts
    assert (cut.place, cut.shape, cut.kind) == ("key", "piece", "result")


def test_a_converted_result_is_copied(tmp_path: Path) -> None:
    source = f"{HEADER}func read() string {{ return last }}\nfunc F() {{ b := []byte(read()); data[``] = b[:3] }}"
    (cut,) = function(resolved(write_module(tmp_path, {"p.go": source})), "F").cuts
    assert (cut.place, cut.shape, cut.kind) == ("value", "piece", "copied")
