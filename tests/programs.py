"""Small Go programs for tests: sources in, linked or resolved program out."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from mapleak.program.link import link
from mapleak.program.packages import Package, Program
from mapleak.program.units import Sources, units
from mapleak.reading import declarations
from mapleak.resolve.model import FunctionFacts, ResolvedProgram
from mapleak.resolve.resolve import resolve
from mapleak.source.discover import DiscoverOptions, discover
from mapleak.source.environment import go_environment
from mapleak.source.locate import Locator
from mapleak.source.model import Tree
from mapleak.store import NO_STORE
from mapleak.syntax.extract import extract
from mapleak.types.declared import Variable


def write_module(folder: Path, files: dict[str, str], module: str = "example.com/m") -> Path:
    """A module with the given files; ``go.mod`` is made when it is not among them."""
    for name, text in {"go.mod": f"module {module}\n\ngo 1.24\n", **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def linked(folder: Path) -> tuple[Program, Tree]:
    """The linked program of a folder."""
    sources, locator = read(folder)
    return link(sources, units(sources), locator), sources.tree


def read(folder: Path) -> tuple[Sources, Locator]:
    """What the files of a folder say, each for itself."""
    tree = discover(DiscoverOptions(paths=(str(folder),)))
    facts = {f.path: extract(Path(f.absolute).read_bytes()) for f in tree.files}
    sources = Sources(tree, facts, facts, partial(declarations, NO_STORE))
    return sources, Locator.on(go_environment(), tree)


def resolved(folder: Path) -> ResolvedProgram:
    """The resolved program of a folder."""
    sources, locator = read(folder)
    return resolve(sources, units(sources), locator)


def package(program: Program, path: str = "example.com/m") -> Package:
    return program.packages(path)[0]


def type_of(program: Program, name: str, path: str = "example.com/m") -> str:
    """Spelling of a package variable's type."""
    found = package(program, path).find(name, None)
    assert isinstance(found, Variable), name
    return found.type.text


def function(program: ResolvedProgram, name: str) -> FunctionFacts:
    """The facts of the one function with that name (``F``, ``(T).M`` in example.com/m, or a full name)."""
    full = name if "example.com" in name else _qualify(name)
    (found,) = [f for f in program.functions if f.name == full]
    return found


def _qualify(name: str) -> str:
    for prefix in ("(*", "("):
        if name.startswith(prefix):
            return f"{prefix}example.com/m.{name[len(prefix) :]}"
    return f"example.com/m.{name}"
