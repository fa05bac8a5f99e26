"""Which removals empty the map of a running program, and why the others do not.

A removal counts when running code outside the tests reaches it, again and again. A whole-map replacement
(``m = make(…)``, a literal, ``nil``) counts on the same terms, except where it gives the map its first value or
its last. The reasons, by name:

* ``unreachable``: no root of the program leads to it. ``tests``: only test files hold it.
* ``never-asked``: it is under a flag that no caller sets (maps.removal.flags).
* ``start-up``: it runs a fixed number of times, before the program serves; for a program also when only importers
  of its packages could run it again, unless only they could fill the map. ``once``: a sync.Once guards it (maps.once).
* ``before-the-loop``: a function empties or makes its own map before the endless loop in which it fills it.
* ``before-own-work``: the same for an object's map (maps.removal.first_maps).
* ``lazy``: ``if m == nil { m = make(…) }`` replaces nothing. ``with-first``: no more does it in an arm that gives
  another field of the object its value because it has none, where nothing takes that away again.
* ``constructor``: the function makes the owner of the field, is named like an initialiser of it (Init, Start), or
  is called only by functions that make the owner: a new object gets its map, no live map is emptied. Not so where a
  function that makes one gives another map to an object that it has come by.
* ``user's-constructor``: nothing in the tree runs it but the constructors (New…) of what is given the owner to work
  with: that importers would run it again is only assumed.
* ``carried-over``: what replaces the map is a copy of it with more entries.
* ``shutdown``: the whole map is dropped by Close, Stop, … of its owner (or of the program, for a package
  variable), or by a helper that only such functions call. A removal of one key there is an ordinary removal:
  ``(*Conn).Close`` deleting itself from the server's map is how many maps are kept small. So is one that takes chosen
  entries (``chosen-entries``), where the name has more words than the end: ``stopObsolete`` leaves what is wanted.
* ``after-the-loop``: the whole map is dropped when the loop has ended that the maker of the owner starts for it: a
  method of the owner does so after its endless loop, or defers it.
* ``seldom``: the whole map is dropped by a function that runs, by its name, when the process comes up or wins or loses
  its part in a cluster. That frees the entries, but entries come with every message, and such an event may never come.

A file under a build constraint may be missing from the user's build, but its removals count like all others:
absence is only claimed when no file contradicts it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from msgspec.structs import replace

from mapleak.maps.census import Site, Subject
from mapleak.maps.closed_world import is_program
from mapleak.maps.context import Context, endless_loops, inside_endless_loop
from mapleak.maps.holding.constructors import result_types
from mapleak.maps.knowledge import INITIALISER_WORDS, SELDOM_WORDS, SHUTDOWN_NAMES, STARTING_NAMES, first_word, words
from mapleak.maps.model import SELDOM, AbstractMap, Operation
from mapleak.maps.nodes import ELEMENT, brief, container_of
from mapleak.maps.removal.first_maps import before_own_work
from mapleak.maps.removal.flags import never_asked
from mapleak.resolve.guarding import WITH_FIRST
from mapleak.resolve.model import FunctionFacts

_WHOLE_MAP_FORMS = frozenset({"clear", "sync.Map.Clear", "remake", "nil"})

UNREACHED = "nothing that runs reaches it"
NEVER_ASKED = "no call asks it to take anything out"
START_UP = "it runs only at start-up"
START_UP_HERE = "this program runs it only at start-up"
SHUT_DOWN = "it runs only when its owner is shut down"
ONCE = "it runs once"
NONE_YET = "it only gives a map to a variable that has none"
FIRST_MAP = "it gives a new object its first map"
AT_START_UP = frozenset({START_UP, START_UP_HERE, ONCE})
"""Reasons of a removal that runs a fixed number of times."""

_CALLER_LEVELS = 4
"""How far up "only called by" is followed."""

MANY_CALLERS = 100
"""What so many functions call is no shutdown; looking at the callers of each would take the square of their number."""


def emptying(subject: AbstractMap) -> tuple[Operation, ...]:
    """The removals and resets that empty a map while the program runs."""
    return tuple(op for op in (*subject.removes, *subject.resets) if not op.no_effect)


def with_released(maps: Mapping[str, AbstractMap]) -> dict[str, AbstractMap]:
    """The maps by name, those that are stored in another map with what takes them out of it.

    A map that is stored under a key goes with the key, and every level of maps goes with the one above.
    """
    return {
        name: replace(subject, released=(*subject.released, *_taking_out(maps, name)))
        if subject.kind == "element"
        else subject
        for name, subject in maps.items()
    }


def _taking_out(maps: Mapping[str, AbstractMap], name: str) -> Iterator[Operation]:
    return (op for holder in _holders(maps, name) for op in emptying(holder))


def _holders(maps: Mapping[str, AbstractMap], name: str) -> Iterator[AbstractMap]:
    """The maps that an element is stored in, level by level."""
    while name.endswith(ELEMENT):
        name = name[: -len(ELEMENT)]
        if name in maps:
            yield maps[name]


def no_effect(context: Context, subject: Subject, site: Site) -> str:
    """Why a removal or reset does not empty the map of a running program, in words; "" when it does."""
    function, op = site.function, site.op
    if context.is_test(function.file) and not _declared_in_test(context, subject):
        return "only tests run it"
    if not context.reach(function.name).reachable:
        return UNREACHED
    if never_asked(context, function, op.pos):
        return NEVER_ASKED
    if context.runs_once(function, op.pos):
        return SHUT_DOWN if ends_owner(context, function, function.receiver_type) else START_UP
    if at_start_up_here(context, function, op.pos) and not _filled_with_it(context, subject):
        return START_UP_HERE
    if context.guarded_once(function, op.pos, owner_of(subject)):
        return ONCE
    if _before_the_loop(subject, site) or (
        op.effect == "reset" and before_own_work(context, subject, site, owner_of(subject))
    ):
        return "it runs once, before the loop that fills the map"
    if op.effect == "reset" and (reason := _takes_nothing(context, subject, site)):
        return reason
    if _whole_map(site):
        chosen = chooses_entries(site)
        if ends_owner(context, function, owner_of(subject) if subject.kind != "var" else "", chosen=chosen):
            return SHUT_DOWN
    if _whole_map(site) and (loop := _after_own_loop(context, site, owner_of(subject))):
        return f"it runs only when the loop of {brief(loop)} has ended"
    return SELDOM if _whole_map(site) and runs_seldom(context, function) else ""


def _takes_nothing(context: Context, subject: Subject, site: Site) -> str:
    """Why a reset takes no entries out of a map, "" when it may."""
    function, op = site.function, site.op
    if "lazy" in op.guards or any(guard.startswith(WITH_FIRST) and _stays(context, guard) for guard in op.guards):
        return NONE_YET
    if function.name in subject.carried_over:
        return "the new map takes over the entries of the old one"
    if _begins_user(context, function, op.pos):
        return FIRST_MAP
    new = makes_owner(context, function, owner_of(subject)) and not inside_endless_loop(function, op.pos)
    return FIRST_MAP if new and (op.of != "found" or function.receiver_type == owner_of(subject)) else ""


def _stays(context: Context, guard: str) -> bool:
    """Whether nothing assigns nil to the field that a guard is about: it gets its first value once."""
    return guard.removeprefix(WITH_FIRST) not in context.let_go


def at_start_up_here(context: Context, function: FunctionFacts, pos: int) -> bool:
    """Whether something in a program runs at start-up alone, but for what importers of its packages could do."""
    return context.startup_here(function, pos) and is_program(function.package, context.programs)


def _filled_with_it(context: Context, subject: Subject) -> bool:
    """Whether the program fills a map at start-up alone, too: as often as it is filled, it may be emptied."""
    filling = [site for site in subject.sites if site.op.effect == "insert"]
    return bool(filling) and all(context.startup_here(site.function, site.op.pos) for site in filling)


def runs_seldom(context: Context, function: FunctionFacts) -> bool:
    """Whether a function, or all that call it, are named like what runs when the process changes its part."""
    if SELDOM_WORDS & set(pairwise(words(context.outermost(function.name)))):
        return True
    callers = context.production_callers(function.name)
    return bool(callers) and all(SELDOM_WORDS & set(pairwise(words(context.outermost(name)))) for name in callers)


def _before_the_loop(subject: Subject, site: Site) -> bool:
    """Whether a local is emptied or made on the way to the endless loop of its function that fills it."""
    variable, function = subject.variable, site.function
    if variable is None or variable.function != function.name or inside_endless_loop(function, site.op.pos):
        return False
    filling = [s.op.pos for s in subject.sites if s.op.effect == "insert" and s.function.name == function.name]
    return any(
        site.op.pos < loop.pos and any(loop.pos <= pos < loop.end for pos in filling)
        for loop in endless_loops(function)
    )


def _after_own_loop(context: Context, site: Site, owner: str) -> str:
    """The method of ``owner`` after whose endless loop something happens, once for each owner; "" for none."""
    if not owner:
        return ""
    function = site.function
    if any(loop.end <= site.op.pos for loop in endless_loops(function)):
        return function.name if _started_by_makers(context, function, owner) else ""
    edges = context.graph.callers.get(function.name, ())
    if not edges or any(edge.kind != "defer" for edge in edges):
        return ""
    for edge in edges:
        for caller in context.graph.functions.get(edge.caller, ()):
            loops = any(edge.pos < loop.pos for loop in endless_loops(caller))
            if not (loops and _started_by_makers(context, caller, owner)):
                return ""
    return edges[0].caller


def _started_by_makers(context: Context, method: FunctionFacts, owner: str) -> bool:
    """Whether only functions that make an ``owner`` let its method run: once for each."""
    callers = context.production_callers(method.name)
    variants = [variant for name in callers for variant in context.graph.functions.get(name, ())]
    return method.receiver_type == owner and bool(variants) and all(owner in variant.made for variant in variants)


def owner_of(subject: Subject) -> str:
    """The type or variable whose field a map is (or is stored in), "" for all others."""
    if subject.variable is not None:
        return subject.variable.owner
    container = container_of(subject.node)
    return container.rpartition(".")[0]


def _declared_in_test(context: Context, subject: Subject) -> bool:
    return subject.variable is not None and context.is_test(subject.variable.file)


def _whole_map(site: Site) -> bool:
    return site.op.effect == "reset" or site.op.form in _WHOLE_MAP_FORMS or "ranging" in site.op.guards


def chooses_entries(site: Site) -> bool:
    """``chosen-entries``: in a loop over the map a condition, other than that something failed, decides which entries
    are taken out: those that nobody wants any more, and the others stay."""
    function, pos = site.function, site.op.pos
    if "ranging" not in site.op.guards:
        return False
    own = [read for read in function.reads if read.form == "range" and read.node == site.op.node]
    start = max((read.pos for read in own if read.pos <= pos < read.end), default=function.pos)  # or it is called back
    within = [arm for arm in function.arms if start <= arm.pos <= pos and not arm.failure]
    return any(pos < arm.end or (arm.leaves and arm.kind == "then") for arm in within)


def makes_owner(context: Context, function: FunctionFacts, owner: str) -> bool:
    """Whether a function makes an ``owner`` or gives a new one its first contents."""
    if not owner:
        return False
    if owner in function.made and function.receiver_type != owner:
        return True
    if function.receiver_type != owner:
        return False
    if begins_work(function.name):
        return True
    callers = context.production_callers(function.name)
    return (
        bool(callers)
        and function.name not in context.graph.roots
        and all(makes_and_returns(context, c, owner) for c in callers)
    )


def begins_work(method: str) -> bool:
    """Whether a method is named like what begins an object's work: Init, Start."""
    return first_word(method) in INITIALISER_WORDS or words(method) in STARTING_NAMES


def _begins_user(context: Context, function: FunctionFacts, pos: int) -> bool:
    """Whether nothing in the tree runs a method but the constructors of what is given its object to work with."""
    callers = context.production_callers(function.name)
    return (
        bool(callers and function.receiver_type)
        and context.assumed(function, pos)
        and all(first_word(name) == "new" and function.receiver_type not in _made(context, name) for name in callers)
    )


def _made(context: Context, function: str) -> set[str]:
    return {made for variant in context.graph.functions.get(function, ()) for made in variant.made}


def makes_and_returns(context: Context, function: str, owner: str) -> bool:
    """Whether a function makes an ``owner`` and hands it out: others may make one beside what they do with another."""
    return any(
        owner in variant.made
        and variant.receiver_type != owner
        and any(text.lstrip("*") == owner for text in result_types(variant.signature))
        for variant in context.graph.functions.get(function, ())
    )


def ends_owner(context: Context, function: FunctionFacts, owner: str, *, chosen: bool = False) -> bool:
    """Whether a function runs only at the end of an owner: a method of its, or a plain function for a package
    variable (owner ""), named like a shutdown; or a function that only such functions call. Where only ``chosen``
    parts go, its name must say nothing but that it is the end."""
    level = {function.name}
    for _ in range(_CALLER_LEVELS):
        pending = {name for name in level if not _named_shutdown(context, name, owner, chosen)}
        if not pending:
            return True
        if len(pending) > MANY_CALLERS:
            return False
        level = set()
        for name in pending:
            callers = context.production_callers(name)
            if not callers or name in context.graph.roots:
                return False
            level.update(callers)
    return False


def _named_shutdown(context: Context, name: str, owner: str, chosen: bool) -> bool:
    name = context.outermost(name)
    variants = context.graph.functions.get(name, ())
    found = words(name)
    return (
        bool(found)
        and (len(found) == 1 or not chosen)
        and "".join(found[:1]) in SHUTDOWN_NAMES
        and all(variant.receiver_type == owner for variant in variants)
    )
