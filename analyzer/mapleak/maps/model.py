"""The map model: every map of the program with its operations, lifetime and growth. What rules see."""

from __future__ import annotations

import enum

import msgspec

from mapleak.maps.locks.model import UnguardedAccess, UnreleasedLock
from mapleak.maps.sharing import KeptMap, Pin, SharedMap
from mapleak.maps.statements import Decode, RangeInsert
from mapleak.model import Certainty, EntryCost, Location
from mapleak.resolve.model import EntryLayout

SELDOM = "it runs only when the process comes up or its part in a cluster changes"
"""Operation.no_effect of a removal that does empty the map, but too seldom to keep it small."""


class Effect(enum.Enum):
    """What an operation does to its map."""

    INSERT = "insert"  # may add a key
    UPDATE = "update"  # writes a key that is known to be there
    REMOVE = "remove"  # takes one, some or all keys out
    RESET = "reset"  # replaces the map itself: make, literal, nil


class Lifetime(enum.Enum):
    CALL = "call"
    OBJECT = "object"
    GOROUTINE = "goroutine"
    PROCESS = "process"
    UNKNOWN = "unknown"


class Growth(enum.Enum):
    NONE = "none"
    START_UP = "start-up"
    BOUNDED = "bounded"
    UNBOUNDED = "unbounded"
    UNKNOWN = "unknown"


class KeyOrigin(enum.Enum):
    """Where the key of an insertion comes from, as far as it was followed."""

    CONSTANT = "constant"
    ENUM = "enum"  # a named integer or string type with declared constants, or bool, or a small integer type
    TYPE = "type"  # reflect.Type and the like
    INDEX = "index"  # loop counter, range index
    SAME_MAP = "same-map"  # ranges over this very map
    OTHER_MAP = "other-map"  # ranges over another map
    PARAMETER = "parameter"
    FIELD = "field"
    CALL = "call"  # result of a function
    FRESH = "fresh"  # allocated in this function: &T{}, new(T), make
    COUNTER = "counter"  # a variable that is only ever incremented
    ELEMENT = "element"  # element of a slice, map, channel, string
    UNKNOWN = "unknown"


class Key(msgspec.Struct, frozen=True):
    """The key of an insertion or removal: its Go type, its text, where it comes from."""

    type: str
    text: str
    origin: KeyOrigin
    detail: str = ""


class Hazard(msgspec.Struct, frozen=True):
    """Something about a key's type or value that a key rule reports.

    ``kind``: unsafe-pointer, uintptr-of-pointer, reflect-value. ``path`` says where inside the key it
    sits ("" for the key itself, ``field p``, ``array element``, ``dynamic value`` of an interface).
    """

    kind: str
    path: str


class NotANumber(msgspec.Struct, frozen=True):
    """The key of an insertion has a floating-point number that may be NaN; ``reason`` is "" when only its type says so.

    ``path`` says where inside the key it sits, as in :class:`Hazard`.
    """

    path: str
    reason: str


class Miss(enum.Enum):
    """How a removal that exists, or should, fails to take out what an insertion puts in."""

    NEVER_CALLED = "never-called"  # a remover that no running code calls
    ONE_WAY_OUT = "one-way-out"  # only in one branch, or only after early returns
    OTHER_KEY = "other-key"  # deletes under a key that the insertion does not use
    MIXED_UP = "mixed-up"  # deletes under another key than the one that it has looked the entry up under
    OTHER_MAP = "other-map"  # ranges over one map and deletes from another
    ON_LOOK_UP = "on-look-up"  # an entry that is too old goes when it is asked for again, and only then
    RUN_ONCE = "run-once"  # a sweeper that runs a fixed number of times
    SIBLING = "sibling"  # a map filled together with this one is cleaned, this one is not
    FORGOTTEN = "forgotten"  # one of several places that end entries leaves them in this map
    ONLY_READS = "only-reads"  # clean-up code looks the entry up and leaves it there
    TOMBSTONE = "tombstone"  # nil, zero or an empty value is stored in place of a removal
    INNER_LEVEL = "inner-level"  # what is stored under a key is emptied, the key stays


class Missed(msgspec.Struct, frozen=True):
    """One way in which the emptying of a map misses. ``reason`` says it in words, ``location`` shows it."""

    kind: Miss
    location: Location
    reason: str
    certainty: Certainty


class UnreadRemoval(msgspec.Struct, frozen=True):
    """A call of a function outside the tree that may take entries out of the map: ``named``, by what it is called;
    else because it gets a key of the map's type as well."""

    function: str
    location: Location
    named: bool


class Element(enum.Enum):
    """What a store does to the value that was there under the same key (see mapleak.resolve.elements)."""

    KEPT = ""  # the first value of a key, the value of before, or one that has no size
    GROWS = "grows"  # the value of before with more in it
    REPLACED = "replaced"  # something else, or only a part of the value of before
    NIL = "nil"
    ZERO = "zero"  # 0, false, the empty string
    EMPTY = "empty"  # a literal without elements
    DOWN = "down"  # counted down by one


class Operation(msgspec.Struct, frozen=True):
    """One operation on a map at one place of the program.

    ``form`` is that of the output contract (assign, delete, sync.Map.Store, …). ``function`` is the
    function that holds it (a closure has its own name), named as ``golang.org/x/tools/go/ssa`` does.
    ``via`` is the alias, parameter or wrapper through which it reaches the map, or "" when the expression
    names the map itself. ``startup_only`` is true when only code that runs once at start-up reaches it;
    ``reachable`` is false when nothing that runs reaches it. ``growth`` says what this insertion alone makes of
    the map, ``growth_reason`` why, ``growth_certainty`` how sure that is. ``no_effect`` says why a removal or reset
    does not empty the map of a running program (a constructor, lazy initialisation, shutdown, tests, …); "" when it
    does. ``assumed`` is true when only importers that call the tree's exported functions again and again let it run
    that often: nothing seen does. ``configures`` is true of an insertion that only functions named like
    registrations and settings lead to. ``element`` says what a store does to the value stored before; of one that
    makes it longer, ``element_growth`` says whether that goes on without end, and ``element_reason`` why.
    """

    effect: Effect
    form: str
    location: Location
    function: str
    key: Key | None
    hazards: tuple[Hazard, ...]
    value: str  # type of the value stored, "" for removals
    via: str
    in_loop: bool
    size_guarded: bool  # behind a comparison of len(map) or inside a cap check
    presence_guarded: bool  # only when the key is already present (an update), never for get-or-create
    startup_only: bool
    reachable: bool
    entry: str  # a root from which it is reached, "" when none
    in_test: bool
    generated: bool
    constraint: str  # build constraint of its file, "" when a plain build for Linux has it
    growth: Growth = Growth.UNKNOWN
    growth_reason: str = ""
    no_effect: str = ""
    assumed: bool = False
    configures: bool = False
    growth_certainty: Certainty = Certainty.SURE
    element: Element = Element.KEPT
    element_growth: Growth = Growth.NONE
    element_reason: str = ""
    fresh_key: str = ""  # why the key of an insertion was never there before: see mapleak.maps.filling.fresh_keys
    key_unkept: bool = False  # nothing but the map has the key
    unwired: bool = False  # nothing leads to it but a handler of requests that no program is seen to use
    missed: Missed | None = None  # removals and resets: why it may never take out what the insertions put in
    growth_named: bool = False  # names of keys and types are all that speaks for its growth
    nan: NotANumber | None = None  # insertions: the key may be NaN
    pins: tuple[Pin, ...] = ()
    growth_typed: bool = False  # and the program has a type for such individuals
    growth_few: bool = False  # what the keys are called stands for few things
    growth_of_field: bool = False  # the key is a field of objects, and what that is given is not all seen
    way: tuple[str, ...] = ()  # the functions between the entry and that of an insertion, in the order of the calls
    used_within: bool = False  # the entry is called by packages of a program of the tree, for which it is there
    left_to_importers: bool = False  # the entry is of a program of the tree, none of which calls it


class AbstractMap(msgspec.Struct, frozen=True):
    """A map object, named by where it is declared, with all that happens to it."""

    name: str
    kind: str  # var, field, local, param, result, element
    container: str  # map, sync.Map, a named type's qualified name
    type: str  # as users write it: map[string]*Peer
    key: str
    value: str
    declaration: Location
    package: str
    lifetime: Lifetime
    lifetime_reason: str
    growth: Growth
    growth_reason: str
    inserts: tuple[Operation, ...]
    updates: tuple[Operation, ...]
    removes: tuple[Operation, ...]
    resets: tuple[Operation, ...]  # counted as removes in the output contract
    creations: tuple[Location, ...]  # ( of make, { of the literal: places the compiler speaks of
    reported: bool  # declared in, or filled from, a file the user asked about
    generated: bool
    in_test: bool
    unseen_uses: bool  # handed to code we do not see, or used by files with syntax errors
    lifetime_certainty: Certainty = Certainty.SURE
    missing: tuple[
        Missed, ...
    ] = ()  # removals that one would expect and that are not there: siblings, clean-up that reads
    stored: bool = False  # a local that a variable or field keeps as well, which is a map with a story of its own
    told_by: str = ""  # the map whose story this one is part of: a wrapper's inner map for its holders, or the reverse
    released: tuple[Operation, ...] = ()  # what takes it out of the map that it is stored in, or replaces its owner
    walked: bool = False  # with fresh keys only: some function goes through all keys, so it has them
    of_variable: bool = False  # field of a package variable's anonymous struct, element of its array or slice
    entry: EntryLayout | None = None  # what an entry is made of, None where that is not known
    cost: EntryCost | None = None  # what an entry takes, once the platform is known: see mapleak.maps.costs
    keys_end: bool = False  # single keys are taken out of a sibling that takes its place under another condition
    unread: UnreadRemoval | None = None


class GoroutineEnd(enum.Enum):
    """Whether a goroutine's body can come to its end."""

    ENDS = "ends"  # no endless loop, no wait that may last for ever
    WAITED = "waited"  # the starter waits for it (WaitGroup, channel, errgroup)
    STOPPABLE = "stoppable"  # endless loop, but with an exit: context, stop channel, closed channel
    ENDLESS = "endless"  # loop or wait without a way out
    ABANDONED = "abandoned"  # it waits for ever whenever its starter stops waiting for it early
    UNKNOWN = "unknown"


class CapturedMap(msgspec.Struct, frozen=True):
    """A map that a goroutine's function captures or is handed, or its own (declared before its loop, filled in it).

    ``held`` is true when a use may come after, or in a loop around, a wait: only then does the goroutine
    keep the map alive while it waits. ``grows`` lists insertions into it inside the goroutine's loop.
    """

    map: str  # name of the AbstractMap
    how: str  # captured, argument, receiver (a field of the object it runs a method of, made by the starter), own
    held: bool
    held_by: Location | None  # the use after the wait
    wait: Location | None  # the wait
    wait_text: str
    grows: tuple[Operation, ...]
    emptied: bool  # something removes from it inside the goroutine or anywhere else


class Goroutine(msgspec.Struct, frozen=True):
    """A ``go`` statement.

    ``serves`` says why a goroutine that can be stopped goes on for long: what it belongs to; "" when nothing says so.
    ``started`` is false of a function that its caller waits in (main's own loop, a method Run): then ``location`` is
    its loop, and ``captures`` are its own maps.
    ``repeats`` is true when it works in a loop without a condition, whoever waits for it or stops it.
    """

    location: Location
    function: str  # that starts it
    body: str  # function that runs, "" when unknown
    closure: Location | None  # the func keyword of a literal
    end: GoroutineEnd
    end_reason: str
    captures: tuple[CapturedMap, ...]
    startup_only: bool  # the go statement runs once per process
    reachable: bool
    in_test: bool
    generated: bool
    serves: str = ""
    serves_certainty: Certainty = Certainty.UNKNOWN
    repeats: bool = False
    started: bool = True
    seen_to_repeat: Certainty = Certainty.SURE  # that events start it again and again: see mapleak.maps.lives.starting


class RangeStore(msgspec.Struct, frozen=True):
    """A Store, LoadOrStore or Swap on a sync.Map inside its own Range.

    ``key`` is ``visited`` when the stored key is the callback's own key parameter, ``new`` when it is
    certainly another one, ``unknown`` otherwise. ``location`` is the storing call, or the call in the callback
    that leads to it; ``chain`` lists the calls from the callback to the store.
    """

    map: str
    method: str
    key: str
    location: Location
    store: Location
    range: Location
    chain: tuple[Location, ...]
    function: str
    deletes_visited: bool  # the callback also removes the visited key
    reachable: bool
    in_test: bool
    generated: bool


class MapModel(msgspec.Struct, frozen=True):
    """All that rules see. Read-only; maps sorted by name."""

    maps: tuple[AbstractMap, ...]
    goroutines: tuple[Goroutine, ...]
    range_stores: tuple[RangeStore, ...]
    unreleased: tuple[UnreleasedLock, ...] = ()
    range_inserts: tuple[RangeInsert, ...] = ()
    decodes: tuple[Decode, ...] = ()
    shared_maps: tuple[SharedMap, ...] = ()
    unguarded: tuple[UnguardedAccess, ...] = ()
    kept_maps: tuple[KeptMap, ...] = ()

    def map(self, name: str) -> AbstractMap | None:
        for m in self.maps:
            if m.name == name:
                return m
        return None
