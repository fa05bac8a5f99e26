"""Hand-made resolved programs and call graphs for the tests of the map model: small, explicit, no parser involved."""

from __future__ import annotations

import struct
from collections import defaultdict
from dataclasses import dataclass, field

from mapleak.callgraph.model import CallGraph, Edge, Root
from mapleak.maps.build import build
from mapleak.maps.model import AbstractMap, MapModel
from mapleak.resolve.model import (
    CallFact,
    Ending,
    FileInfo,
    Flow,
    FunctionFacts,
    GoFact,
    Held,
    InterfaceFacts,
    KeyFact,
    MapOp,
    MethodFact,
    RangeFact,
    ResolvedProgram,
    TypeFacts,
    Variable,
)

PACKAGE = "example.com/p"
FILE = "p.go"
ENDS = Ending("ends", "it returns", 0, 0)


def key(origin: str = "unknown", node: str = "", text: str = "k", detail: str = "", type_: str = "string") -> KeyFact:
    return KeyFact(type_, text, origin, detail, node, ())


def endless(pos: int = 0, end: int = 10_000) -> Ending:
    return Ending("endless", "a loop without a way out", pos, end)


def stoppable(pos: int = 0, end: int = 10_000) -> Ending:
    return Ending("stoppable", "a loop that a closed channel ends", pos, end)


@dataclass
class World:
    """A program under construction. Positions are handed out in the order in which things are added."""

    position: int = 100
    functions: list[FunctionFacts] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)
    types: list[TypeFacts] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    roots: dict[str, Root] = field(default_factory=dict)
    unreachable: set[str] = field(default_factory=set)
    startup: set[str] = field(default_factory=set)
    startup_here: set[str] = field(default_factory=set)
    assumed: set[str] = field(default_factory=set)
    entries: dict[str, str] = field(default_factory=dict)
    holders: list[tuple[str, str]] = field(default_factory=list)
    files: dict[str, FileInfo] = field(default_factory=dict)
    main_packages: tuple[str, ...] = (PACKAGE,)

    def __post_init__(self) -> None:
        self.file(FILE)
        self.file("p_test.go", is_test=True)

    def at(self) -> int:
        self.position += 10
        return self.position

    def file(
        self, path: str, *, is_test: bool = False, constraint: str = "", issues: bool = False, reported: bool = True
    ) -> str:
        starts = struct.pack("<100I", *range(0, 100_000, 1000))
        self.files[path] = FileInfo(path, PACKAGE, 100, starts, is_test, False, constraint, issues, reported)
        return path

    def declare(
        self,
        node: str,
        kind: str,
        *,
        function: str = "",
        type_: str = "map[string]int",
        key_: str = "string",
        value: str = "int",
        bounded: str = "",
        file: str = FILE,
    ) -> Variable:
        owner = node.rpartition(".")[0] if kind == "field" else ""
        at = self.at()
        container = "sync.Map" if type_.endswith("sync.Map") else "map"
        return Variable(node, kind, file, at, at + 5, PACKAGE, function, owner, type_, container, key_, value, bounded)

    def var(self, name: str = "V", **options: str) -> str:
        variable = self.declare(f"{PACKAGE}.{name}", "var", **options)  # type: ignore[arg-type]
        self.variables.append(variable)
        return variable.node

    def field_(self, type_name: str = "T", name: str = "m", **options: str) -> str:
        variable = self.declare(f"{PACKAGE}.{type_name}.{name}", "field", **options)  # type: ignore[arg-type]
        self.variables.append(variable)
        return variable.node

    def local(self, function: str, name: str, kind: str = "local", **options: str) -> Variable:
        return self.declare(f"{function}.{name}", kind, function=function, **options)  # type: ignore[arg-type]

    def type(
        self,
        name: str = "T",
        *,
        methods: tuple[str, ...] = (),
        embeds: tuple[str, ...] = (),
        fields: tuple[str, ...] = (),
        mutex: bool = False,
    ) -> str:
        full = f"{PACKAGE}.{name}"
        facts = tuple(MethodFact(method, f"(*{full}).{method}", "func()()", True) for method in methods)
        self.types.append(TypeFacts(full, PACKAGE, FILE, self.at(), True, "struct", facts, embeds, fields, mutex))
        return full

    def op(
        self,
        node: str,
        effect: str = "insert",
        form: str = "",
        key_: KeyFact | None = None,
        *,
        guards: tuple[str, ...] = (),
        loop: int = 0,
        pos: int = -1,
        text: str = "",
    ) -> MapOp:
        at = self.at() if pos < 0 else pos
        form = form or {"insert": "assign", "remove": "delete", "reset": "remake", "update": "assign"}[effect]
        return MapOp(effect, form, node, at, at + 5, key_, "int", "", loop, guards, text)

    def call(
        self,
        callee: str,
        *args: str,
        mode: str = "static",
        how: str = "call",
        receiver: str = "",
        keys: tuple[KeyFact | None, ...] = (),
        method: str = "",
    ) -> CallFact:
        at = self.at()
        return CallFact(mode, callee, method, how, at, at + 5, receiver, args, 0, keys)

    def function(
        self,
        name: str,
        *,
        ops: tuple[MapOp, ...] = (),
        calls: tuple[CallFact, ...] = (),
        flows: tuple[tuple[str, str], ...] = (),
        variables: tuple[Variable, ...] = (),
        parent: str = "",
        receiver: str = "",
        exported: bool = False,
        params: tuple[str, ...] = (),
        held: tuple[Held, ...] = (),
        ending: Ending = ENDS,
        gos: tuple[GoFact, ...] = (),
        ranges: tuple[RangeFact, ...] = (),
        made: tuple[str, ...] = (),
        file: str = FILE,
        root: str = "exported",
        startup: bool = False,
        signature: str = "func()()",
    ) -> str:
        """Adds a function; ``root`` is its kind as a root, "" for none. Names without a package are of PACKAGE."""
        at = self.at()
        self.functions.append(
            FunctionFacts(
                name, PACKAGE, file, at, at + 5, parent, receiver, exported, params, False, ops, calls,
                tuple(Flow(target, source) for target, source in flows), variables, held, ending, gos, ranges, made,
                signature,
            )
        )  # fmt: skip
        if root and not parent:
            repeats = root not in ("main", "init") and not startup
            self.roots[name] = Root(name, root, "said so", repeats)
        if startup:
            self.startup.add(name)
        for call in calls:
            kind = call.how if call.how in ("go", "defer") else call.mode
            if call.mode == "static" and call.callee.startswith((PACKAGE, f"(*{PACKAGE}")):
                self.edge(name, call.callee, kind=kind, pos=call.pos, file=file)
        return name

    def edge(
        self, caller: str, callee: str, *, kind: str = "static", pos: int = -1, file: str = FILE, loop: int = 0
    ) -> None:
        at = self.at() if pos < 0 else pos
        mode = kind if kind in ("interface", "value") else "static"
        self.edges.append(Edge(caller, callee, kind, mode, file, at, at + 5, loop))

    def resolved(self) -> ResolvedProgram:
        interfaces: dict[str, InterfaceFacts] = {}
        return ResolvedProgram(
            self.files,
            tuple(sorted(self.functions, key=lambda f: (f.name, f.file, f.pos))),
            tuple(sorted(self.variables, key=lambda v: v.node)),
            tuple(sorted(self.types, key=lambda t: t.name)),
            interfaces,
            self.main_packages,
            tuple(self.holders),
        )

    def graph(self) -> CallGraph:
        functions: dict[str, tuple[FunctionFacts, ...]] = {}
        for function in self.functions:
            functions[function.name] = (*functions.get(function.name, ()), function)
        callees: dict[str, list[Edge]] = defaultdict(list)
        callers: dict[str, list[Edge]] = defaultdict(list)
        for edge in self.edges:
            callees[edge.caller].append(edge)
            callers[edge.callee].append(edge)
        reachable = frozenset(functions) - self.unreachable
        return CallGraph(
            functions=functions,
            edges=tuple(self.edges),
            callees={name: tuple(found) for name, found in callees.items()},
            callers={name: tuple(found) for name, found in callers.items()},
            roots=self.roots,
            reachable=reachable,
            startup_only=frozenset(self.startup),
            entry={name: self.entries.get(name, name) for name in reachable},
            flows=tuple(flow for function in self.functions for flow in function.flows),
            startup_here=frozenset(self.startup_here),
            assumed=frozenset(self.assumed),
        )

    def model(self) -> MapModel:
        return build(self.resolved(), self.graph())

    def map(self, name: str) -> AbstractMap:
        found = self.model().map(name)
        assert found is not None, f"{name} is not among {[m.name for m in self.model().maps]}"
        return found
