"""Read one Go file: its bytes in, its facts out."""

from __future__ import annotations

import functools
import hashlib

from tree_sitter import Node

from mapleak.syntax import comments, expressions, lexical, literals, operators, statements, types
from mapleak.syntax.declarations import Declarations
from mapleak.syntax.directives import directives
from mapleak.syntax.facts import Code, FileFacts, SyntaxIssue, encoded_code
from mapleak.syntax.grammar import SyntaxNode, parse, table
from mapleak.syntax.outline import outlined, whole
from mapleak.syntax.recovery import recover
from mapleak.syntax.signatures import outside_bodies
from mapleak.syntax.source import ExpressionHandler, Source, StatementHandler

MOST_ISSUES = 20
"""Issues listed per file: after these, nobody reads on."""

EXPRESSIONS: list[ExpressionHandler] = table(
    {
        **expressions.HANDLERS,
        **literals.HANDLERS,
        **operators.HANDLERS,
        **types.HANDLERS,
        **statements.EXPRESSION_HANDLERS,
    },
    expressions.unexpected,
)
STATEMENTS: list[StatementHandler | None] = table(dict(statements.HANDLERS), None)


def extract(data: bytes) -> FileFacts:
    """The facts of a Go file. Never fails: what could not be read is listed in the facts' ``issues``."""
    return read(data, bodies=True)


def extract_declarations(data: bytes) -> FileFacts:
    """The facts of a Go file without the bodies of its functions (``body`` is None), in less time.

    For imported packages, of which only types and signatures matter.
    """
    return read(data, bodies=False)


def read(data: bytes, *, bodies: bool) -> FileFacts:
    """The facts of a Go file, with or without function bodies."""
    code, suppressions, notes = lexical.scan(data)
    plain = functools.cache(lambda: lexical.plain(code))
    source = Source(data.decode("latin-1"), plain, EXPRESSIONS, STATEMENTS)
    source.notes += notes
    root = parse(code, () if bodies else outside_bodies(plain()))
    if not bodies and (root is None or root.has_error):
        root = parse(code)
    nodes: list[Node] | list[SyntaxNode]
    if root is None or root.has_error:
        nodes, problems, source.type_parameters = recover(code, plain(), root)
        source.notes += problems
    else:
        nodes = root.children
    found = Declarations(source, bodies=bodies)
    found.gather(nodes)
    if not found.package:
        source.notes.append((0, "no package clause"))
    lines = lexical.Lines(data)
    header = data.removeprefix(lexical.BYTE_ORDER_MARK)[: len(code) - len(code.lstrip())]
    constraint = comments.constraint(header)
    issues = [SyntaxIssue(*lines.position(offset), message) for offset, message in sorted(set(source.notes))]
    imports, outline = tuple(found.imports), whole(data)
    if bodies and not issues:
        outline, imports = outlined(code, found.functions, found.imports, found.import_extents, constraint)
    return FileFacts(
        package=found.package,
        package_pos=found.package_pos,
        imports=imports,
        constraint=constraint,
        import_comment=comments.import_comment(data, found.package_end),
        uses_cgo=any(imported.path == "C" for imported in found.imports),
        generated=comments.generated(header),
        directives=directives(data, code, suppressions, root, lines) if suppressions else (),
        issues=tuple(issues[:MOST_ISSUES]),
        lines=lines.count,
        line_starts=lines.encoded(),
        digest=content_digest(data),
        outline=outline,
        encoded_code=encoded_code(
            Code(tuple(found.functions), tuple(found.types), tuple(found.vars), tuple(found.consts))
        ),
    )


def content_digest(data: bytes) -> bytes:
    """What a file's facts are kept under."""
    return hashlib.blake2b(data, digest_size=16).digest()
