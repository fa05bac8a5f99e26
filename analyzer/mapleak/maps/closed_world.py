"""Whether a package is part of a program that is in the tree as a whole, or of a library for programs not seen.

In the first case all that runs is in sight: what the tree does not call is not called.
"""

from __future__ import annotations

from collections.abc import Iterable

from mapleak.callgraph.programs import is_helper
from mapleak.resolve.model import ResolvedProgram


def find_programs(resolved: ResolvedProgram) -> tuple[str, ...]:
    """The main packages that their repositories are there for.

    Not helpers, nor examples: they show how a library is used, or work on it. And none of a repository where a package
    stands at the root of all others that others than programs may call into (``library-at-the-root``, as in
    mapleak.callgraph.programs): its users import it, and the commands stand beside.
    """
    packages = {info.package for info in resolved.files.values() if not info.is_test}
    offering = {
        f.package for f in resolved.functions if not f.receiver_type and f.name.rpartition(".")[2][:1].isupper()
    }
    mains = frozenset(resolved.main_packages)
    return tuple(
        main
        for main in sorted(mains)
        if not is_helper(main) and _root(main, packages) not in (offering & packages) - mains
    )


def _root(main: str, packages: Iterable[str]) -> str:
    """The package at the root of all that are in the repository of ``main``, "" for none."""
    together = sorted(package for package in packages if _same_repository(package, main))
    root = next(iter(together), "")
    return root if all(path == root or path.startswith(f"{root}/") for path in together) else ""


def is_program(package: str, programs: tuple[str, ...]) -> bool:
    """Whether a package belongs to one of the programs: it is in the same repository."""
    return any(_same_repository(package, main) for main in programs)


def _same_repository(one: str, other: str) -> bool:
    """Whether two import paths agree in the part that names a repository: host, owner and name as far as they
    have them; the first element without a host."""
    parts, others = one.split("/"), other.split("/")
    length = min(3, len(parts), len(others)) if "." in parts[0] else 1
    return parts[:length] == others[:length]
