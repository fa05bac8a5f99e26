"""Whether a map grows without bound: what each insertion alone makes of it, and what they make of it together.

An insertion does not make a map grow for ever when (names of the heuristics in order of application):

* ``unreached``: nothing that runs reaches it, or only tests do;
* ``ending-program``: only programs that come to an end by themselves run it (mapleak.callgraph.programs);
* ``start-up``: only code that runs a fixed number of times reaches it, or a sync.Once guards it
  (mapleak.maps.once);
* ``command``: it is written in a command of a command-line program (``command-shape``);
* ``start-up-here``: importers may call what leads to it, but the tree itself does so only at start-up;
* ``registration``: only start-up code and exported functions with names like Register lead to it;
* ``initial-fill``: it fills a map that has just been made and is stored afterwards;
* ``one-call``: the map is a local or a parameter that dies with its call, and no endless loop is around;
* ``update``: it happens only when the key is present (``presence-guard``), or while ranging over this very map
  with one of its keys (origin ``same-map``);
* ``evicts``: the container is a cache that drops entries by itself, or one that is not seen to be made without;
* ``off``: it is behind a constant that is false (``const debug = false``);
* ``size-guard``: it is behind a comparison of the map's length; ``size-check-elsewhere``: the comparison is in a
  function that its condition asks, or around all calls of its function;
* ``constructor``: a constructor gives a new object its first entries;
* ``accounts``: its key is looked up among the accounts of the operating system (mapleak.maps.filling.accounts);
* ``written-down``: (less certain) its name says that it holds what somebody wrote down;
* ``settings``: (less certain) what is kept under the keys are settings, by the type of the values;
* ``preparation``: (less certain) its function reads settings or fills a registry, by its name;
* ``finite-type``: the key's type has few values (bool, an enum, reflect.Type, …);
* finite keys: constants, enum values, types, indexes, … (mapleak.maps.filling.keys).

The map's growth is that of the insertion that lets it grow most.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from msgspec.structs import replace

from mapleak.callgraph.model import Edge
from mapleak.maps.census import Site, Subject
from mapleak.maps.closed_world import is_program
from mapleak.maps.context import Context, inside_endless_loop
from mapleak.maps.filling.accounts import looked_up_account
from mapleak.maps.filling.decoded import of_decoded
from mapleak.maps.filling.evidence import with_evidence
from mapleak.maps.filling.judgement import LADDER, Judgement, unsure, worst
from mapleak.maps.filling.keys import Keys
from mapleak.maps.filling.looked_up import read_before
from mapleak.maps.filling.registered import of_registered
from mapleak.maps.filling.registration import is_registration, prepares
from mapleak.maps.holding.constructors import result_types
from mapleak.maps.holding.helpers import FORM as CALL_FORM
from mapleak.maps.knowledge import (
    ADDRESS_WORDS,
    COMMAND_PARAMETERS,
    CONFIGURATION_WORDS,
    FINITE_KEY_TYPES,
    METRIC_VECTORS,
    OWN_WORDS,
    PEER_MAPS,
    SETTING_WORDS,
    WRITTEN_DOWN,
    first_word,
    last_word,
    words,
)
from mapleak.maps.model import Growth, KeyOrigin, Lifetime
from mapleak.maps.nodes import brief, container_of, short_name
from mapleak.maps.removal.emptying import begins_work, makes_owner, owner_of
from mapleak.model import Certainty
from mapleak.resolve.model import ASKED, FunctionFacts, KeyFact


def judge_insertion(context: Context, keys: Keys, subject: Subject, site: Site, lifetime: Lifetime) -> Judgement:
    """What one insertion alone makes of its map."""

    def _of_key() -> Judgement:
        return read_before(of_registered(context, keys.owners, subject, _by_key(context, keys, subject, site)), site)

    return (
        _by_reach(context, subject, site)
        or _by_place(site, lifetime)
        or _by_constructor(context, subject, site)
        or _by_guard(subject, site)
        or _by_callers_guard(context, subject, site)
        or looked_up_account(context, site)
        or with_evidence(subject, site, _by_contents(subject, _by_function(context, site, _of_key())))
    )


def judge_element(context: Context, subject: Subject, site: Site, lifetime: Lifetime) -> Judgement:
    """What a store that makes the value under its key longer makes of that value, whatever the keys are."""
    found = _by_reach(context, subject, site) or _by_place(site, lifetime)
    if found is None and makes_owner(context, site.function, owner_of(subject)):
        found = Judgement(Growth.BOUNDED, "a new object gets its first values")
    return found or Judgement(Growth.UNBOUNDED, "each time, more is added to what is stored under the key")


def judge_keys(context: Context, keys: Keys, subject: Subject, site: Site) -> Judgement:
    """What the keys of an insertion are over the life of the process, however short the life of its map: small maps
    that are made again and again bring new keys for ever, and a check of their size does not help."""
    return _by_reach(context, subject, site) or _by_key(context, keys, subject, site)


def judge_map(judgements: Sequence[Judgement]) -> Judgement:
    """What all insertions together make of a map."""
    if not judgements:
        return Judgement(Growth.NONE, "nothing inserts into it")
    return worst(list(judgements))


def follow_other_maps(judgement: Judgement, site: Site, judgements: Callable[[str], Sequence[Judgement]]) -> Judgement:
    """Judges an insertion whose keys are another map's by how that map grows.

    ``judgements`` gives what is known of all maps a node may be. It is applied once, after all maps have been judged
    without it, so two maps that take their keys from each other stay unknown.
    """
    key = site.op.key
    if (key is not None and key.origin != KeyOrigin.OTHER_MAP.value) or judgement.certainty is Certainty.SURE:
        return judgement
    node = key.node if key is not None else copied_from(site)
    if node.removeprefix("outside:") in PEER_MAPS:
        return Judgement(Growth.UNBOUNDED, f"the keys are those of {brief(node)}, which the other side sends")
    found = judgements(node)
    if not found:
        return judgement
    other = worst(list(found))
    if other.growth is Growth.UNBOUNDED:
        certainty = max(other.certainty, Certainty.LIKELY, key=LADDER.index)
        reason = f"the keys are those of {_which(node)}: {other.reason}"
        return Judgement(Growth.UNBOUNDED, reason, certainty, named=other.named)
    if other.growth is Growth.UNKNOWN:
        return judgement
    return Judgement(Growth.BOUNDED, "the keys are those of another map, which does not grow without bound")


def _which(node: str) -> str:
    """Another map, in words: by its name where it has one that tells."""
    name = short_name(container_of(node))
    return f"another map, '{name}'" if name.isidentifier() else "another map"


def copied_from(site: Site) -> str:
    """The node of the map (or sequence) that maps.Copy and maps.Insert take their keys from, "" for other forms."""
    for call in site.function.calls:
        if call.pos == site.op.pos and len(call.args) > 1 and call.callee.endswith((".Copy", ".Insert")):
            return call.args[1]
    return ""


def _taken_out_later(context: Context, subject: Subject) -> bool:
    """Whether single entries are removed after start-up: then importers also add them then, whatever this tree does."""
    return any(
        site.op.effect == "remove"
        and site.op.key is not None
        and not context.is_test(site.function.file)
        and context.reach(site.function.name).reachable
        and not context.runs_once(site.function, site.op.pos)
        and not context.startup_here(site.function, site.op.pos)
        for site in subject.sites
    )


def _by_reach(context: Context, subject: Subject, site: Site) -> Judgement | None:
    function = site.function
    in_test = subject.variable is not None and context.is_test(subject.variable.file)
    if context.is_test(function.file) and not in_test:
        return Judgement(Growth.NONE, "only tests insert")
    if not context.reach(function.name).reachable:
        return Judgement(Growth.NONE, "nothing that runs reaches the insertion")
    if function.name in context.supporting:
        reason = f"only tests, examples and tools of this repository use {brief(function.name)}"
        return Judgement(Growth.BOUNDED, reason, Certainty.ASSUMED)
    certainty = context.ends_by_itself(function.name)
    if certainty is not None:
        reason = f"{brief(function.name)} runs only in programs that come to an end by themselves"
        return Judgement(Growth.BOUNDED, reason, certainty)
    if context.runs_once(function, site.op.pos):
        return Judgement(Growth.START_UP, f"{brief(function.name)} runs only at start-up")
    if COMMAND_PARAMETERS.match(function.signature) and not inside_endless_loop(function, site.op.pos):
        return Judgement(Growth.START_UP, f"{brief(function.name)} is a command, which a run of the program calls once")
    here = context.startup_here(function, site.op.pos) and not _taken_out_later(context, subject)
    if here and _tells_of_all_callers(context, function):
        return Judgement(Growth.START_UP, f"{brief(function.name)} is only called at start-up in this tree")
    if context.guarded_once(function, site.op.pos, owner_of(subject)):
        return Judgement(Growth.START_UP, "the insertion runs once")
    if is_registration(context, function.name):
        return Judgement(Growth.START_UP, f"{brief(function.name)} fills a registry")
    return None


def _tells_of_all_callers(context: Context, function: FunctionFacts) -> bool:
    """Whether the callers in the tree show how others call. What a library does with a plain function while it starts
    (registering its own parts), its users do as well; how its examples use an object's methods says little."""
    return not function.receiver_type or is_program(function.package, context.programs)


def _by_place(site: Site, lifetime: Lifetime) -> Judgement | None:
    if site.initial:
        return Judgement(Growth.BOUNDED, "the map is filled once, before it is stored")
    if lifetime is Lifetime.CALL and not inside_endless_loop(site.function, site.op.pos):
        return Judgement(Growth.BOUNDED, "the map is filled within one call")
    return None


def _by_constructor(context: Context, subject: Subject, site: Site) -> Judgement | None:
    """``constructor``: ``NewLock(owners)`` enters the owners; each lock gets its own once. So do methods that begin an
    object's work (``Start``, ``Init``)."""
    function = site.function
    if subject.kind != "field" or function.parent or inside_endless_loop(function, site.op.pos):
        return None
    if function.receiver_type:
        begins = function.receiver_type == owner_of(subject) and begins_work(function.name)
        begins = begins and not (_is_given(site) or _hands_out(context, function))
        return Judgement(Growth.BOUNDED, f"{brief(function.name)} begins the work of an object") if begins else None
    if owner_of(subject) in function.made and first_word(function.name) in ("new", "make", "must"):
        return Judgement(Growth.BOUNDED, "a new object gets its first entries")
    return None


def _is_given(site: Site) -> bool:
    """Whether the function that inserts is given the key: ``Open(ticket)`` begins the work of a ticket, not its own."""
    first = site.op.key.text.partition(".")[0] if site.op.key is not None else ""
    return any(short_name(parameter) == first for parameter in site.function.params if parameter)


def _hands_out(context: Context, function: FunctionFacts) -> bool:
    """Whether a method makes an object of another type and returns it: ``Open()`` opens one of many streams."""
    results = {text.lstrip("*") for text in result_types(function.signature)} - {function.receiver_type}
    return any(result in context.types and result in function.made for result in results)


def _by_contents(subject: Subject, judgement: Judgement) -> Judgement:
    """``settings``: there are as many settings as somebody wrote down, even if empty ones are added for other keys.
    ``metrics``: the labels of metrics are meant to take few values. ``written-down``: the map's own name says that its
    entries are those of the source or the configuration (``staticUsers``). ``of-this-machine``: it says that they are
    the program's own, or addresses of its machine (``ourAddrs``, ``localAddresses``)."""
    if judgement.growth is not Growth.UNBOUNDED or subject.variable is None:
        return judgement
    if subject.variable.container.startswith(METRIC_VECTORS):
        return unsure(judgement, 2)
    named = set(words(subject.node))
    if WRITTEN_DOWN & named or OWN_WORDS & named or ("local" in named and ADDRESS_WORDS & named):
        return replace(unsure(judgement, 2), few=True)
    if judgement.certainty is Certainty.SURE:
        return judgement
    kept = last_word(subject.variable.value)
    return unsure(judgement) if kept in CONFIGURATION_WORDS or kept in SETTING_WORDS else judgement


def _by_key(context: Context, keys: Keys, subject: Subject, site: Site) -> Judgement:
    if subject.variable is not None and subject.variable.key_bounded:
        return Judgement(
            Growth.BOUNDED, f"keys of type {subject.variable.key} are few ({subject.variable.key_bounded})"
        )
    if site.op.key is not None:
        key = _of_the_map(subject, site, site.op.key)
        if key.type in FINITE_KEY_TYPES:
            return Judgement(Growth.BOUNDED, f"values of type {key.type} are few")
        if site.via:
            return keys.judge_through(key, owner_of(subject), site.function, site.op.node, subject.node)
        return keys.judge(key, owner_of(subject))
    if site.op.form == "decode":
        return of_decoded(context, subject, site)
    return keys.judge_source(copied_from(site), site.function)


def _of_the_map(subject: Subject, site: Site, key: KeyFact) -> KeyFact:
    """A key with the type that the map declares: inside a generic helper it is only called K."""
    if site.op.form != CALL_FORM or subject.variable is None or not subject.variable.key:
        return key
    return msgspec.structs.replace(key, type=subject.variable.key)


def _by_callers_guard(context: Context, subject: Subject, site: Site) -> Judgement | None:
    """``size-check-elsewhere``: a function that the insertion's condition asks compares the map's length
    (``if s.full() { return }``), or every caller compares it before it calls."""
    for guard in site.op.guards:
        variants = context.graph.functions.get(guard.removeprefix(ASKED), ()) if guard.startswith(ASKED) else ()
        if any(subject.node in variant.sizes for variant in variants):
            return Judgement(Growth.BOUNDED, f"{brief(variants[0].name)} checks the size of the map")
    edges = context.graph.callers.get(site.function.name, ())
    if edges and site.function.name not in context.graph.roots and all(_sized(context, e, subject.node) for e in edges):
        return Judgement(Growth.BOUNDED, f"callers of {brief(site.function.name)} check the size of the map")
    return None


def _sized(context: Context, edge: Edge, node: str) -> bool:
    return any(node in call.sized for call in context.calls.of(edge))


def _by_function(context: Context, site: Site, judgement: Judgement) -> Judgement:
    """``preparation``: code named like the filling of a registry or the reading of a configuration runs at start-up
    more often than not, so what is not certain about its keys is less certain than elsewhere."""
    if judgement.growth is not Growth.UNBOUNDED or judgement.certainty is Certainty.SURE:
        return judgement
    return unsure(judgement) if prepares(context, site.function.name) else judgement


def _by_guard(subject: Subject, site: Site) -> Judgement | None:
    guards = site.op.guards
    if "off" in guards:
        return Judgement(Growth.NONE, "a constant of the program switches it off")
    if "evicts" in guards or ("configured" in guards and not subject.makes):
        return Judgement(Growth.BOUNDED, "the container drops entries by itself")
    if "present" in guards:
        return Judgement(Growth.BOUNDED, "only keys that are present are written")
    if "size" in guards:
        return Judgement(Growth.BOUNDED, "the size of the map is checked")
    if "lazy" in guards:
        return Judgement(Growth.BOUNDED, "the map is filled when there was none")
    return None
