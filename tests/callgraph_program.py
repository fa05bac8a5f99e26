"""Makes resolved programs by hand for the tests of the call graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mapleak.resolve.model import (
    CallFact,
    Ending,
    FileInfo,
    Flow,
    FunctionFacts,
    InterfaceFacts,
    MethodFact,
    ResolvedProgram,
    TypeFacts,
)

ENDS = Ending("ends", "", 0, 0)


def endless(start: int = 0, end: int = 10_000, kind: str = "endless") -> Ending:
    """An endless loop over the given stretch."""
    return Ending(kind, "for without a condition", start, end)


def call(
    callee: str,
    pos: int = 1,
    *,
    mode: str = "static",
    method: str = "",
    how: str = "call",
    receiver: str = "",
    args: Iterable[str] = (),
    loop: int = 0,
) -> CallFact:
    """One call; everything but the callee has the plainest value."""
    return CallFact(mode, callee, method, how, pos, pos + 1, receiver, tuple(args), loop)


def value_call(node: str, pos: int = 1, *, how: str = "call", args: Iterable[str] = (), loop: int = 0) -> CallFact:
    """A call of the function that is the value of ``node``."""
    return call(node, pos, mode="value", how=how, args=args, loop=loop)


def interface_call(key: str, method: str, pos: int = 1, *, receiver: str = "", args: Iterable[str] = ()) -> CallFact:
    """A call of a method of an interface."""
    return call(key, pos, mode="interface", method=method, receiver=receiver, args=args)


def function(
    name: str,
    *calls: CallFact,
    flows: Iterable[tuple[str, str]] = (),
    file: str = "p/p.go",
    pos: int = 0,
    package: str = "m/p",
    parent: str = "",
    receiver: str = "",
    exported: bool = False,
    params: Iterable[str] = (),
    made: Iterable[str] = (),
    ending: Ending = ENDS,
    signature: str = "func()",
    waits: bool = False,
) -> FunctionFacts:
    """One function; ``flows`` are pairs of target and source."""
    return FunctionFacts(
        name=name,
        package=package,
        file=file,
        pos=pos,
        end=pos + 100,
        parent=parent,
        receiver_type=receiver,
        exported=exported,
        params=tuple(params),
        returns=False,
        ops=(),
        calls=calls,
        flows=tuple(Flow(target, source) for target, source in flows),
        variables=(),
        held=(),
        ending=ending,
        gos=(),
        ranges=(),
        made=tuple(made),
        signature=signature,
        waits=waits,
        halt="waits" if ending.kind == "stoppable" else "",
    )


def method(name: str, owner: str, signature: str = "func()", *, pointer: bool = True) -> MethodFact:
    """A method of a type's method set; ``owner`` is the function's receiver as written: ``*m/p.T``."""
    return MethodFact(name, f"({owner}).{name}", signature, pointer)


def named_type(
    name: str,
    *methods: MethodFact,
    underlying: str = "struct",
    embeds: Iterable[str] = (),
    exported: bool = False,
    package: str = "m/p",
    file: str = "p/p.go",
) -> TypeFacts:
    """A named type."""
    return TypeFacts(name, package, file, 0, exported, underlying, methods, tuple(embeds), (), False)


def interface(key: str, *methods: tuple[str, str]) -> InterfaceFacts:
    """An interface; ``methods`` are pairs of name and signature."""
    return InterfaceFacts(key, methods)


def program(
    *functions: FunctionFacts,
    flows: Iterable[tuple[str, str]] = (),
    types: Iterable[TypeFacts] = (),
    interfaces: Iterable[InterfaceFacts] = (),
    mains: Iterable[str] = ("m",),
    imports: Mapping[str, tuple[str, ...]] | None = None,
) -> ResolvedProgram:
    """A program of these functions; files ending in ``_test.go`` are test files.

    ``flows`` are those of initial values of package variables, which the function ``m/p.init`` gives.
    """
    initial = (function("m/p.init", flows=flows),) if flows else ()
    ordered = tuple(sorted((*functions, *initial), key=lambda f: (f.name, f.file, f.pos)))
    files = {
        f.file: FileInfo(f.file, f.package, 100, b"", f.file.endswith("_test.go"), False, "", False, True)
        for f in ordered
    }
    return ResolvedProgram(
        files=files,
        functions=ordered,
        variables=(),
        types=tuple(types),
        interfaces={i.key: i for i in interfaces},
        main_packages=tuple(mains),
        imports=dict(imports or {}),
    )


def main(*calls: CallFact, flows: Iterable[tuple[str, str]] = (), made: Iterable[str] = ()) -> FunctionFacts:
    """The program's main function."""
    return function("m.main", *calls, flows=flows, made=made, package="m", file="main.go")
