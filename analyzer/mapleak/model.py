"""Values that every stage may use. Imports nothing else of ours."""

from __future__ import annotations

import enum

import msgspec


class Location(msgspec.Struct, frozen=True, order=True):
    """A stretch of source: 1-based lines, 1-based byte columns, ``end_column`` exclusive.

    ``file`` is relative to the report root (see :mod:`mapleak.source.discover`), with ``/`` separators.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


class Level(enum.Enum):
    """SARIF's levels: how bad the thing is if it is true."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        return {"error": 3, "warning": 2, "note": 1}[self.value]


class Confidence(enum.Enum):
    """How sure we are that it is true."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        return {"high": 3, "medium": 2, "low": 1}[self.value]


class Certainty(enum.Enum):
    """How well one link of an argument is founded."""

    SURE = "sure"  # the code says so
    LIKELY = "likely"  # a structural sign that holds nearly always
    ASSUMED = "assumed"  # a name, a habit, a caller that is not seen
    UNKNOWN = "unknown"  # nothing speaks for it or against it


class Link(msgspec.Struct, frozen=True):
    """One link of a finding's argument: identity, lifetime, growth, emptiness or reach, and how sure it is."""

    name: str
    certainty: Certainty
    reason: str


class Verdict(enum.Enum):
    """What the Go compiler's escape analysis says about a finding."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"


class Step(msgspec.Struct, frozen=True):
    """One step of a finding's argument."""

    location: Location
    message: str


class Block(msgspec.Struct, frozen=True):
    """An object on the heap: the bytes asked for, and those of the size class that the allocator takes for it."""

    size: int
    taken: int

    @property
    def lost(self) -> int:
        """What rounding up loses."""
        return self.taken - self.size


class Half(msgspec.Struct, frozen=True):
    """The key or the value of an entry: its own size, and where it is.

    ``stored`` is ``inline`` (in the table), ``pointer`` (over 128 bytes: the table holds a pointer to ``block``),
    or ``interface`` (``sync.Map``: the dynamic value is an object of its own).
    ``pointers``: it refers to other memory. ``boxes``: it is or has an interface inside, whose dynamic value is an
    object of its own unless it is a pointer itself.
    """

    size: int
    align: int
    stored: str
    pointers: bool
    boxes: bool
    block: Block | None = None


class EntryCost(msgspec.Struct, frozen=True):
    """What an entry of a map takes in a large map, beside what key and value refer to.

    A table doubles when it is full, so that an entry costs between ``least`` (just before) and ``most`` (just after);
    ``bytes`` is the mean over all numbers of entries from one doubling to the next; ``at`` are pairs of a number of
    entries and what each takes in a map of so many: 1,000 and so on, or the number that was asked for (``asked``).
    ``freed`` is what a removal gives back of it, ``lost`` what rounding to size classes takes of it. ``unknown`` says
    why nothing is known; all numbers are 0 then.
    ``structure`` is swiss (tables of groups), buckets, trie or two-maps (``sync.Map`` since Go 1.24, and before).
    ``because`` says what the structure was chosen by; ``block`` is what the table, bucket or node is allocated in.
    """

    bytes: int = 0
    least: int = 0
    most: int = 0
    freed: int = 0
    structure: str = ""
    because: str = ""
    word: int = 0
    key: Half | None = None
    value: Half | None = None
    block: Block | None = None
    lost: int = 0
    unknown: str = ""
    at: tuple[tuple[int, int], ...] = ()
    asked: bool = False


class MapRef(msgspec.Struct, frozen=True):
    """The map a finding is about, as it appears in reports."""

    name: str  # example.com/shop/cart.Server.peers
    kind: str  # var, field, local, param, result, element
    type: str  # map[string]*Peer, sync.Map, …
    declaration: Location
    cost: EntryCost | None = None  # what an entry takes; None where nobody asked


class CompilerCheck(msgspec.Struct, frozen=True):
    """What to ask the compiler about a finding, decided by the rule that makes it.

    ``claim`` says which claim the answer bears on. For ``map-outlives-call`` and ``closure-outlives-call``
    the places are the creation sites of the map (opening parenthesis of ``make``, opening brace of the
    literal) or of the closure (``func`` keyword): all "does not escape" refutes, "escapes to heap" confirms.
    So the places must be all of them, and the calls must return; where the call that makes the map may run as
    long as the process, the claim is ``map-in-endless-call``, which nothing refutes.
    For ``value-pinned`` "escapes to heap" / "leaking param" at the places supports the claim and nothing
    refutes it. ``none`` means escape analysis has nothing to say (a package variable without initialiser).
    """

    claim: str  # map-outlives-call, map-in-endless-call, closure-outlives-call, value-pinned, package-variable, none
    sites: tuple[Location, ...] = ()


class Diagnostic(msgspec.Struct, frozen=True):
    """One line of the compiler's escape output that a verdict rests on."""

    location: Location
    message: str


class CompilerEvidence(msgspec.Struct, frozen=True):
    verdict: Verdict
    reason: str
    diagnostics: tuple[Diagnostic, ...] = ()


class Finding(msgspec.Struct, frozen=True):
    """An argument that one map grows or stays alive without bound.

    ``message`` is one sentence without positions, paths or colour. ``function`` is the function of the
    primary location (for the fingerprint), ``package`` the import path that holds it.
    ``related`` are map-relevant places beside the trace that the message refers to.
    """

    rule: str
    level: Level
    confidence: Confidence
    message: str
    location: Location
    map: MapRef
    package: str
    function: str
    trace: tuple[Step, ...] = ()
    remedy: str = ""
    check: CompilerCheck = msgspec.field(default_factory=lambda: CompilerCheck("none"))
    compiler: CompilerEvidence | None = None
    fingerprint: str = ""
    links: tuple[Link, ...] = ()  # what the confidence was computed from
    via: str = ""  # by which other name of the map the primary location fills it
