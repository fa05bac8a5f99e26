"""Comments that suppress findings, and the lines they speak for."""

from __future__ import annotations

import re
from typing import NamedTuple

from tree_sitter import Node

from mapleak.syntax.facts import Directive
from mapleak.syntax.grammar import kind
from mapleak.syntax.lexical import Lines

WHOLE_FILE = b"//lint:file-ignore"
"""Speaks for its file wherever it stands, as staticcheck has it."""

SUPPRESSION = re.compile(rb"//(?:mapleak:|nolint(?![\w-])|lint:(?:file-)?ignore(?!\w))")

SCOPES = frozenset(
    kind(name)
    for name in (
        *("function_declaration", "method_declaration", "import_declaration", "package_clause", "import_spec"),
        *("var_declaration", "const_declaration", "type_declaration", "type_spec", "type_alias", "var_spec"),
        *("const_spec", "field_declaration", "method_elem", "type_elem", "block", "expression_statement"),
        *("send_statement", "inc_statement", "dec_statement", "assignment_statement", "short_var_declaration"),
        *("labeled_statement", "fallthrough_statement", "break_statement", "continue_statement", "goto_statement"),
        *("return_statement", "go_statement", "defer_statement", "if_statement", "for_statement"),
        *("expression_switch_statement", "type_switch_statement", "select_statement", "expression_case"),
        *("type_case", "default_case", "communication_case", "keyed_element", "literal_element"),
        *("parameter_declaration", "variadic_parameter_declaration"),
    )
)
"""What a suppression on a line of its own can stand above: declarations, their parts, statements, elements."""


def directives(
    data: bytes, code: bytes, comments: tuple[tuple[int, int], ...], root: Node | None, lines: Lines
) -> tuple[Directive, ...]:
    """The suppressions among ``comments``, which are extents in ``data``; ``code`` is data without comments."""
    first_code = len(code) - len(code.lstrip())
    file = Layout(data, code, root, lines, {})
    result = []
    for start, end in reversed(comments):
        if not SUPPRESSION.match(data, start, end):
            continue
        text = data[start:end].rstrip()
        line, column = lines.position(start)
        if start < first_code or text.startswith(WHOLE_FILE):
            scope = (1, lines.count)
        elif code[lines.starts[line - 1] : start].strip():
            scope = (line, line)
        else:
            scope = below(file, line) or (line, line)
        result.append(Directive(text.decode("utf-8", "replace"), line, column, column + len(text), *scope))
    return tuple(reversed(result))


class Layout(NamedTuple):
    """A file, and what is known of it: for each comment line met so far, the lines it speaks for."""

    data: bytes
    code: bytes
    root: Node | None
    lines: Lines
    known: dict[int, tuple[int, int] | None]


def below(file: Layout, line: int) -> tuple[int, int] | None:
    """The lines of what stands below a comment on a line of its own; None if nothing does.

    Only further comment lines may stand between them; a blank line ends the search, since a detached
    comment is about no particular statement.
    """
    first = line
    scope: tuple[int, int] | None = None
    while line < file.lines.count:
        line += 1
        if line in file.known:
            scope = file.known[line]
            break
        start = file.lines.starts[line - 1]
        end = file.lines.starts[line] if line < file.lines.count else len(file.data)
        code = file.code[start:end]
        if code.strip():
            last = extent(file.root, start + len(code) - len(code.lstrip()))
            scope = (line, max(line, file.lines.line(last)))
            break
        if not file.data[start:end].strip():
            break
    file.known.update(dict.fromkeys(range(first, line), scope))
    return scope


def extent(root: Node | None, offset: int) -> int:
    """The last offset of the largest statement, declaration or part of one that begins at ``offset``."""
    node = root
    while node is not None and node.start_byte <= offset:
        if node.start_byte == offset and node.kind_id in SCOPES:
            return max(offset, node.end_byte - 1)
        node = node.first_child_for_byte(offset) if node.child_count else None
    return offset
