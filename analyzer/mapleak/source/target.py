"""What the program is built for and with, as far as the environment and go.mod tell: word size and Go version."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from mapleak.source.environment import GoEnvironment
from mapleak.source.model import Tree

NEWEST_MINOR = 27
"""The Go version that is assumed where nothing tells: 1.27."""

_WORDS = {
    **dict.fromkeys(("386", "arm", "mips", "mipsle"), 4),
    **dict.fromkeys(
        ("amd64", "arm64", "loong64", "mips64", "mips64le", "ppc64", "ppc64le", "riscv64", "s390x", "wasm"), 8
    ),
}
_MINOR = re.compile(r"(?:go)?1\.(\d+)")


class Target(msgspec.Struct, frozen=True):
    """``word`` is the size of a pointer, None for an architecture that is not known.

    ``toolchain`` is that of the Go installation found (``go1.26.1``) or None; ``go_lines`` the go.mod line by file.
    """

    word: int | None
    toolchain: str | None
    go_lines: Mapping[str, str]

    def go(self, file: str) -> tuple[int, str]:
        """The minor version of the Go that builds a file, and what says so.

        That of the toolchain, or of go.mod where that asks for a newer one: the go command then fetches it.
        """
        found, line = _minor(self.toolchain), self.go_lines.get(file, "")
        asked = _minor(line)
        if asked is not None and (found is None or asked > found):
            return asked, f"go {line} in go.mod"
        if found is not None and self.toolchain is not None:
            return found, self.toolchain
        return NEWEST_MINOR, f"go 1.{NEWEST_MINOR} assumed"


def target_of(environment: GoEnvironment, tree: Tree) -> Target:
    """The target of a tree: ``GOARCH`` if it is set, else the machine we run on."""
    lines = {module.path: module.go_version for module in tree.modules}
    return Target(
        word=_WORDS.get(environment.arch),
        toolchain=environment.version,
        go_lines={file.path: lines.get(file.module, "") for file in tree.files},
    )


def _minor(version: str | None) -> int | None:
    match = _MINOR.match(version or "")
    return int(match[1]) if match else None
