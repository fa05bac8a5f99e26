"""Whether a package is part of a program that is in the tree as a whole, or of a library for programs not seen.

In the first case all that runs is in sight: what the tree does not call is not called.
"""

from __future__ import annotations

_EXAMPLE_FOLDERS = frozenset({"example", "examples", "_examples", "testdata", "demo", "demos", "sample", "samples"})
"""A main package in one of these shows how a library is used; it does not make the module a program."""


def is_program(package: str, main_packages: tuple[str, ...]) -> bool:
    """Whether a package belongs to a program: a main package, no example, is in the same repository."""
    return any(
        _same_repository(package, main) and not _EXAMPLE_FOLDERS.intersection(main.split("/")) for main in main_packages
    )


def _same_repository(one: str, other: str) -> bool:
    """Whether two import paths agree in the part that names a repository: host, owner and name as far as they
    have them; the first element without a host."""
    parts, others = one.split("/"), other.split("/")
    length = min(3, len(parts), len(others)) if "." in parts[0] else 1
    return parts[:length] == others[:length]
