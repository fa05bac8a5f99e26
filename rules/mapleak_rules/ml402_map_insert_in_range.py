"""ML402: inserting new keys into a built-in map while ranging over it."""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.maps.model import AbstractMap, MapModel
from mapleak.maps.statements import RangeInsert
from mapleak.model import Certainty, CompilerCheck, Confidence, Finding, Level, Link, MapRef, Step
from mapleak.rule import Rule
from mapleak_rules.argument import assumptions, declared, map_ref
from mapleak_rules.confidence import weigh
from mapleak_rules.wording import clip, prose, short

BAD = """\
package p

var prices = map[string]int{"tea": 250}

func Reprice(item string, cents int) { prices[item] = cents }

func Drop(item string) { delete(prices, item) }

func AddGross() {
	for item, net := range prices {
		prices[item+"/gross"] = net * 119 / 100
	}
}
"""

GOOD = """\
package p

var prices = map[string]int{"tea": 250}

func Reprice(item string, cents int) { prices[item] = cents }

func Drop(item string) { delete(prices, item) }

func Gross() map[string]int {
	gross := make(map[string]int, len(prices))
	for item, net := range prices {
		gross[item] = net * 119 / 100
	}
	return gross
}
"""

_KEYS = {
    "new": Link("growth", Certainty.SURE, "the source shows that the inserted key is not the visited one"),
    "absent": Link("growth", Certainty.ASSUMED, "the key was not in the map; that its own visit matters is not known"),
    "empty": Link("growth", Certainty.UNKNOWN, "the new entry holds nothing yet: visiting it or not may be the same"),
    "unknown": Link("growth", Certainty.ASSUMED, "it is not known whether the inserted key is in the map already"),
    "settled": Link("growth", Certainty.UNKNOWN, "a visit of the new entry would add nothing more, most likely"),
    "related": Link("growth", Certainty.UNKNOWN, "the inserted key may be the visited one in another form"),
}

_SURELY_NEW = frozenset({"new", "absent", "empty"})

_MOVED = Link("growth", Certainty.UNKNOWN, "moving an entry to a normal form of its key a second time changes nothing")


def check(model: MapModel) -> Iterator[Finding]:
    """One finding for each insertion into a map that a range over it leads to."""
    maps = {subject.name: subject for subject in model.maps}
    for insert in model.range_inserts:
        yield _finding(insert, maps.get(insert.map))


def _finding(insert: RangeInsert, subject: AbstractMap | None) -> Finding:
    links = _links(insert)
    confidence = weigh(RULE.confidence, links)
    declaration = (declared(subject),) if subject is not None else ()
    return Finding(
        rule=RULE.id,
        level=Level.NOTE if insert.deletes_visited else RULE.level,
        confidence=confidence,
        message=_message(insert),
        location=insert.location,
        map=map_ref(subject) if subject is not None else MapRef(insert.map, "local", "map", insert.range),
        package=subject.package if subject is not None else insert.map.rpartition(".")[0],
        function=insert.function,
        trace=(*declaration, *_path(insert), *assumptions(insert.range, links, confidence)),
        remedy="collect the new entries while ranging and insert them afterwards, or range over a copy (maps.Clone)",
        check=CompilerCheck("none"),
        links=links,
    )


def _links(insert: RangeInsert) -> tuple[Link, ...]:
    """How sure it is that the key is new, that the loop runs, and more often than once."""
    key = _KEYS[insert.key]
    if insert.deletes_visited and insert.key not in _SURELY_NEW:
        key = _MOVED
    reach = Link("reach", Certainty.SURE, "running code leads to the loop")
    if not insert.reachable:
        reach = Link("reach", Certainty.UNKNOWN, "no code that runs was found to reach this place")
    elif insert.supports:
        reach = Link("reach", Certainty.UNKNOWN, "only tests, examples and tools of this repository run it")
    if insert.starting:
        return (key, reach, Link("repetition", Certainty.LIKELY, "the loop runs once, while the program starts"))
    return (key, reach)


def _message(insert: RangeInsert) -> str:
    name = short(insert.map)
    new = "" if insert.key in _SURELY_NEW else ", which may be new,"
    keys = f"key '{clip(insert.key_text)}'{new} is" if insert.key_text else f"keys{new} are"
    start = f"{keys} inserted into {name} inside a range over it"
    if insert.deletes_visited:
        return f"{start}, for the visited one: the map does not grow, but a moved entry may be visited once more"
    return f"{start}: the loop visits some of the new entries and not others, differently on each run"


def _path(insert: RangeInsert) -> tuple[Step, ...]:
    """From the loop over the calls in its body to the insertion."""
    steps = [Step(insert.range, f"the range over {short(insert.map)}")]
    steps += [Step(call, "the loop leads through this call") for call in insert.chain if call != insert.insert]
    return (*steps, Step(insert.insert, "this inserts into the map that is being visited"))


RULE = Rule(
    id="ML402",
    name="map-insert-in-range",
    summary="New keys are inserted into a map inside a `range` over the same map.",
    rationale=prose("""
        The language allows it, and leaves open what happens: an entry created during a `range` "may be produced during
        the iteration or may be skipped" (Go specification, For statements with range clause). Which of the two is up
        to the map's random iteration order, so the same program visits other entries on each run. Where every visit
        inserts a new key, the visits of new entries insert as well: a loop over 1000 entries that inserts one key for
        each visit ends with about 2500 entries instead of 2000, and repeated passes over a map that lives long grow
        it exponentially. The loop does end. `maps.Keys`, `maps.Values` and `maps.All` visit the live map, as `range`
        does.
    """),
    not_reported=prose("""
        Storing under the visited key, or under one that the code has looked up and found: that only changes a value.
        `delete` in a `range`, which is safe and exact: a deleted entry is not visited. Insertions into another map of
        the same type, or after which the loop is left by `break` or `return`. Constant keys: that is one more entry in
        all. Moving the visited entry to another key (with a `delete` of the visited one) is a note, not a warning, and
        of low confidence where the new key may be a normal form of the old one. Keys read out of what is being visited
        (`m[v.ID] = v`) may well be the visited ones, and normal forms (`m[strings.ToLower(k)] = v`, or `m["./"+k] = v`
        after `!strings.HasPrefix(k, "./")`) are stored under themselves, or not at all, when they are visited; so are
        pieces cut off before a text that the loop looks for, keys with another text in its place, and what one call
        splits off the visited value while it gives that its new form. All of these have low confidence, as has what
        only tests, examples and tools of the repository run. That the loop runs once, while the program starts, takes a
        step of certainty away. A key that was looked up and not found is new, but whether its own visit matters is not
        known: medium confidence, and low where nothing yet is stored under it. Calls are followed to named functions,
        to literals of the function that ranges, and to those it is handed as arguments. Maps that are stored in another
        map or a slice, unless both places name the element by the same variable or literal, and all that functions
        called in the loop do to them. Ranges over an iterator that is in a variable (`it := maps.All(m)`) or that the
        program has written itself (`for k := range s.All`), and what the function given to `maps.DeleteFunc` inserts.
        `sync.Map` is ML401.
    """),
    remedy=prose("""
        Collect what is to be inserted in a slice or a second map and insert it after the loop (`maps.Copy`), or range
        over a copy made by `maps.Clone`. If inserted entries are meant to be visited, as in a search for everything
        reachable, keep a work list and take from it until it is empty.
    """),
    bad=BAD,
    good=GOOD,
    level=Level.WARNING,
    confidence=Confidence.HIGH,
    precision="high",
    tags=("map", "correctness", "memory-leak"),
    cwe=758,
    check=check,
)
