"""ML502: decoding message after message into something that keeps the map of the messages before."""

from __future__ import annotations

from collections.abc import Iterator

from mapleak.maps.model import AbstractMap, MapModel
from mapleak.maps.statements import Decode
from mapleak.model import Certainty, CompilerCheck, Confidence, Finding, Level, Link, MapRef, Step
from mapleak.rule import Rule
from mapleak_rules.argument import assumptions, declared, map_ref
from mapleak_rules.confidence import of_rule, weigh
from mapleak_rules.wording import clip, prose, short

BAD = """\
package p

import (
	"encoding/json"
	"io"
)

type event struct {
	Name   string
	Labels map[string]string
}

func Watch(stream io.Reader, handle func(string, int)) error {
	decoder := json.NewDecoder(stream)
	var e event
	for {
		if err := decoder.Decode(&e); err != nil {
			return err
		}
		handle(e.Name, len(e.Labels)) // the labels of all events so far
	}
}
"""

GOOD = """\
package p

import (
	"encoding/json"
	"io"
)

type event struct {
	Name   string
	Labels map[string]string
}

func Watch(stream io.Reader, handle func(string, int)) error {
	decoder := json.NewDecoder(stream)
	for {
		var e event
		if err := decoder.Decode(&e); err != nil {
			return err
		}
		handle(e.Name, len(e.Labels))
	}
}
"""


def check(model: MapModel) -> Iterator[Finding]:
    """One finding for each call of a decoder whose target keeps a map of earlier messages."""
    maps = {subject.name: subject for subject in model.maps}
    for decode in model.decodes:
        yield _finding(decode, maps.get(decode.map))


def _finding(decode: Decode, subject: AbstractMap | None) -> Finding:
    links = _links(decode)
    confidence = weigh(Confidence.HIGH, links)
    declaration = (declared(subject),) if subject is not None and subject.kind == "var" else ()
    loop = (Step(decode.loop, "the loop decodes one message after the other"),) if decode.loop is not None else ()
    step = Step(decode.location, f"{short(decode.decoder)} adds the entries of the message to {clip(decode.text)}")
    return Finding(
        rule=RULE.id,
        level=RULE.level,
        confidence=confidence,
        message=_message(decode),
        location=decode.location,
        map=map_ref(subject) if subject is not None else MapRef(decode.map, "local", "map", decode.location),
        package=subject.package if subject is not None else decode.package,
        function=decode.function,
        trace=(*declaration, *loop, step, *assumptions(decode.location, links, confidence)),
        remedy=_remedy(decode),
        check=CompilerCheck("none"),
        links=links,
    )


def _links(decode: Decode) -> tuple[Link, ...]:
    """How sure it is that the target is an old one, and that the call runs again.

    That messages have different keys is taken for granted: the confidence of the rule stands for that.
    """
    links = [
        *of_rule(RULE.confidence),
        Link("lifetime", decode.kept_certainty, decode.kept),
    ]
    if not decode.reachable:
        links.append(Link("reach", Certainty.UNKNOWN, "no code that runs was found to reach this place"))
    elif decode.supports:
        links.append(Link("reach", Certainty.UNKNOWN, "only tests, examples and tools of this repository run it"))
    if decode.assumed:
        reason = "only importers that are not seen may call what leads here again and again"
        links.append(Link("repetition", Certainty.ASSUMED, reason))
    return tuple(links)


def _message(decode: Decode) -> str:
    return (
        f"{short(decode.decoder)} decodes into {clip(decode.text)}, which keeps the entries of the messages before: "
        f"{decode.kept}"
    )


def _remedy(decode: Decode) -> str:
    if decode.loop is not None:
        return "declare what is decoded into inside the loop, or set the map to nil before each message"
    return "decode into a fresh variable and assign that, or set the map to nil before"


RULE = Rule(
    id="ML502",
    name="decode-into-reused-map",
    summary="Messages are decoded one after the other into the same map, which keeps the keys of all of them.",
    rationale=prose("""
        Decoders of Go reuse a map that is there: `json.Unmarshal`, `json.Decoder`, `encoding/json/v2`, `encoding/gob`,
        and the common decoders of YAML, TOML and mapstructure add the entries of the message to it and leave the
        others. So a target that lives longer than one message keeps every key it has ever seen, in a map field of a
        struct, of a struct inside or behind a pointer in it, or as the target itself; and, but for `json/v2`, go-toml
        and the YAML decoders, in the elements of a slice, even one that was cut to length 0 before (mapstructure makes
        these anew). It is wrong before it is large: the second message seems to have the keys of the first. A key that
        is absent, and a field that is absent, leave what was there; only `null` sets a map to nil (JSON).

        What is stored in a map is decoded anew by `encoding/json`, and a map in an `any` is replaced; `json/v2`,
        mapstructure and go-toml put the new keys into the map that an `any` holds from the message before. A function
        that hands its parameter to one of these decoders is taken for one. What comes out of a `sync.Pool` and goes
        back there without being emptied is the target of all messages.
    """),
    not_reported=prose("""
        Targets that are declared in the loop or in the function, and targets that are given a new value, cleared or
        reset before. Loops after which the target is used, which collect on purpose (settings from one file over
        another): said with low confidence where they use it for each message, too. What runs once at start-up. Types
        that decode themselves (`UnmarshalJSON`). Decoders that replace maps. Pools that are only used through functions
        of the program (`getEvent()`, `putEvent(e)`). Variables whose map some function that runs replaces: by the
        variable's name, for its receiver, or for a parameter. A target that is a parameter: there the calls are looked
        at. Targets that are looked up in a map or a slice (`c := confs[k]; json.Unmarshal(b, c)`), and mapstructure
        decoders whose configuration is made in another function. A field of the receiver of a method is reported where
        its objects last and the method runs again and again, with less confidence; what only tests, examples and tools
        of the repository run has a low one. No finding has more than medium confidence: on code that had never been
        scanned, none of the first six held, as whether messages bring different keys is not in the source.
    """),
    remedy=prose("""
        Declare the variable inside the loop, or decode into a fresh variable and assign it when decoding has
        succeeded, which also keeps a broken message from leaving half of its entries. If the struct is reused to save
        allocations, set its map fields to nil or `clear` them before each message.
    """),
    bad=BAD,
    good=GOOD,
    level=Level.WARNING,
    confidence=Confidence.MEDIUM,
    precision="low",
    tags=("memory-leak", "map", "correctness", "decoding"),
    cwe=459,
    check=check,
)
