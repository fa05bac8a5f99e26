"""Build constraints: what a file's name and its ``//go:build`` line say about where it is built.

Follows package ``go/build`` and ``go/build/constraint`` of Go 1.21 to 1.27.
"""

from __future__ import annotations

import re

import msgspec

KNOWN_OS = frozenset(
    "aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1 windows "
    "zos".split()
)
KNOWN_ARCH = frozenset(
    "386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ppc ppc64 "
    "ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm".split()
)
UNIX_OS = frozenset("aix android darwin dragonfly freebsd hurd illumos ios linux netbsd openbsd solaris".split())
IMPLIED_OS = {"android": "linux", "illumos": "solaris", "ios": "darwin"}
NEWEST_RELEASE = 27  # Go 1.27: tags go1.1 to go1.27 hold

MAX_TOKENS = 4000  # go/build/constraint gives up at about 1000 operators

_TOKEN = re.compile(r"\s*(?:(\(|\)|!|&&|\|\|)|([\w.]+))")
_RELEASE = re.compile(r"go1\.(\d{1,6})\Z")
_PRECEDENCE = {"||": 1, "&&": 2, "!": 3}


class BuildConfig(msgspec.Struct, frozen=True):
    """One way to build: what each build tag is. ``release`` is the N of the newest ``go1.N`` tag."""

    goos: str = "linux"
    goarch: str = "amd64"
    cgo: bool = True
    compiler: str = "gc"
    release: int = NEWEST_RELEASE
    tags: frozenset[str] = frozenset()

    def holds(self, tag: str) -> bool:
        """Whether a single tag is satisfied."""
        if tag in (self.goos, self.goarch, self.compiler, IMPLIED_OS.get(self.goos)):
            return True
        if tag == "unix":
            return self.goos in UNIX_OS
        if tag == "cgo":
            return self.cgo
        release = _RELEASE.match(tag)
        if release is not None:
            return 1 <= int(release.group(1)) <= self.release
        return tag in self.tags


DEFAULT = BuildConfig(
    # Experiments that the newest releases switch on by themselves; only the standard library asks for them.
    tags=frozenset(
        "goexperiment." + name
        for name in (
            "aliastypeparams",
            "dwarf5",
            "greenteagc",
            "jsonv2",
            "randomizedheapbase64",
            "regabiargs",
            "regabiwrappers",
            "spinbitmutex",
            "swissmap",
            "synchashtriemap",
        )
    )
)
"""The configuration assumed where nothing else is known: linux/amd64 with cgo, the newest release."""


def file_constraint(filename: str) -> str:
    """The constraint that a file's name implies by its ``_GOOS``, ``_GOARCH`` or ``_GOOS_GOARCH`` ending, or ""."""
    parts = filename.split(".", 1)[0].split("_")[1:]
    if parts and parts[-1] == "test":
        parts.pop()
    if len(parts) >= 2 and parts[-2] in KNOWN_OS and parts[-1] in KNOWN_ARCH:
        return f"{parts[-2]} && {parts[-1]}"
    if parts and (parts[-1] in KNOWN_OS or parts[-1] in KNOWN_ARCH):
        return parts[-1]
    return ""


def matches(constraint: str, config: BuildConfig = DEFAULT) -> bool | None:
    """Whether a file with this ``//go:build`` expression is built; ``None`` when the expression is malformed."""
    if not constraint.strip():
        return True
    postfix = parse(constraint)
    return None if postfix is None else _evaluate(postfix, config)


def parse(constraint: str) -> tuple[str, ...] | None:
    """A ``//go:build`` expression as tags and operators in postfix order, or ``None`` when it is malformed.

    Operator precedence is ``!``, ``&&``, ``||``; as in Go, ``!!tag`` is an error. Not recursive, so that a
    thousand parentheses are as harmless as one.
    """
    tokens = _tokens(constraint)
    if not tokens or len(tokens) > MAX_TOKENS:
        return None
    output: list[str] = []
    operators: list[str] = []
    operand_expected = True
    for index, token in enumerate(tokens):
        if operand_expected != (token in ("!", "(") or _is_tag(token)):
            return None
        if token == "!":
            if index and tokens[index - 1] == "!":
                return None
            operators.append(token)
        elif token == "(":
            operators.append(token)
        elif token == ")":
            while operators and operators[-1] != "(":
                output.append(operators.pop())
            if not operators:
                return None
            operators.pop()
        elif token in _PRECEDENCE:
            while operators and _PRECEDENCE.get(operators[-1], 0) >= _PRECEDENCE[token]:
                output.append(operators.pop())
            operators.append(token)
            operand_expected = True
        else:
            output.append(token)
            operand_expected = False
    if operand_expected or "(" in operators:
        return None
    return (*output, *reversed(operators))


def _tokens(constraint: str) -> list[str]:
    tokens: list[str] = []
    text = constraint.strip()
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            return []
        tokens.append(found.group(1) or found.group(2))
        position = found.end()
    return tokens


def _is_tag(token: str) -> bool:
    return token not in _PRECEDENCE and token not in ("(", ")")


def _evaluate(postfix: tuple[str, ...], config: BuildConfig) -> bool:
    stack: list[bool] = []
    for token in postfix:
        if token == "!":
            stack.append(not stack.pop())
        elif token in _PRECEDENCE:
            right, left = stack.pop(), stack.pop()
            stack.append(left and right if token == "&&" else left or right)
        else:
            stack.append(config.holds(token))
    return stack.pop()
