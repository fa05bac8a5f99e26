"""What a file means to packages that import its own: all of it but what only the package itself can see.

Left out are function bodies, comments, layout, and imports that nothing but bodies can mean. Functions that are not
exported stand apart: they count only where the outline of a file of the package says their name, as the initialiser
of a variable may.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import structs

from mapleak.syntax.ast import FuncDecl
from mapleak.syntax.facts import Import, Outline
from mapleak.syntax.lexical import COMMENT_OR_LITERAL, plain
from mapleak.syntax.package_names import guess_package_name, may_be_named

_BEGIN = rb"(?<![A-Za-z0-9_\x80-\xff])"
_NAME = rb"[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*"
_WORD = re.compile(_BEGIN + rb"(?<!\.)" + _NAME)
_QUALIFIER = re.compile(_BEGIN + rb"(?<!\.)(" + _NAME + rb")[ \t]*\.")
_BLANKS = re.compile(rb"[ \t\r]+")
_BLANK_LINES = re.compile(rb"[ \t\r]*\n\s*")

_NOBODY_NAMES = frozenset(("init", "_"))
"""Functions that no other code can name."""

_PREDECLARED = frozenset(
    b"break case chan const continue default defer else fallthrough for func go goto if import interface map package"
    b" range return select struct switch type var any append bool byte cap clear close comparable complex complex128"
    b" complex64 copy delete error false float32 float64 imag int int16 int32 int64 int8 iota len make max min new nil"
    b" panic print println real recover rune string true uint uint16 uint32 uint64 uint8 uintptr".split()
)
"""Words that are everywhere (Go spec, "Keywords" and "Predeclared identifiers")."""


def outlined(
    code: bytes,
    functions: Sequence[FuncDecl],
    imports: Iterable[Import],
    declared: Sequence[tuple[int, int]],
    constraint: str,
) -> tuple[Outline, tuple[Import, ...]]:
    """The outline of a file without errors, and its imports, told which of them only function bodies can mean.

    ``code`` is the file without comments; ``declared`` are the extents of the import declarations.
    """
    hidden = [function for function in functions if _is_hidden(function)]
    bodies = [(f.pos if _is_hidden(f) else f.type_end, f.end) for f in functions]
    public = [code[start:end] for start, end in _between([*declared, *bodies], len(code))]
    private = [code[f.name_pos + len(f.name.encode()) : f.type_end] for f in hidden]
    tokens = [plain(part) for part in (*public, *private)]
    said = {word for part in tokens for word in _WORD.findall(part)}
    qualifiers = {name for part in tokens for name in _QUALIFIER.findall(part)}
    named = zip(hidden, private, tokens[len(public) :], strict=True)
    signatures = ((f.name, _digest([part], [said])) for f, part, said in named if f.name not in _NOBODY_NAMES)
    found = Outline(
        _digest(public, tokens, constraint.encode()),
        tuple(sorted(signatures)),
        b" ".join(sorted(said - _PREDECLARED)).decode(),
    )
    words, selected = ({name.decode() for name in names} for names in (said, qualifiers))
    return found, tuple(structs.replace(i, inner=_is_inner(i, words, selected)) for i in imports)


def whole(data: bytes) -> Outline:
    """The outline of a file with errors: whatever is changed in it counts."""
    return Outline(hashlib.blake2b(data, digest_size=16).digest())


def _is_inner(found: Import, words: set[str], qualifiers: set[str]) -> bool:
    """Whether nothing outside function bodies can mean an import."""
    if found.name == "_":
        return True
    if found.name:
        return found.name != "." and found.name not in words
    return guess_package_name(found.path) not in words and not any(may_be_named(found.path, w) for w in qualifiers)


def _is_hidden(function: FuncDecl) -> bool:
    if function.recv is not None:
        return False
    name = function.name
    return ("a" <= name[:1] <= "z" or name[:1] == "_") and name.encode() not in _PREDECLARED


def _between(left_out: Iterable[tuple[int, int]], end: int) -> Iterator[tuple[int, int]]:
    """What lies between stretches."""
    position = 0
    for start, after in sorted(left_out):
        if start > position:
            yield position, start
        position = max(position, after)
    yield position, end


def _digest(parts: Iterable[bytes], tokens: Iterable[bytes], first: bytes = b"") -> bytes:
    """A digest of stretches of code: of the ``tokens`` of each, whatever the layout, and the contents of literals."""
    digest = hashlib.blake2b(first + b"\0", digest_size=16)
    for part, said in zip(parts, tokens, strict=False):
        if not said.isspace():
            digest.update(_BLANK_LINES.sub(b"\n", _BLANKS.sub(b" ", said)))
            if b'"' in said:
                for match in COMMENT_OR_LITERAL.finditer(part):
                    digest.update(b"\0" + match.group())
            digest.update(b"\0\0")
    return digest.digest()
