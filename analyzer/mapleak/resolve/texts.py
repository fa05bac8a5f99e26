"""Which library functions give whole buffers and which cut pieces out of strings and byte slices. Tables only.

Sources: package documentation of ``strings``, ``bytes``, ``regexp``, ``io``, ``os``, ``bufio``; that the results share
memory with the argument is checked by running them (tests/test_go_truth.py). What may or may not share memory
(``strings.ToLower``, ``strings.ReplaceAll``) is in neither table.
"""

from __future__ import annotations

PIECE, PIECES, FEW, REST, WHOLE, SOME = "piece", "pieces", "few", "rest", "whole", "some"
"""What a value is of a buffer: a part of it, a slice of parts, one part and the rest of it, all but its beginning,
about all of it, a slice of the parts of a part."""

READS: dict[str, str] = {
    "io.ReadAll": "input",
    "io/ioutil.ReadAll": "input",
    "os.ReadFile": "file",
    "io/ioutil.ReadFile": "file",
    "io/fs.ReadFile": "file",
    "net/http/httputil.DumpRequest": "input",
    "net/http/httputil.DumpResponse": "input",
    "(*os/exec.Cmd).Output": "output",
    "(*os/exec.Cmd).CombinedOutput": "output",
    "(*bufio.Reader).ReadString": "line",
    "(*bufio.Reader).ReadBytes": "line",
}
"""Functions whose first result is memory made for all there is to read, and what that is."""

SCANNER_TEXT = "(*bufio.Scanner).Text"
"""A line made a string of its own; lines are short unless the scanner was given room for long ones."""
SCANNER_ROOM = "(*bufio.Scanner).Buffer"

FILLS: dict[str, int] = {"(*bytes.Buffer).ReadFrom": -1, "io.Copy": 0}
"""Functions that read all there is into a buffer: its argument number, -1 the receiver."""

BUILT = frozenset(f"(*strings.Builder).{name}" for name in ("Write", "WriteString", "WriteByte", "WriteRune"))
"""Methods that make a text longer: in a loop, how long it gets is anybody's guess."""
BUILDER = "strings.Builder"

FILLED = frozenset(("(*bytes.Buffer).Bytes", "(*bytes.Buffer).String", "(*strings.Builder).String"))

LENDS = frozenset(
    ("(*bufio.Scanner).Bytes", "(*bufio.Reader).ReadSlice", "(*bufio.Reader).ReadLine", "(*bufio.Reader).Peek",
     "(*bytes.Buffer).Next")
)  # fmt: skip
"""Functions that give a part of a buffer which the next call may overwrite. A conversion to string copies it."""

_CUTS: dict[str, tuple[str, ...]] = {
    "Split": (PIECES,),
    "SplitN": (FEW,),
    "SplitAfter": (PIECES,),
    "SplitAfterN": (FEW,),
    "Fields": (PIECES,),
    "FieldsFunc": (PIECES,),
    "SplitSeq": (PIECES,),
    "SplitAfterSeq": (PIECES,),
    "FieldsSeq": (PIECES,),
    "FieldsFuncSeq": (PIECES,),
    "Lines": (PIECES,),
    "Cut": (PIECE, REST),
}

_REGEXP: dict[str, tuple[str, ...]] = {
    "FindString": (PIECE,),
    "Find": (PIECE,),
    "FindStringSubmatch": (PIECES,),
    "FindSubmatch": (PIECES,),
    "FindAllString": (PIECES,),
    "FindAll": (PIECES,),
    "Split": (PIECES,),
}

CUTS: dict[str, tuple[str, ...]] = {
    **{f"{package}.{name}": shapes for package in ("strings", "bytes") for name, shapes in _CUTS.items()},
    **{f"(*regexp.Regexp).{name}": shapes for name, shapes in _REGEXP.items()},
}
"""Functions that give parts of their first argument without copying, and what each result is of it."""

_TRIMS = (
    *("Trim", "TrimFunc", "TrimLeft", "TrimLeftFunc", "TrimPrefix", "TrimRight", "TrimRightFunc", "TrimSpace"),
    *("TrimSuffix", "CutPrefix", "CutSuffix"),
)

TRIMS = frozenset(f"{package}.{name}" for package in ("strings", "bytes") for name in _TRIMS)
"""Functions that leave a little away at the ends: their first result shares memory with the argument, and of a whole
buffer it is about the whole buffer."""

LARGE = 32 << 10
"""Bytes from which a buffer made with a constant length counts as large: what Go allocates as an object of its own."""
