"""What the tests of the compiler cross-check share: small modules on disk, findings about places in them, and
what the compiler says of those."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mapleak.evidence.crosscheck import CrosscheckOptions, crosscheck
from mapleak.model import CompilerCheck, CompilerEvidence, Confidence, Finding, Level, Location, MapRef
from mapleak.source.model import Module, SourceFile, Tree

ESCAPE_DATA = Path(__file__).parent.parent / "testdata" / "escape"
RECORDED = ("go1.21.13", "go1.24.11", "go1.27.3")


def recorded(version: str, level: int) -> list[str]:
    """What ``go list -e -export -gcflags="-m=LEVEL -e" ./...`` of that version wrote in ``testdata/escape/module``."""
    return (ESCAPE_DATA / version / f"m{level}.txt").read_text(encoding="utf-8").splitlines()


def write(root: Path, files: Mapping[str, str]) -> None:
    """Writes each file below ``root``."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def tree_of(root: Path, modules: tuple[str, ...] = ("",)) -> Tree:
    """The tree that discovery would make: every Go file, and the modules in the folders named."""
    files = tuple(
        SourceFile(
            path=(relative := path.relative_to(root)).as_posix(),
            absolute=str(path),
            package_dir="" if relative.parent == Path() else relative.parent.as_posix(),
            import_path="",
            module="",
            is_test=path.name.endswith("_test.go"),
            file_constraint="",
            size=path.stat().st_size,
            reported=True,
        )
        for path in sorted(root.rglob("*.go"))
    )
    found = tuple(Module("", str(root / folder) if folder else str(root), "", (), (), "") for folder in modules)
    return Tree(str(root), found, files, ())


def site(root: Path, file: str, marker: str, last: bool = True) -> Location:
    """The place of the last (or first) byte of ``marker``, which occurs once in the file."""
    data = (root / file).read_bytes()
    wanted = marker.encode()
    assert data.count(wanted) == 1, f"{marker!r} occurs {data.count(wanted)} times in {file}"
    offset = data.index(wanted) + (len(wanted) - 1 if last else 0)
    line = data.count(b"\n", 0, offset) + 1
    column = offset - (data.rfind(b"\n", 0, offset) + 1) + 1
    return Location(file, line, column, line, column + 1)


def finding(claim: str, *sites: Location) -> Finding:
    """A finding that makes ``claim`` about ``sites``."""
    location = sites[0] if sites else Location("a.go", 1, 1, 1, 2)
    return Finding(
        rule="ML101",
        level=Level.WARNING,
        confidence=Confidence.HIGH,
        message="grows",
        location=location,
        map=MapRef("m", "var", "map[string]int", location),
        package="p",
        function="f",
        check=CompilerCheck(claim, sites),
    )


def contents(root: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def evidence_of(
    root: Path, *findings: Finding, modules: tuple[str, ...] = ("",), **options: object
) -> list[CompilerEvidence]:
    """The evidence for findings, each of which has some, and a check that the tree is as it was."""
    before = contents(root)
    result = crosscheck(findings, tree_of(root, modules), CrosscheckOptions(**options))  # type: ignore[arg-type]
    assert contents(root) == before
    assert [finding.check for finding in result.findings] == [finding.check for finding in findings]
    found = [finding.compiler for finding in result.findings]
    assert None not in found
    return [evidence for evidence in found if evidence is not None]
