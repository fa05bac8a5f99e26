"""ML304: the key is made for the insertion and kept nowhere, so the entry can never be found again."""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.maps.model import AbstractMap, Effect, KeyOrigin, Lifetime, MapModel, Operation
from mapleak.model import Certainty, Confidence, Finding, Level, Link
from mapleak.rule import Rule
from mapleak_rules.argument import argued, insertions, removals
from mapleak_rules.confidence import emptiness, lifetime, reach, repetition
from mapleak_rules.emptying import emptying, growing
from mapleak_rules.hazards import BY_KEY
from mapleak_rules.wording import as_key, prose, short

BAD = """\
package p

import (
	"net/http"
	"sync"
)

type Config struct{ Host string }

var (
	mu      sync.Mutex
	clients = map[*Config]*http.Client{}
)

func Ping(w http.ResponseWriter, r *http.Request) {
	config := &Config{Host: r.Host}
	mu.Lock()
	defer mu.Unlock()
	client, ok := clients[config] // another pointer each time: never there
	if !ok {
		client = &http.Client{}
		clients[config] = client
	}
	client.Get("http://" + r.Host)
}
"""

GOOD = """\
package p

import (
	"net/http"
	"sync"
)

type Config struct{ Host string }

var (
	mu      sync.Mutex
	clients = map[Config]*http.Client{}
)

func Ping(w http.ResponseWriter, r *http.Request) {
	config := Config{Host: "localhost"}
	mu.Lock()
	defer mu.Unlock()
	client, ok := clients[config] // the same Host is the same key
	if !ok {
		client = &http.Client{}
		clients[config] = client
	}
	client.Get("http://" + config.Host)
}
"""

_LASTING = frozenset({Lifetime.PROCESS, Lifetime.OBJECT, Lifetime.GOROUTINE, Lifetime.UNKNOWN})
_KINDS = frozenset({"var", "field", "element"})


def check(model: MapModel) -> Iterator[Finding]:
    """One finding for each lasting map with insertions under keys that nobody has afterwards."""
    inside_range = {stored.store for stored in model.range_stores}  # ML401 says more of them
    for subject in model.maps:
        if subject.told_by or subject.kind not in _KINDS or subject.lifetime not in _LASTING:
            continue
        filling = growing(subject.inserts, subject.in_test)
        lost = [op for op in filling if op.fresh_key and op.location not in inside_range]
        if lost and not any(_can_match(op, subject, lost) for op in emptying(subject)):
            yield _finding(subject, tuple(lost))


def _can_match(removal: Operation, subject: AbstractMap, lost: list[Operation]) -> bool:
    """Whether a removal may take the entries out: not when it needs a key that nothing but the map has."""
    if subject.walked or not all(op.key_unkept for op in lost):
        return True
    if removal.effect is Effect.RESET or removal.form not in BY_KEY:
        return True
    return removal.key is None or removal.key.origin is KeyOrigin.SAME_MAP or removal.function == lost[0].function


def _finding(subject: AbstractMap, lost: tuple[Operation, ...]) -> Finding:
    primary = lost[0]
    entry = f", reached from {short(primary.entry)}," if primary.entry not in {"", primary.function} else ""
    links = (
        lifetime(subject),
        Link("growth", Certainty.SURE, primary.fresh_key),
        *emptiness(subject),
        reach(lost),
        repetition(lost),
    )
    name = subject.name.rpartition(".")[2]
    message = (
        f"entries of {short(subject.name)} cannot be found again: {short(primary.function)}{entry} stores them "
        f"under {as_key(primary.key)}: {primary.fresh_key}"
    )
    remedy = f"key {name} by what the entry is looked up by (an id, an address, a comparable value), not by identity"
    steps = (*insertions(primary, lost, primary.fresh_key), *removals(subject))
    return argued(RULE, subject, primary, steps, links, message=message, remedy=remedy)


RULE = Rule(
    id="ML304",
    name="fresh-key",
    summary="The key is made for the insertion and kept nowhere, so the entry is never found or deleted by key again.",
    rationale=prose("""
        Pointers compare by identity: pointers to two variables differ (but for variables without a size), whatever
        these contain. A pointer that was allocated for this insertion is in no map yet; a look-up by it always
        misses, so a table that is meant to create each thing once creates one each time. The same is true of structs
        and interfaces that hold such a pointer, of random ids and of `time.Now()`, when nothing but the map keeps
        them.

        The entry stays for as long as the map: nobody has the key to delete it by, and the pointer in the key keeps
        what it points to alive as well.
    """),
    not_reported=prose("""
        Keys that are stored somewhere else, returned, sent, captured by a closure, or handed to a function, unless the
        insertion follows a look-up by the key just made; maps that running code clears, replaces, or empties while
        ranging over them.
    """),
    remedy=prose("""
        Key the map by the values that make two requests for the same thing equal: the struct itself instead of a
        pointer to it if it is comparable, or its name, address or URL. If the entry is meant for one use, keep the key
        and delete the entry when it ends; if it is never looked up, use a slice or a channel.
    """),
    bad=BAD,
    good=GOOD,
    level=Level.WARNING,
    confidence=Confidence.HIGH,
    precision="high",
    tags=("memory-leak", "map", "correctness"),
    cwe=401,
    check=check,
)
