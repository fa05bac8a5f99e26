"""What each function does, with every name resolved: the last stage that knows syntax or types.

Values that matter to us, maps and functions, are followed as *nodes* of a value-flow graph. A node is a
string:

====================================  ==============================================================
``example.com/p.V``                   package variable
``example.com/p.T.f``                 struct field (one node for all instances of the type)
``example.com/p.V.f``                 field of an anonymous struct type held by V (a local likewise)
``example.com/p.F.x``, ``….F.x#2``    local, parameter or named result x of function F (second of that name)
``(*example.com/p.T).M.x``            the same in a method; the receiver is such a variable too
``N[]``                               what is stored inside N (map value, slice, array, channel element, pointee)
``F$p0``, ``F$recv``, ``F$r0``        parameter, receiver, result of function F by position
``call@FILE:END$r0``                  result of the call that ends at offset END
``make@FILE:POS``                     a map created at POS (``(`` of make/new, ``{`` of a literal)
``func:F``                            the function F as a value
``outside:TEXT``                      a value from code that is not analysed (``outside:net/http.Header``)
====================================  ==============================================================

FILE is a file's report path; positions are byte offsets, which ``ResolvedProgram.files`` turns into locations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from mapleak.resolve.lock_facts import LockFacts
from mapleak.resolve.noted import Decoded, FloatFact, Visit
from mapleak.resolve.sharing_facts import Cut, KeptCopy, SharedCopy
from mapleak.resolve.way_facts import Arm, Exit

ASKED = "asked:"
"""Beginning of the guard that names a function which a condition around an operation calls."""
DEREFERENCED = "*"  # the callee of a key that is what a pointer in a field or parameter points to

if TYPE_CHECKING:
    Mode: TypeAlias = str
    How: TypeAlias = str
    OriginName: TypeAlias = str
else:  # told all its values, a decoder makes no string of its own for each: a tenth of the memory of all facts
    Mode = Literal["static", "interface", "value", "unknown"]
    How = Literal["call", "go", "defer"]
    OriginName = Literal[
        "constant", "enum", "type", "index", "same-map", "other-map", "parameter", "field", "call", "fresh", "counter",
        "element", "unknown",
    ]  # fmt: skip

NO_BODY = "has no body here"
"""Reason of the Ending of a function that is written in assembly or linked from elsewhere."""


class Struct(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Base of the resolved facts."""


class ValueLayout(Struct, frozen=True, array_like=True, gc=False):
    """What a key or value of some type takes, as (size, alignment) for words of 4 and of 8 bytes; None if not known.

    ``pointers``: it refers to other memory. ``boxes``: it is an interface, or has one inside.
    """

    narrow: tuple[int, int] | None
    wide: tuple[int, int] | None
    pointers: bool
    boxes: bool


class EntryLayout(Struct, frozen=True, array_like=True, gc=False):
    """What an entry of a map is made of; ``container`` is map or sync.Map."""

    container: str
    key: ValueLayout
    value: ValueLayout


class Variable(Struct, frozen=True, array_like=True, gc=False):
    """A variable, field or parameter of map-like type: built-in map, named map type, sync.Map, or pointer to one."""

    node: str
    kind: str  # var, field, local, param, result
    file: str
    pos: int
    end: int
    package: str
    function: str  # "" for package variables and fields
    owner: str  # field: the declaring named type (``p.T``) or variable, else ""
    type: str  # as users write it
    container: str  # map, sync.Map, or the named type
    key: str
    value: str
    key_bounded: str  # why keys of this type are finitely many ("bool", "enum p.Color", "reflect.Type"), or ""
    entries: tuple[EntryLayout | None, ...] = ()  # of the map itself, of maps stored in it, …: see resolve.entries
    instance: str = ""  # of a wrapper's instantiation: see resolve.wrapping


class KeyFact(Struct, frozen=True, array_like=True, gc=False):
    """The key of an operation. ``origin`` is a value of maps.model.KeyOrigin.

    ``node`` is the variable it was read from where that may be followed further: a parameter
    (``F$p0``), a captured variable, a field, else "". ``hazards`` are (kind, path) pairs.
    """

    type: str
    text: str
    origin: OriginName
    detail: str
    node: str
    hazards: tuple[tuple[str, str], ...]
    callee: str = ""  # the function whose result it is, where that is known
    path: tuple[str, ...] = ()  # nodes of the fields it was read through: (p.Message.Header, p.Header.ID)
    parts: tuple[str, ...] = ()  # what a combined key is made of, as written: operands of +, arguments of a format
    unkept: bool = False  # an insertion's: made in the function, which passes it on to nothing else (resolve.kept)
    sources: tuple[KeyFact, ...] = ()  # what it is made of or may be one of; they then tell all, in short form
    part_of: str = ""  # of known.TWO_WAYS types: the parameter it is read from, or the function that gave the struct


class MapOp(Struct, frozen=True, array_like=True, gc=False):
    """One operation on a map.

    ``effect`` is insert, update, remove or reset. ``node`` is the map. ``guards`` name what encloses
    the operation in its function: ``size`` (a comparison of len of this map, before or around it),
    ``present`` (inside a check that the key exists), ``absent`` (get-or-create), ``once`` (sync.Once),
    ``lazy`` (inside ``if m == nil``), ``ranging`` (inside a range over this map), ``off`` (behind a
    constant that is false), ``asked:F`` (a condition around it calls F, which may compare the length of the map:
    FunctionFacts.sizes).
    ``stored`` is the node of the value stored when it is map- or function-like, else "".
    """

    effect: str
    form: str
    node: str
    pos: int
    end: int
    key: KeyFact | None
    value: str
    stored: str
    loop_depth: int
    guards: tuple[str, ...]
    text: str = ""  # source text of the map expression (``s.peers``), to tell instances apart; "" when not kept
    element: str = ""  # what a store does to what was stored there before: see mapleak.resolve.elements
    of: str = ""  # whose field the map is: of what the function has made (new) or come by (found): resolve.objects


class MapRead(Struct, frozen=True, array_like=True, gc=False):
    """One look into a map: ``m[k]``, ``m.Load(k)``, ``range m``.

    ``form`` is index, load or range (with the whole loop as its place, and no key).
    """

    form: str
    node: str
    pos: int
    end: int
    key: KeyFact | None
    text: str = ""  # source text of the map expression, as in MapOp


class CallFact(Struct, frozen=True, array_like=True, gc=False):
    """One call.

    ``mode``: ``static`` (``callee`` names the function, of this tree or outside), ``interface`` (``callee``
    is the interface's key in ResolvedProgram.interfaces, ``method`` the method called), ``value``
    (``callee`` is the node called), ``unknown`` (``callee`` is source text, cut).
    ``how``: call, go, defer. ``receiver`` and ``args`` are nodes ("" where the value is not followed).
    A function literal called on the spot is ``static``.
    """

    mode: Mode
    callee: str
    method: str
    how: How
    pos: int
    end: int
    receiver: str
    args: tuple[str, ...]
    loop_depth: int
    arg_keys: tuple[KeyFact | None, ...] = ()  # where arguments that may become keys come from, by position
    holder: str = ""  # of a promoted method: the node of the value that embeds the receiver
    sized: tuple[str, ...] = ()  # maps whose length a condition around the call checks
    instance: str = ""  # of a wrapper's method: the instantiation it is called on, see resolve.wrapping
    present: tuple[tuple[int, str], ...] = ()  # arguments known to be keys of a map: by position, the map's node


class Flow(Struct, frozen=True, array_like=True, gc=False):
    """The value of node ``source`` may become the value of node ``target``."""

    target: str
    source: str


class Held(Struct, frozen=True, array_like=True, gc=False):
    """A map that is still used after (or in a loop around) a wait in the same function.

    ``how`` is ``captured`` (a variable of an enclosing function), ``param`` or ``local``.
    """

    node: str
    how: str
    use_pos: int
    use_end: int
    wait_pos: int
    wait_end: int
    wait_text: str


class Ending(Struct, frozen=True, array_like=True, gc=False):
    """Whether a function's own body comes to its end.

    ``kind``: ``ends``; ``stoppable`` (a loop around a wait for events with a way out: context, stop channel, return on
    error or on closed channel; or any that is only left so); ``loops`` (a loop without a condition that can be left
    and waits for no event itself; what it calls may); ``endless`` (no way out, or none that anything ever opens);
    ``abandoned`` (it sends to its starter, which may not wait any more); ``pos``/``end`` is the loop or wait.
    ``channel`` is the channel whose closing ends it, when it ranges over one and nothing else ends it.
    """

    kind: str
    reason: str
    pos: int
    end: int
    channel: str = ""


class GoFact(Struct, frozen=True, array_like=True, gc=False):
    """A go statement. ``call`` is its index in FunctionFacts.calls.

    ``waited`` says how the starting function waits for it (``sync.WaitGroup.Wait``, ``receive from done``),
    or "". ``captured`` are the map-like nodes its literal captures, ``passed`` those handed as arguments
    or receivers, as seen by the starter. ``stopped`` says how the starter stops it before it returns
    (``calls cancel``, ``closes jobs``), or "". ``loop_pos`` is where the innermost loop around it begins, -1 for none
    and for a loop that waits for it on each turn. ``next_wait`` is where the starter waits next (for whatever) or -1.
    """

    pos: int
    end: int
    call: int
    closure_pos: int  # the func keyword, -1 when it is not a literal
    waited: str
    captured: tuple[str, ...]
    passed: tuple[str, ...]
    loop_depth: int
    stopped: str = ""
    loop_pos: int = -1
    next_wait: int = -1


class RangeFact(Struct, frozen=True, array_like=True, gc=False):
    """A call of sync.Map.Range. ``callback`` is the node of the function handed over."""

    node: str
    callback: str
    pos: int
    end: int
    text: str = ""  # source text of the map expression, as in MapOp


class Replaced(Struct, frozen=True, array_like=True, gc=False):
    """An assignment that puts a new struct, or nil, in the place of the one that ``place`` held.

    ``s.state, err = newState()``, ``*s = State{}``, ``s.state.Store(&State{})`` of an atomic pointer.

    ``type`` is the struct's named type; ``callee`` gives the new one, "" for a literal and nil; ``lazy``: it held nil.
    """

    place: str
    type: str
    pos: int
    end: int
    callee: str
    lazy: bool


class FunctionFacts(Struct, frozen=True, array_like=True, gc=False):
    """One function, method, closure or package initialiser, resolved; build variants share their ``name``."""

    name: str
    package: str
    file: str
    pos: int  # of the name, or of func for a closure
    end: int
    parent: str  # enclosing function of a closure, else ""
    receiver_type: str  # p.T of a method, else ""
    exported: bool  # callable by importers: exported function, or exported method of an exported type
    params: tuple[str, ...]  # nodes of the parameter variables, in order ("" for unnamed)
    returns: bool  # it has results
    ops: tuple[MapOp, ...]
    calls: tuple[CallFact, ...]
    flows: tuple[Flow, ...]
    variables: tuple[Variable, ...]  # map-like locals, parameters, results
    held: tuple[Held, ...]
    ending: Ending
    gos: tuple[GoFact, ...]
    ranges: tuple[RangeFact, ...]
    made: tuple[str, ...]  # named types (p.T) that are created or converted here: possible dynamic types
    signature: str  # canonical form of its type, receiver excluded
    waits: bool = False  # the body itself waits for an event: a message, a connection, a tick
    reads: tuple[MapRead, ...] = ()
    arms: tuple[Arm, ...] = ()  # of functions with ops, reads or arms that tell something; outer before inner ones
    exits: tuple[Exit, ...] = ()  # of the same functions
    wrapped: tuple[Variable, ...] = ()  # locals, parameters, results of wrapper types (resolve.wrapping)
    sizes: tuple[str, ...] = ()  # maps whose length it compares with something
    results: tuple[tuple[KeyFact, ...], ...] = ()  # where each of its results comes from that may become a key
    stores: tuple[tuple[str, KeyFact], ...] = ()  # fields assigned to that keys are read from, and where from
    finite_result: bool = False  # its first result is one of finitely many constants, whatever the call
    fresh_result: bool = False  # its first result is a pointer to something that each call makes anew
    loops: tuple[Ending, ...] = ()  # all loops without a condition, inner ones first; ``ending`` is the worst of them
    nil_types: tuple[str, ...] = ()  # named types that nil is converted to: possible dynamic types of no object
    replaced: tuple[Replaced, ...] = ()
    locks: LockFacts | None = None  # None of functions that lock and unlock nothing
    receiver: str = ""  # name of the receiver variable
    visits: tuple[Visit, ...] = ()  # inner ones first
    floats: tuple[FloatFact, ...] = ()
    cuts: tuple[Cut, ...] = ()
    decoded: tuple[Decoded, ...] = ()
    copies: tuple[SharedCopy, ...] = ()
    kept: tuple[KeptCopy, ...] = ()
    fills: tuple[tuple[str, str], ...] = ()  # parameters by position, and the decoders or parameters they are given to
    spent: tuple[int, ...] = ()  # ends of calls whose result takes the place of the struct that they are given
    given: tuple[tuple[str, str], ...] = ()  # functions outside the tree, each with a named type of what it is given
    halt: str = ""  # it waits for what others do (waits), or only until it is told to stop (told): see resolve.timeline
    let_go: tuple[str, ...] = ()  # fields that nil is assigned to


class MethodFact(Struct, frozen=True, array_like=True, gc=False):
    """One method in the method set of *T, promoted methods included."""

    name: str
    function: str
    signature: str
    pointer: bool  # only in the method set of *T


class TypeFacts(Struct, frozen=True, array_like=True, gc=False):
    """A named type of the analysed tree."""

    name: str  # p.T
    package: str
    file: str
    pos: int
    exported: bool
    underlying: str  # struct, map, interface, other
    methods: tuple[MethodFact, ...]
    embeds: tuple[str, ...]  # named types embedded or held by value in fields: made when this one is
    field_types: tuple[str, ...]  # named types reachable through fields, pointers and elements included
    has_mutex: bool  # it holds a sync.Mutex or sync.RWMutex
    wraps: bool = False  # its declaration has the shape of a wrapper around maps (resolve.wrapping)
    settings: tuple[str, ...] = ()  # fields that configuration is read into, by their tags (resolve.settings)
    setting_types: tuple[str, ...] = ()  # named types of those fields, elements included
    part_types: tuple[str, ...] = ()  # named types of all exported fields that a decoder may fill


class InterfaceFacts(Struct, frozen=True, array_like=True, gc=False):
    """An interface that calls go through. ``methods`` are (name, signature) pairs, embedded ones included."""

    key: str
    methods: tuple[tuple[str, str], ...]


class FileInfo(Struct, frozen=True, array_like=True, gc=False):
    """What later stages need of a file: to turn offsets into lines and to qualify what is in it."""

    path: str
    package: str
    lines: int
    line_starts: bytes
    is_test: bool
    generated: bool
    constraint: str  # file name and //go:build constraint together, "" when always compiled
    has_issues: bool  # it has syntax errors, or a file of its folder could not be read
    reported: bool


class PackageFacts(Struct, frozen=True, array_like=True, gc=False):
    """A package or one file, resolved. Its fields are those of ResolvedProgram, in the order of the source."""

    functions: tuple[FunctionFacts, ...]
    variables: tuple[Variable, ...]
    types: tuple[TypeFacts, ...]
    interfaces: tuple[InterfaceFacts, ...]  # that its calls go through, whoever declares them
    holders: tuple[tuple[str, str], ...]
    containers: tuple[Variable, ...]
    wrapped: tuple[Variable, ...]
    failures: tuple[tuple[str, str], ...] = ()  # functions that are missing: (file, why), an error of ours


class ResolvedProgram(Struct, frozen=True, array_like=True):
    """The whole program, resolved. ``functions`` sorted by (name, file, pos), everything else by name."""

    files: dict[str, FileInfo]
    functions: tuple[FunctionFacts, ...]
    variables: tuple[Variable, ...]  # map-like package variables and fields
    types: tuple[TypeFacts, ...]
    interfaces: dict[str, InterfaceFacts]
    main_packages: tuple[str, ...]
    holders: tuple[tuple[str, str], ...] = ()  # (package variable, named type p.T it holds, pointers looked through)
    imports: dict[str, tuple[str, ...]] = {}  # package to the import paths of its files, sorted; test files left out
    containers: tuple[Variable, ...] = ()  # package variables and fields that hold maps without being one: [16]map[K]V
    wrapped: tuple[Variable, ...] = ()  # package variables and fields of wrapper types
    failures: tuple[str, ...] = ()  # functions that are missing, and why
