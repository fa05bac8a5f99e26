"""What comments at the top of a file say: build constraints, generated code, the import path."""

from __future__ import annotations

import re

GENERATED = re.compile(rb"^// Code generated .* DO NOT EDIT\.\r?$", re.MULTILINE)
"""https://go.dev/s/generatedcode, in the words of ``go help generate``."""

GO_BUILD = re.compile(rb"//go:build(?=[ \t]|$)")
PLUS_BUILD = re.compile(rb"//\s*\+build(?=\s|$)")
IMPORT_COMMENT = re.compile(rb"""[ \t]*/[/*]\s*import\s+(?:"([^"\n]*)"|`([^`\n]*)`)\s*(?:\*/|\r?$)""", re.MULTILINE)
BUILD_TAG = re.compile(r"!?[\w.]+", re.UNICODE)
UNSATISFIED = "ignore"
"""The tag that by custom nobody sets; the go command reads a malformed ``+build`` term the same way."""


def generated(header: bytes) -> bool:
    """Whether the text before the package clause says that the file is generated."""
    return GENERATED.search(header) is not None


def import_comment(data: bytes, name_end: int) -> str:
    """The path of ``package p // import "path"``, given where the package's name ends; or ""."""
    match = IMPORT_COMMENT.match(data, name_end)
    return (match.group(1) or match.group(2) or b"").decode("utf-8", "replace") if match else ""


def constraint(header: bytes) -> str:
    """The build constraint in the text before the package clause, as a ``//go:build`` expression, or "".

    As the go command reads it (go/build, ``parseFileHeader``): the first ``//go:build`` line, which may
    follow any comments; else all ``// +build`` lines that a blank line follows and no block comment precedes.
    """
    old: list[bytes] = []
    pending: list[bytes] = []
    accepts_old = True
    in_block = False
    for raw in header.split(b"\n")[:-1]:  # what follows the last line break shares its line with code
        line = raw.strip()
        if not in_block:
            match = GO_BUILD.match(line)
            if match:
                return line[match.end() :].strip().decode("utf-8", "replace")
            accepts_old = accepts_old and (not line or line.startswith(b"//"))
            if accepts_old and not line:
                old += pending
                pending = []
            elif accepts_old and PLUS_BUILD.match(line):
                pending.append(line)
        in_block = ends_in_block(line, in_block)
    return " && ".join(plus_build(line, alone=len(old) == 1) for line in old)


def ends_in_block(line: bytes, in_block: bool) -> bool:
    """Whether a block comment is open at the end of a line that holds only comments."""
    while line:
        if in_block:
            _, closed, line = line.partition(b"*/")
            if not closed:
                return True
            in_block = False
        elif line.lstrip().startswith(b"/*"):
            line = line.lstrip()[2:]
            in_block = True
        else:
            return False
    return in_block


def plus_build(line: bytes, *, alone: bool) -> str:
    """A ``// +build`` line as an expression: spaces mean or, commas mean and."""
    text = line[PLUS_BUILD.match(line).end() :].decode("utf-8", "replace")  # type: ignore[union-attr]
    options = []
    for option in text.split():
        terms = [term if BUILD_TAG.fullmatch(term) else UNSATISFIED for term in option.split(",")]
        joined = " && ".join(terms)
        options.append(f"({joined})" if len(terms) > 1 and len(text.split()) > 1 else joined)
    joined = " || ".join(options) or UNSATISFIED
    return joined if alone or len(options) < 2 else f"({joined})"
