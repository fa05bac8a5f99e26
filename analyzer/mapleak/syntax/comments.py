"""What comments say to tools: build constraints, generated code, import comments, suppressions."""

from __future__ import annotations

import re

from tree_sitter import Node

from mapleak.syntax.facts import Directive
from mapleak.syntax.grammar import kind
from mapleak.syntax.lexical import Lines

GENERATED = re.compile(rb"^// Code generated .* DO NOT EDIT\.\r?$", re.MULTILINE)
"""https://go.dev/s/generatedcode, in the words of ``go help generate``."""

GO_BUILD = re.compile(rb"//go:build(?=[ \t]|$)")
PLUS_BUILD = re.compile(rb"//\s*\+build(?=\s|$)")
IMPORT_COMMENT = re.compile(rb"""[ \t]*/[/*]\s*import\s+(?:"([^"\n]*)"|`([^`\n]*)`)\s*(?:\*/|\r?$)""", re.MULTILINE)
BUILD_TAG = re.compile(r"!?[\w.]+", re.UNICODE)
UNSATISFIED = "ignore"
"""The tag that by custom nobody sets; the go command reads a malformed ``+build`` term the same way."""

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
    for raw in header.split(b"\n"):
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


def directives(
    data: bytes, code: bytes, comments: tuple[tuple[int, int], ...], root: Node, lines: Lines
) -> tuple[Directive, ...]:
    """The suppressions among ``comments``, with the lines they speak for."""
    result = []
    first_code = len(code) - len(code.lstrip())
    for start, end in comments:
        text = data[start:end].rstrip()
        if not suppresses(text):
            continue
        line, column = lines.position(start)
        line_start = lines.starts[line - 1]
        if start < first_code:
            scope = (1, lines.count)
        elif code[line_start:start].strip():
            scope = (line, line)
        else:
            scope = below(data, code, root, lines, line)
        result.append(Directive(text.decode("utf-8", "replace"), line, column, column + len(text), *scope))
    return tuple(result)


def suppresses(comment: bytes) -> bool:
    """Whether a comment that begins like a suppression is one: not ``//nolintfoo``, not ``//lint:ignored``."""
    return re.match(rb"//(?:mapleak:|nolint(?![\w-])|lint:(?:file-)?ignore(?!\w))", comment) is not None


def below(data: bytes, code: bytes, root: Node, lines: Lines, line: int) -> tuple[int, int]:
    """The lines of what stands below a comment on a line of its own; its own line if nothing does.

    Only further comment lines may stand between them; a blank line ends the search, since a detached
    comment is about no particular statement.
    """
    for number in range(line + 1, lines.count + 1):
        start = lines.starts[number - 1]
        end = lines.starts[number] if number < lines.count else len(data)
        text = code[start:end]
        if text.strip():
            offset = start + len(text) - len(text.lstrip())
            return number, max(number, lines.line(extent(root, offset)))
        if not data[start:end].strip():
            break
    return line, line


def extent(root: Node, offset: int) -> int:
    """The last offset of the largest statement, declaration or part of one that begins at ``offset``."""
    node = root.descendant_for_byte_range(offset, offset + 1)
    last = offset
    while node is not None and node.start_byte == offset:
        if node.kind_id in SCOPES:
            last = max(offset, node.end_byte - 1)
        node = node.parent
    return last
