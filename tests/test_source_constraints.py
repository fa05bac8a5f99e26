"""Build constraints: file names, expressions, and what the go command makes of the same files."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapleak.source.constraints import DEFAULT, BuildConfig, file_constraint, matches, parse
from source_support import needs_go, plant

LINUX = BuildConfig()
WINDOWS = BuildConfig(goos="windows", cgo=False)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.go", ""),
        ("linux.go", ""),  # no prefix: an ordinary name
        ("amd64.go", ""),
        ("a_linux.go", "linux"),
        ("a_amd64.go", "amd64"),
        ("a_linux_amd64.go", "linux && amd64"),
        ("a_amd64_linux.go", "linux"),
        ("a_linux_test.go", "linux"),
        ("a_linux_arm64_test.go", "linux && arm64"),
        ("linux_test.go", ""),
        ("linux_amd64.go", "amd64"),  # what stands before the first underscore never counts
        ("a_unix.go", ""),
        ("a_linux.pb.go", "linux"),
        ("_linux.go", "linux"),
        ("a_zos_s390x.go", "zos && s390x"),
        ("a_wasip1_wasm.go", "wasip1 && wasm"),
        ("a_Linux.go", ""),
        ("a_test.go", ""),
    ],
)
def test_file_names(name: str, expected: str) -> None:
    """The ``_GOOS``, ``_GOARCH`` and ``_GOOS_GOARCH`` endings of Go."""
    assert file_constraint(name) == expected


@pytest.mark.parametrize(
    ("constraint", "linux", "windows"),
    [
        ("", True, True),
        ("linux", True, False),
        ("!linux", False, True),
        ("linux || windows", True, True),
        ("linux && !cgo", False, False),
        ("windows && !cgo", False, True),
        ("unix", True, False),
        ("gc && !gccgo", True, True),
        ("go1.21", True, True),
        ("go1.27", True, True),
        ("go1.28", False, False),
        ("!go1.21", False, False),
        ("ignore", False, False),
        ("!ignore", True, True),
        ("linux||windows&&cgo", True, False),
        ("(linux||windows)&&cgo", True, False),
        ("!(linux || darwin)", False, True),
        ("! linux", False, True),
        ("amd64.v1", False, False),
    ],
)
def test_expressions(constraint: str, linux: bool, windows: bool) -> None:
    """Operators, parentheses and the tags that hold by themselves."""
    assert matches(constraint, LINUX) is linux
    assert matches(constraint, WINDOWS) is windows


@pytest.mark.parametrize(
    "constraint",
    [
        "&&",
        "a b",
        "(a",
        "a)",
        "()",
        "a &&",
        "|| a",
        "!!a",
        "a & b",
        "a,b",
        "!",
        "a-b",
        '"a"',
        "a ! b",
        "(a) b",
        "a (b)",
    ],
)
def test_malformed(constraint: str) -> None:
    """Malformed expressions are unknown, not false."""
    assert parse(constraint) is None
    assert matches(constraint) is None


def test_implied_systems() -> None:
    """Android is a Linux, iOS a Darwin, illumos a Solaris, and all three are Unix."""
    for goos, implied in (("android", "linux"), ("ios", "darwin"), ("illumos", "solaris")):
        assert matches(f"{goos} && {implied} && unix", BuildConfig(goos=goos)) is True
        assert matches(goos, BuildConfig(goos=implied)) is False


def test_user_tags() -> None:
    """Tags given on the command line hold."""
    assert matches("integration && !e2e", BuildConfig(tags=frozenset({"integration"}))) is True


def test_huge_expressions() -> None:
    """Depth does not cost the stack, and nonsense of any length is refused."""
    assert matches("(" * 1500 + "linux" + ")" * 1500) is True
    assert matches("(" * 1_000_000) is None
    assert matches(" || ".join(["linux"] * 1900)) is True


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_random_text(text: str) -> None:
    """Any text gives an answer."""
    assert matches(text) in (True, False, None)
    assert isinstance(file_constraint(text), str)


@given(st.lists(st.sampled_from(["a", "b", "linux", "windows", "&&", "||", "!", "(", ")", " "]), max_size=14))
@settings(max_examples=500, deadline=None)
def test_against_python(tokens: list[str]) -> None:
    """Where Go accepts an expression, its value is that of the same expression in Python."""
    text = " ".join(tokens)
    translated = text.replace("&&", " and ").replace("||", " or ").replace("!", " not ")
    for a, b in itertools.product((False, True), repeat=2):
        config = BuildConfig(tags=frozenset(name for name, on in (("a", a), ("b", b)) if on))
        answer = matches(text, config)
        if answer is not None and text.strip():
            assert answer is eval(translated, {"a": a, "b": b, "linux": True, "windows": False})


EXPRESSIONS = [
    "linux", "!linux", "windows || linux", "linux && !cgo", "cgo", "unix", "!unix", "gc", "gccgo", "go1.1", "go1.20",
    "go1.999", "!go1.5", "(linux || darwin) && amd64", "!(linux && amd64)", "a", "!a", "a || !b", "boringcrypto",
    "a b", "!!linux", "(linux", "ignore", "amd64 && !arm64", "android", "!android && linux", "darwin||linux&&cgo",
]  # fmt: skip
SUFFIXES = ["linux", "windows", "amd64", "arm64", "linux_amd64", "linux_arm64", "windows_amd64", "unix", "amd64_linux"]


class TestAgainstGo:
    """What the go command ignores, we find not to match, and the other way round."""

    pytestmark = needs_go

    @pytest.mark.parametrize(
        "config",
        [
            LINUX,
            WINDOWS,
            BuildConfig(goos="darwin", goarch="arm64", tags=frozenset({"a"})),
            BuildConfig(goos="android"),
        ],
        ids=lambda config: config.goos,
    )
    def test_ignored_files(self, tmp_path: Path, config: BuildConfig) -> None:
        """Each expression and each suffix in a file of its own, for several targets."""
        release = int(_go(tmp_path, "env", "GOVERSION").split(".")[1].split("-")[0].split(" ")[0])
        files = {f"e{n}.go": f"//go:build {text}\n\npackage p\n" for n, text in enumerate(EXPRESSIONS)}
        files |= {f"s_{suffix}.go": "package p\n" for suffix in SUFFIXES}
        plant(tmp_path, {"go.mod": "module example.com/m\n\ngo 1.20\n", "always.go": "", **files})
        listed = json.loads(
            _go(tmp_path, "list", "-e", "-json", f"-tags={','.join(sorted(config.tags))}", ".", config=config)
        )
        built = {*listed.get("GoFiles", ()), *listed.get("CgoFiles", ())}
        here = BuildConfig(config.goos, config.goarch, config.cgo, config.compiler, release, config.tags)
        ours = {name for name in files if matches(_constraint(name), here)}
        assert ours == built - {"always.go"}

    def test_standard_library_default(self, tmp_path: Path) -> None:
        """By name and header, the default configuration chooses the files of package os that Go chooses."""
        listed = json.loads(_go(tmp_path, "list", "-json", "os", config=DEFAULT))
        folder = Path(listed["Dir"])
        ours = set()
        for path in folder.glob("*.go"):
            header = next((line for line in path.read_text().splitlines() if line.startswith("//go:build ")), "")
            constraints = (file_constraint(path.name), header.removeprefix("//go:build "))
            if not path.name.endswith("_test.go") and all(map(matches, constraints)):
                ours.add(path.name)
        assert ours == {*listed["GoFiles"], *listed.get("CgoFiles", ())}


def _constraint(name: str) -> str:
    if name.startswith("e"):
        return EXPRESSIONS[int(name[1:].removesuffix(".go"))]
    return file_constraint(name)


def _go(folder: Path, *arguments: str, config: BuildConfig = DEFAULT) -> str:
    environ = {
        **os.environ,
        "GOOS": config.goos,
        "GOARCH": config.goarch,
        "CGO_ENABLED": "1" if config.cgo else "0",
        "GOFLAGS": "",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
    }
    done = subprocess.run(["go", *arguments], cwd=folder, env=environ, capture_output=True, text=True, check=True)
    return done.stdout
