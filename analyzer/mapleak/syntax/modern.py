"""Go that is newer than the grammar, rewritten byte for byte into what the grammar knows.

The rewritten bytes are only parsed: names and literals are read from the original text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from mapleak.syntax.grammar import SyntaxNode, kind, parse
from mapleak.syntax.lexical import VISIBLE, closing

NEW = re.compile(rb"\bnew(?=\s*\()")
OTHER_NAME = b"neu"
"""As long as ``new``, but no builtin to the grammar: its arguments are expressions."""

GENERIC_METHOD = re.compile(
    rb"^func[ \t]*(?P<receiver>\([^()\n]*\))[ \t]*(?P<name>[\w\x80-\xff]+)[ \t]*(?P<brackets>\[)", re.MULTILINE
)
TYPE_PARAMETERS = kind("type_parameter_list")


class Modern(NamedTuple):
    """Rewritten code, and the type parameter list of each generic method by the offset of its name."""

    code: bytes
    type_parameters: dict[int, SyntaxNode]


def modernise(code: bytes, plain: bytes, errors: Sequence[int]) -> Modern:
    """Rewrite what Go 1.26 (``new`` of an expression) and 1.27 (methods with type parameters) brought.

    ``errors`` are the offsets of syntax errors, in order: only a ``new`` that holds one is rewritten, since
    its argument may be a type as well. ``plain`` is the code without the contents of literals.
    """
    rewritten = bytearray(code)
    for match in NEW.finditer(plain):
        first = bisect_left(errors, match.start())
        if first < len(errors) and errors[first] < closing(plain, match.end()):
            rewritten[match.start() : match.end()] = OTHER_NAME
    functions = bytearray(code)
    methods = list(GENERIC_METHOD.finditer(plain))
    for match in methods:
        opener = match.start("brackets")
        span = slice(opener, closing(plain, opener))
        rewritten[span] = VISIBLE.sub(b" ", code[span])
        receiver = slice(*match.span("receiver"))
        functions[receiver] = VISIBLE.sub(b" ", code[receiver])
    lists = (type_parameters(bytes(functions), plain, match) for match in methods)
    return Modern(bytes(rewritten), {name: found for name, found in lists if found is not None})


def type_parameters(functions: bytes, plain: bytes, match: re.Match[bytes]) -> tuple[int, SyntaxNode | None]:
    """The offset of a generic method's name and its type parameter list.

    ``functions`` is the code without receivers: functions may have type parameters in the grammar.
    """
    name = match.start("name")
    parameters = closing(plain, match.start("brackets"))
    root = parse(functions, [(match.start(), closing(plain, parameters))])
    if root.has_error:
        return name, None
    declaration = root.children[0].children
    return name, declaration[2] if len(declaration) > 2 and declaration[2].kind_id == TYPE_PARAMETERS else None
