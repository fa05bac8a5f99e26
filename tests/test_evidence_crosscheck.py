"""The cross-check with the real compiler: verdicts, reasons for having none, and nothing written into the tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from evidence_support import evidence_of, finding, site, write
from mapleak.errors import MapleakError
from mapleak.evidence.crosscheck import CompilerMode
from mapleak.evidence.toolchain import Toolchain, find_toolchain
from mapleak.evidence.verdict import NO_INITIALISER, SILENT
from mapleak.model import CompilerEvidence, Verdict

TOOLCHAIN = find_toolchain()
needs_go = pytest.mark.skipif(not isinstance(TOOLCHAIN, Toolchain), reason="no Go toolchain")
CONFIRMED, REFUTED, INCONCLUSIVE = Verdict.CONFIRMED, Verdict.REFUTED, Verdict.INCONCLUSIVE
MAP, CLOSURE, VARIABLE = "map-outlives-call", "closure-outlives-call", "package-variable"

SAME_PLACE = "package {0}\n\nfunc Fill() {1} {{ m := make(map[string]int); m[`a`]++; return {2} }}\n"

SHOP = {
    "go.mod": "module example.com/shop\n\ngo 1.21\nrequire example.com/lib v1.0.0\nreplace example.com/lib => ./lib\n",
    "cart/cart.go": """package cart

import "unsafe"

var sessions = make(map[string]int)
var zero map[string]int

func leakDemo() int {
	data := make([]byte, 1<<20)
	pinned := map[unsafe.Pointer]bool{unsafe.Pointer(&data[0]): true}
	return len(pinned)
}

func Watch(events chan string) {
	seen := make(map[string]bool)
	go func() {
		for event := range events {
			seen[event] = true
		}
	}()
}

//go:noinline
func each(visit func(string)) { visit("a") }

func Local() int {
	n := 0
	each(func(string) { n++ })
	return n
}

func Distinct[K comparable](keys ...K) int {
	index := map[K]struct{}{}
	for _, key := range keys {
		index[key] = struct{}{}
	}
	return len(index)
}

func Never[K comparable]() map[K]int { return make(map[K]int, 9) }

var distinct = Distinct(1, 2) + Distinct("a")
""",
    "a/store.go": SAME_PLACE.format("a", "int", "len(m)"),
    "b/store.go": SAME_PLACE.format("b", "map[string]int", "m"),
    "parser/gram.go": "package parser\n\n//line gram.y:10\nvar rules = make(map[string]int)\n",
    "broken/broken.go": "package broken\n\nfunc F() int { m := make(map[int]int); return m }\n",
    "above/above.go": 'package above\n\nimport _ "example.com/shop/broken"\n\nvar m = make(map[int]int)\n',
    "unknown/unknown.go": 'package unknown\n\nimport _ "example.org/nowhere"\n\nvar m = make(map[int]int)\n',
    "tagged/tagged.go": "package tagged\n",
    "tagged/never.go": "//go:build never\n\npackage tagged\n\nvar m = make(map[int]int)\n",
    "alone/never.go": "//go:build never\n\npackage alone\n\nvar m = make(map[int]int)\n",
    "odd name/odd.go": "package odd\n\nvar m = make(map[int]int)\n",
    "uses/uses.go": 'package uses\n\nimport "example.com/lib"\n\nvar m = map[lib.Key]int{}\n',
    "lib/go.mod": "module example.com/lib\n\ngo 1.21\n",
    "lib/lib.go": "package lib\n\ntype Key string\n\nfunc Count() int { m := make(map[Key]int); return len(m) }\n",
    "future/go.mod": "module example.com/future\n\ngo 1.99\n",
    "future/future.go": "package future\n\nvar m = make(map[int]int)\n",
    "torn/go.mod": "module example.com/torn\n\nwhatever (\n",
    "torn/torn.go": "package torn\n\nvar m = make(map[int]int)\n",
}

CASES = {
    "demo": (MAP, "cart/cart.go", "map[unsafe.Pointer]bool{"),
    "variable": (VARIABLE, "cart/cart.go", "sessions = make("),
    "watched": (MAP, "cart/cart.go", "seen := make("),
    "generic": (MAP, "cart/cart.go", "index := map[K]struct{}{"),
    "never instantiated": (MAP, "cart/cart.go", "return make("),
    "same place, stays": (MAP, "a/store.go", "make("),
    "same place, escapes": (MAP, "b/store.go", "make("),
    "line directive": (VARIABLE, "parser/gram.go", "make("),
    "broken": (MAP, "broken/broken.go", "make("),
    "above broken": (VARIABLE, "above/above.go", "make("),
    "unknown import": (VARIABLE, "unknown/unknown.go", "make("),
    "tagged": (VARIABLE, "tagged/never.go", "make("),
    "alone": (VARIABLE, "alone/never.go", "make("),
    "odd name": (VARIABLE, "odd name/odd.go", "make("),
    "replaced": (VARIABLE, "uses/uses.go", "Key]int{"),
    "other module": (MAP, "lib/lib.go", "make("),
    "future": (VARIABLE, "future/future.go", "make("),
    "torn": (VARIABLE, "torn/torn.go", "make("),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of four modules."""
    root = tmp_path_factory.mktemp("shop")
    write(root, SHOP)
    return root


@pytest.fixture(scope="module")
def verdicts(shop: Path) -> Mapping[str, CompilerEvidence]:
    """What the compiler says of every case, from one run."""
    findings = [finding(claim, site(shop, file, marker)) for claim, file, marker in CASES.values()]
    cart = "cart/cart.go"
    findings.append(finding(CLOSURE, site(shop, cart, "func() {", last=False)))
    findings.append(finding(CLOSURE, site(shop, cart, "func(string) {", last=False)))
    findings.append(finding(VARIABLE))
    labels = [*CASES, "started closure", "local closure", "zero"]
    return dict(zip(labels, evidence_of(shop, *findings, modules=("", "lib", "future", "torn")), strict=True))


@needs_go
@pytest.mark.needs_go
@pytest.mark.parametrize(
    ("case", "verdict", "said"),
    [
        ("demo", REFUTED, "map[unsafe.Pointer]bool{...} does not escape"),
        ("variable", CONFIRMED, "make(map[string]int) escapes to heap"),
        ("watched", CONFIRMED, "make(map[string]bool) escapes to heap"),
        ("generic", REFUTED, "map[go.shape.int]struct {}{} does not escape"),
        ("same place, stays", REFUTED, "make(map[string]int) does not escape"),
        ("same place, escapes", CONFIRMED, "make(map[string]int) escapes to heap"),
        ("line directive", CONFIRMED, "make(map[string]int) escapes to heap"),
        ("replaced", CONFIRMED, "map[lib.Key]int{} escapes to heap"),
        ("other module", REFUTED, "make(map[Key]int) does not escape"),
        ("started closure", CONFIRMED, "func literal escapes to heap"),
        ("local closure", REFUTED, "func literal does not escape"),
    ],
)
def test_verdict_and_the_line_it_rests_on(
    verdicts: Mapping[str, CompilerEvidence], case: str, verdict: Verdict, said: str
) -> None:
    """By exact position, in every module of the tree."""
    evidence = verdicts[case]
    assert (evidence.verdict, evidence.diagnostics[0].message) == (verdict, said)


@needs_go
@pytest.mark.needs_go
@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("zero", NO_INITIALISER),
        ("never instantiated", SILENT),
        ("broken", "the package does not compile: broken/broken.go:3:47: cannot use m "),
        ("above broken", "a package it imports cannot be compiled: broken/broken.go:3:47: cannot use m "),
        (
            "unknown import",
            "a package it imports cannot be compiled: unknown/unknown.go:3:8: no required module provides",
        ),
        ("tagged", "the file is left out of a build for "),
        ("alone", "the file is left out of a build for "),
        ("odd name", 'the package does not compile: malformed import path "example.com/shop/odd name"'),
        ("future", "go: go.mod requires go >= 1.99 "),
        ("torn", "go: errors parsing go.mod: "),
    ],
)
def test_no_verdict_has_a_reason(verdicts: Mapping[str, CompilerEvidence], shop: Path, case: str, reason: str) -> None:
    """In words, on one line, without a folder of this machine; and the other packages have theirs all the same."""
    evidence = verdicts[case]
    assert evidence.verdict is INCONCLUSIVE
    assert evidence.reason.startswith(reason)
    assert "\n" not in evidence.reason
    assert str(shop) not in evidence.reason


@needs_go
@pytest.mark.needs_go
def test_required_and_broken(shop: Path) -> None:
    """With ``require`` a package that does not compile is an error that names it; an excluded file is not."""
    broken = finding(MAP, site(shop, "broken/broken.go", "make("))
    with pytest.raises(MapleakError, match=r"^--compiler require: broken/broken\.go: the package does not compile: "):
        evidence_of(shop, broken, mode=CompilerMode.REQUIRE)
    excluded = finding(VARIABLE, site(shop, "tagged/never.go", "make("))
    assert evidence_of(shop, excluded, mode=CompilerMode.REQUIRE)[0].verdict is INCONCLUSIVE


@needs_go
@pytest.mark.needs_go
def test_flags_of_the_user(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``-trimpath`` changes how paths are printed and ``-mod=mod`` would write go.mod; tags decide what is built."""
    monkeypatch.setenv("GOFLAGS", "-trimpath -mod=mod -tags=never")
    tagged, stays, escapes, parser, unknown = evidence_of(
        shop,
        finding(VARIABLE, site(shop, "tagged/never.go", "make(")),
        finding(MAP, site(shop, "a/store.go", "make(")),
        finding(MAP, site(shop, "b/store.go", "make(")),
        finding(VARIABLE, site(shop, "parser/gram.go", "make(")),
        finding(VARIABLE, site(shop, "unknown/unknown.go", "make(")),
    )
    assert [tagged.verdict, stays.verdict, escapes.verdict, parser.verdict] == [
        CONFIRMED,
        REFUTED,
        CONFIRMED,
        CONFIRMED,
    ]
    assert "no required module provides" in unknown.reason


@needs_go
@pytest.mark.needs_go
def test_output_replayed_from_elsewhere(tmp_path: Path) -> None:
    """What the user compiled with -m in a subfolder is cached with that folder's paths, and is not taken for ours."""
    assert isinstance(TOOLCHAIN, Toolchain)
    write(
        tmp_path,
        {
            "go.mod": "module example.com/replayed\n\ngo 1.21\n",
            "store.go": SAME_PLACE.format("replayed", "int", "len(m)"),
            "sub/store.go": SAME_PLACE.format("sub", "map[string]int", "m"),
        },
    )
    subprocess.run(
        [TOOLCHAIN.path, "list", "-export", "-gcflags=-m"], cwd=tmp_path / "sub", capture_output=True, check=True
    )
    findings = [finding(MAP, site(tmp_path, file, "make(")) for file in ("store.go", "sub/store.go")]
    assert [evidence.verdict for evidence in evidence_of(tmp_path, *findings)] == [REFUTED, CONFIRMED]


@needs_go
@pytest.mark.needs_go
def test_test_files(tmp_path: Path) -> None:
    """Places in test files of both kinds are compiled, with the package's own files beside them."""
    body = 'import "testing"\n\nfunc Test{0}(t *testing.T) {{ m := make(map[int]int); if len(m) > 0 {{ t.Fail() }} }}\n'
    write(
        tmp_path,
        {
            "go.mod": "module example.com/tested\n\ngo 1.21\n",
            "a.go": "package tested\n\nvar m = make(map[int]int)\n",
            "in_test.go": "package tested\n\n" + body.format("In"),
            "out_test.go": "package tested_test\n\n" + body.format("Out"),
        },
    )
    findings = [finding(MAP, site(tmp_path, file, "make(")) for file in ("a.go", "in_test.go", "out_test.go")]
    assert [evidence.verdict for evidence in evidence_of(tmp_path, *findings)] == [CONFIRMED, REFUTED, REFUTED]


@needs_go
@pytest.mark.needs_go
def test_files_without_a_module(tmp_path: Path) -> None:
    """Loose folders are compiled one by one, and read through a link."""
    write(
        tmp_path / "real",
        {"one/one.go": SAME_PLACE.format("one", "int", "len(m)"), "two.go": "package two\nvar M = map[int]int{}\n"},
    )
    root = tmp_path / "link"
    root.symlink_to(tmp_path / "real", target_is_directory=True)
    one, two = evidence_of(
        root,
        finding(MAP, site(root, "one/one.go", "make(")),
        finding(VARIABLE, site(root, "two.go", "int{")),
        modules=(),
    )
    assert (one.verdict, two.verdict) == (REFUTED, CONFIRMED)


@needs_go
@pytest.mark.needs_go
@pytest.mark.skipif(shutil.which("gcc") is None and shutil.which("clang") is None, reason="no C compiler")
def test_cgo(tmp_path: Path) -> None:
    """Positions in a file that cgo rewrites are those of the file as written."""
    text = 'package c\n\n// static int twice(int x) { return 2 * x; }\nimport "C"\n\n'
    text += "func F() int { n := map[C.int]bool{C.twice(1): true, C.twice(2): true}; "
    text += "m := make(map[C.int]int); return len(n) + len(m) }\n"
    write(tmp_path, {"go.mod": "module example.com/c\n\ngo 1.21\n", "c.go": text})
    found = evidence_of(tmp_path, *(finding(MAP, site(tmp_path, "c.go", marker)) for marker in ("bool{", "make(")))
    assert [evidence.verdict for evidence in found] == [REFUTED, REFUTED]


def module_proxy(folder: Path, versions: tuple[str, ...]) -> str:
    """The address of a module proxy on disk that has example.org/dep in some versions."""
    served = folder / "example.org" / "dep" / "@v"
    served.mkdir(parents=True)
    go_mod = "module example.org/dep\n\ngo 1.21\n"
    for version in versions:
        (served / f"{version}.info").write_text(f'{{"Version": "{version}"}}')
        (served / f"{version}.mod").write_text(go_mod)
        with zipfile.ZipFile(served / f"{version}.zip", "w") as archive:
            archive.writestr(f"example.org/dep@{version}/go.mod", go_mod)
            archive.writestr(f"example.org/dep@{version}/dep.go", "package dep\n\ntype Key string\n")
    return folder.as_uri()


@needs_go
@pytest.mark.needs_go
def test_a_workspace_gets_no_sums(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a workspace the go command would write the sums that are missing to go.work.sum."""
    assert isinstance(TOOLCHAIN, Toolchain)
    monkeypatch.setenv("GOMODCACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GOFLAGS", "-modcacherw")
    root = tmp_path / "work"
    require = "module example.com/{0}\n\ngo 1.21\n\nrequire example.org/dep {1}\n"
    use = 'package {0}\n\nimport "example.org/dep"\n\nvar M = make(map[dep.Key]int)\n'
    files = {f"{name}/{name}.go": use.format(name) for name in "ab"}
    files |= {f"{name}/go.mod": require.format(name, version) for name, version in (("a", "v1.0.0"), ("b", "v1.1.0"))}
    write(root, {**files, "go.work": "go 1.21\n\nuse ./a\nuse (\n\t./b\n)\nreplace example.org/other => ./a\n"})
    fetching = {**os.environ, "GOPROXY": module_proxy(tmp_path / "proxy", ("v1.0.0", "v1.1.0")), "GONOSUMDB": "*"}
    for name in "ab":
        directory = root / name
        subprocess.run(
            [TOOLCHAIN.path, "mod", "download"], cwd=directory, env={**fetching, "GOWORK": "off"}, check=True
        )
        (directory / "go.sum").unlink(missing_ok=True)
    found = evidence_of(
        root, *(finding(VARIABLE, site(root, f"{name}/{name}.go", "make(")) for name in "ab"), modules=("a", "b")
    )
    assert [evidence.verdict for evidence in found] == [CONFIRMED, CONFIRMED]
    monkeypatch.setenv("GOFLAGS", "-mod=vendor")
    (vendored,) = evidence_of(root, finding(VARIABLE, site(root, "a/a.go", "make(")), modules=("a", "b"))
    assert vendored.verdict is INCONCLUSIVE
    assert str(tmp_path) not in vendored.reason
    assert "mapleak-" not in vendored.reason  # the stand-in's folder, another one in each run
    monkeypatch.setenv("GOFLAGS", "")
    monkeypatch.setenv("GOMODCACHE", str(tmp_path / "empty"))
    (offline,) = evidence_of(root, finding(VARIABLE, site(root, "b/b.go", "make(")), modules=("a", "b"))
    assert offline.reason.endswith("not in the module cache (`go mod download` fetches it)")
