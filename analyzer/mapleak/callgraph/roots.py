"""The functions that something outside the analysed code calls of its own accord.

``main`` and every package's initialisers run once. What importers may call, they may call again and again:
exported functions and methods of packages that are neither commands nor internal. ``go test`` calls the tests.
Functions handed to the outside are roots, too, but only where the handing code runs: see ``reach``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mapleak.callgraph.knowledge import TEST_FUNCTION, serves_requests
from mapleak.callgraph.model import Root
from mapleak.callgraph.testing import packages_for_tests
from mapleak.resolve.model import FileInfo, FunctionFacts, ResolvedProgram


def is_importable(package: str, mains: frozenset[str]) -> bool:
    """Tell whether code outside the module can import a package (``go help packages``), and may well do so.

    Heuristic ``command-folder``: what lies in a folder ``cmd`` of a tree with commands is theirs, though others could.
    """
    closed = {"internal", "vendor", "cmd"} if mains else {"internal", "vendor"}
    return package not in mains and not closed & set(package.split("/"))


def importable_packages(
    resolved: ResolvedProgram, functions: Mapping[str, tuple[FunctionFacts, ...]]
) -> frozenset[str]:
    """Return the packages whose exported API is open to callers we do not see.

    A tree that holds nothing but internal packages is a part of something larger: there they all count. What only tests
    need is called by tests, whoever's they are.
    """
    mains = frozenset(resolved.main_packages)
    packages: set[str] = set()
    for variants in functions.values():
        packages.update(f.package for f in variants if not _in_vendor(f) and not _is_test(resolved.files, f))
    importable = {package for package in packages if is_importable(package, mains)}
    if not importable and not mains:
        importable = packages
    return frozenset(importable) - packages_for_tests(packages, mains, resolved.imports)


def find_roots(
    resolved: ResolvedProgram, functions: Mapping[str, tuple[FunctionFacts, ...]], importable: frozenset[str]
) -> dict[str, Root]:
    """Return the roots of the program by name, in the order of ``functions``."""
    mains = frozenset(resolved.main_packages)
    roots: dict[str, Root] = {}
    for name, variants in functions.items():
        root = _root(name, variants, resolved.files, mains, importable)
        if root is not None:
            roots[name] = root
    return roots


def unwired_handlers(
    functions: Mapping[str, tuple[FunctionFacts, ...]], users: Callable[[str], set[str]], tests: frozenset[str]
) -> dict[str, Root]:
    """Return the exported functions that handle requests, or make handlers of handlers, and that only tests use, if
    anything does, as roots by name.

    Heuristic ``unwired-handler``: nobody writes a handler of requests and exports it for anything but to serve requests
    one day; that no program of the tree wires it up yet says how sure that is, not more. ``users`` answers which
    functions call or name one.
    """
    found = {}
    for name, variants in functions.items():
        if variants[0].parent or variants[0].receiver_type or name in tests or not variants[0].exported:
            continue
        if any(serves_requests(variant.signature) for variant in variants) and users(name) <= tests:
            found[name] = Root(name, "exported", "it handles requests", True)
    return found


def _root(
    name: str,
    variants: tuple[FunctionFacts, ...],
    files: Mapping[str, FileInfo],
    mains: frozenset[str],
    importable: frozenset[str],
) -> Root | None:
    first = variants[0]
    package, top_level = first.package, not first.receiver_type and not first.parent
    if top_level and name == f"{package}.main" and package in mains:
        return Root(name, "main", "the program starts here", False)
    if top_level and (name == f"{package}.init" or name.startswith(f"{package}.init#")):
        return Root(name, "init", "runs when the package is initialised", False)
    if first.parent:
        return None
    if all(_is_test(files, f) for f in variants):
        if TEST_FUNCTION.fullmatch(name.rpartition(".")[2]):
            return Root(name, "test", "run by go test", False)
        return None
    if any(f.exported for f in variants) and package in importable and not all(_in_vendor(f) for f in variants):
        return Root(name, "exported", "importers may call it", True)
    return None


def _is_test(files: Mapping[str, FileInfo], function: FunctionFacts) -> bool:
    info = files.get(function.file)
    return info is not None and info.is_test


def _in_vendor(function: FunctionFacts) -> bool:
    return "vendor" in function.file.split("/")[:-1]


def test_functions(resolved: ResolvedProgram, functions: Mapping[str, tuple[FunctionFacts, ...]]) -> frozenset[str]:
    """Return the functions that only test files declare."""
    files = resolved.files
    return frozenset(name for name, variants in functions.items() if all(_is_test(files, f) for f in variants))
