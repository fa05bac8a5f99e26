"""Hand-made values for tests of triage, reports and the command line: a small Go file and findings in it."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from mapleak.model import (
    CompilerEvidence,
    Confidence,
    Diagnostic,
    Finding,
    Level,
    Location,
    MapRef,
    Step,
    Verdict,
)
from mapleak.rule import Rule
from mapleak.source.model import Module, Skip, SourceFile, Tree
from mapleak.syntax.facts import NO_CODE, Directive, FileFacts, Outline
from mapleak.triage.fingerprints import with_fingerprints
from mapleak.triage.model import Report, SuppressedFinding, SyntaxProblem, Totals, Triaged

SOURCE = """\
package cart

// Session is somebody's visit.
type Session struct{ User string }

var sessions = map[string]*Session{}

// Add remembers a session.
func Add(id string) {
\tsessions[id] = &Session{User: "größe 𝄞"}; other["ä"+id] = 1
}
"""


def rule(id_: str = "ML101", name: str = "global-map-without-delete", **changes: object) -> Rule:
    """A rule whose texts are short."""
    made = Rule(
        id=id_,
        name=name,
        summary="A map grows.",
        rationale="Maps keep their keys.\n\nFor ever.",
        not_reported="A map that is emptied.",
        remedy="Delete entries.",
        bad="package p\n",
        good="package p\n\nvar x int\n",
        level=Level.WARNING,
        confidence=Confidence.HIGH,
        precision="high",
        tags=("memory-leak",),
        cwe=401,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


RULES = (
    rule(),
    rule("ML201", "goroutine-captures-map"),
    rule("ML301", "unsafe-pointer-key"),
    rule("ML401", "sync-map-range-store"),
    rule("ML901", "unused-suppression", level=Level.NOTE),
    rule("ML902", "malformed-suppression"),
)


def location(line: int = 10, column: int = 2, end_column: int = 14, file: str = "cart/cart.go") -> Location:
    """A place on one line of the sample file."""
    return Location(file, line, column, line, end_column)


def finding(rule_: str = "ML101", map_: str = "example.com/shop/cart.sessions", **changes: object) -> Finding:
    """A finding about a package variable of the sample file."""
    made = Finding(
        rule=rule_,
        level=Level.WARNING,
        confidence=Confidence.HIGH,
        message=f"map {map_} grows and is never emptied",
        location=location(),
        map=MapRef(map_, "var", "map[string]*Session", location(6, 5, 13)),
        package="example.com/shop/cart",
        function="example.com/shop/cart.Add",
        trace=(Step(location(9, 6, 9), "reached from the exported function Add"), Step(location(), "inserts id")),
        remedy="delete entries that are no longer needed",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


CONFIRMED = CompilerEvidence(
    Verdict.CONFIRMED, "the map escapes", (Diagnostic(location(6, 33, 34), "map[string]*Session{} escapes to heap"),)
)
REFUTED = CompilerEvidence(Verdict.REFUTED, "the map does not escape")


def report(root: Path, *reported: Finding, **groups: object) -> Report:
    """A report on the sample file, which is written below ``root``."""
    write_source(root)
    return Report(
        root=str(root),
        totals=Totals(modules=1, packages=1, files=1, lines=11, maps=2),
        findings=Triaged(reported=with_fingerprints(reported), **groups),  # type: ignore[arg-type]
        skips=(Skip("cart/huge.go", "larger than 10 MB"),),
        problems=(SyntaxProblem("cart/broken.go", 3, 1, "unexpected }"),),
        notes=("no Go toolchain was found",),
        rules=RULES,
        toolchain="go1.26.6",
    )


def write_source(root: Path, file: str = "cart/cart.go", text: str = SOURCE) -> Path:
    """Write a Go file below a folder."""
    path = root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def suppressed(found: Finding) -> SuppressedFinding:
    """The finding as accepted by a comment."""
    return SuppressedFinding(found, "cart/cart.go", 10, "//mapleak:ignore ML101 few users", "few users")


def source_file(path: str, *, reported: bool = True) -> SourceFile:
    """A discovered file of the package example.com/shop/cart."""
    return SourceFile(
        path=path,
        absolute=f"/src/{path}",
        package_dir="cart",
        import_path="example.com/shop/cart",
        module="example.com/shop",
        is_test=path.endswith("_test.go"),
        file_constraint="",
        size=1,
        reported=reported,
    )


def tree(*files: SourceFile) -> Tree:
    """What discovery found: one module with these files."""
    module = Module("example.com/shop", "/src", "1.22", (), (), "")
    return Tree("/src", (module,), files, ())


def facts(*directives: Directive, generated: bool = False) -> FileFacts:
    """The facts of a file that holds nothing but comments."""
    return FileFacts(
        package="cart",
        package_pos=0,
        imports=(),
        constraint="",
        import_comment="",
        uses_cgo=False,
        generated=generated,
        directives=directives,
        issues=(),
        lines=11,
        line_starts=b"",
        digest=b"",
        outline=Outline(b""),
        encoded_code=NO_CODE,
    )


def comment(text: str, line: int = 10, first: int | None = None, last: int | None = None) -> Directive:
    """A suppression comment that speaks for its own line unless told otherwise."""
    return Directive(text, line, 40, 40 + len(text), first or line, last or first or line)
