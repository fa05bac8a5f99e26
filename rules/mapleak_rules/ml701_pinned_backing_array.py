"""ML701: a piece of a large buffer is stored in a map that lives long, and keeps all of the buffer alive."""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.maps.model import AbstractMap, Growth, Lifetime, MapModel, Operation
from mapleak.maps.sharing import Pin
from mapleak.model import Certainty, Confidence, Finding, Level, Link, Location, Step
from mapleak.rule import Rule
from mapleak_rules.argument import argued
from mapleak_rules.confidence import growth, lifetime, reach, repetition, surer
from mapleak_rules.emptying import growing, helping
from mapleak_rules.wording import clip, key_text, prose, short

BAD = """\
package p

import (
	"io"
	"net/http"
	"strings"
	"sync"
)

var (
	mutex sync.Mutex
	seen  = map[string]int{}
)

func Receive(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	device, _, _ := strings.Cut(string(body), "\\n") // shares the memory of the whole body
	mutex.Lock()
	defer mutex.Unlock()
	seen[device]++
}

func Leave(w http.ResponseWriter, r *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	delete(seen, r.PathValue("device"))
}
"""

GOOD = """\
package p

import (
	"io"
	"net/http"
	"strings"
	"sync"
)

var (
	mutex sync.Mutex
	seen  = map[string]int{}
)

func Receive(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	device, _, _ := strings.Cut(string(body), "\\n")
	mutex.Lock()
	defer mutex.Unlock()
	seen[strings.Clone(device)]++ // a copy of the few bytes that are wanted
}

func Leave(w http.ResponseWriter, r *http.Request) {
	mutex.Lock()
	defer mutex.Unlock()
	delete(seen, r.PathValue("device"))
}
"""

_LASTING = (Lifetime.PROCESS, Lifetime.GOROUTINE, Lifetime.OBJECT, Lifetime.UNKNOWN)
_KINDS = frozenset({"var", "field", "element"})


def check(model: MapModel) -> Iterator[Finding]:
    """One finding for each insertion of a piece of a large buffer into a map that lives long."""
    told: set[Location] = set()
    pinning = [
        (subject, op)
        for subject in model.maps
        if not subject.told_by and subject.kind in _KINDS and subject.lifetime in _LASTING
        for op in growing(subject.inserts, subject.in_test)
        if op.pins
    ]
    for subject, op in sorted(pinning, key=_order):
        if op.location not in told:
            told.add(op.location)
            yield _finding(subject, op, op.pins[0])


def _order(pinning: tuple[AbstractMap, Operation]) -> tuple[bool, int, str, Location]:
    """An insertion that may concern several maps is told of the one it names, else of that which lives longest."""
    subject, op = pinning
    return bool(op.via), _LASTING.index(subject.lifetime), subject.name, op.location


def _finding(subject: AbstractMap, op: Operation, pin: Pin) -> Finding:
    links = (
        lifetime(subject),
        _growth(subject, op, pin),
        Link("buffer" if pin.lent else "size", pin.certainty, pin.reason),
        *_emptied(subject),
        reach((op,)),
        repetition((op,)),
    )
    piece = f"{pin.role} '{clip(pin.text)}' of {short(subject.name)}"
    message = f"{piece} is a piece of {pin.buffer} and keeps all of it alive"
    if pin.lent:
        message = f"{piece} is a part of {pin.buffer}: the next read may overwrite it"
    steps = (
        Step(pin.made, f"{short(pin.function)} {'is lent' if pin.lent else 'makes'} the buffer here"),
        Step(op.location, f"{short(op.function)} stores a piece of it under {key_text(op.key)}"),
    )
    return argued(RULE, subject, op, steps, links, message=message, remedy=_remedy(pin))


def _growth(subject: AbstractMap, op: Operation, pin: Pin) -> Link:
    known = op.growth is Growth.UNBOUNDED and op.growth_certainty is Certainty.SURE
    if pin.role == "value" or known:
        return growth(subject, (op,))
    reason = "the keys are cut out of what is read, so they are taken to be ever new"
    return surer(subject, Link("growth", Certainty.LIKELY, reason))


def _emptied(subject: AbstractMap) -> tuple[Link, ...]:
    """A buffer is let go with the last entry that has a piece of it."""
    if not helping(subject):
        return ()
    reason = "entries are taken out again, and what they pin is let go with them"
    return (Link("emptiness", Certainty.LIKELY, reason),)


def _remedy(pin: Pin) -> str:
    return f"copy the {pin.role} before storing it: strings.Clone for a string, bytes.Clone for a byte slice"


RULE = Rule(
    id="ML701",
    name="pinned-backing-array",
    summary="A piece of a large buffer is stored in a map that lives long, and keeps all of the buffer alive.",
    rationale=prose("""
        A substring or a subslice is a pointer into the memory of the string or slice it was cut from. The garbage
        collector frees that memory as a whole or not at all. So an eight-byte key cut out of a request body of a
        hundred kilobytes keeps a hundred kilobytes alive for as long as the entry exists, and a map of such keys
        takes thousands of times what its entries suggest; a heap profile shows the memory where the buffer was read,
        not where the map is filled.

        What a reader lends (`bufio.Scanner.Bytes`, `ReadSlice`, `ReadLine`, `Peek`) is a part of its own buffer, which
        the next read may overwrite: a byte slice stored as a value then holds other bytes, and keeps the reader's
        buffer alive. `string(b)` copies it.

        Slicing does not copy, and neither do `Split`, `Fields`, `Cut` and `Trim…` of the packages strings and bytes,
        or the `Find…` methods of regexp. A full slice expression `b[:n:n]` does not help: it limits what `append` may
        overwrite, not what is kept alive.
    """),
    not_reported=prose("""
        Copies: `strings.Clone`, `bytes.Clone`, `slices.Clone`, conversions between `string` and `[]byte` (which copy),
        concatenations, formatted text, what encoding/json decodes, whole lines as `bufio.Scanner.Text` gives them (it
        makes a string for each line). Buffers that are kept anyway: the whole or the rest of it is stored along with
        the piece, in a field, or returned. Loops over the pieces of one buffer, which may well keep all of them, unless
        the loop picks out a few: it compares with one value (`key == "id"`) or asks for a prefix, or is left after the
        insertion. Values that are about as large as the buffer (all but a prefix, a trimmed text), which a tail counted
        from the end (`s[len(s)-8:]`, `s[strings.LastIndex(s, "/")+1:]`) is not. Maps that live no
        longer than a call, or that are filled with a fixed set of keys, behind a limit, or at start-up. Buffers of
        which nothing says that they are large: a parameter of an exported function, a line of ordinary length, a field
        of a decoded message. Buffers that reach the piece through a field of anything but a local struct of the same
        function.
    """),
    remedy=prose("""
        Copy the piece before storing it: `strings.Clone(s)` (Go 1.18), `bytes.Clone(b)` (Go 1.20), or
        `string(b[:n])`, which copies by itself. Where many equal pieces are stored, `unique.Make(s)` (Go 1.23) keeps
        one copy of each. If most of the buffer is wanted in the end, keep it as it is and suppress the finding.
    """),
    bad=BAD,
    good=GOOD,
    level=Level.WARNING,
    confidence=Confidence.HIGH,
    precision="high",
    tags=("memory-leak", "map"),
    cwe=401,
    check=check,
)
