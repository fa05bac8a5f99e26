"""What the rules about locks say that the Go runtime does, asked of the Go runtime."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from conftest import GoCommand

PROGRAM = Path(__file__).parent.parent / "testdata" / "locking"

Run = Callable[[str], "CompletedProcess[str]"]

pytestmark = pytest.mark.needs_go


@pytest.fixture(scope="module")
def run(go: GoCommand, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs the program, built once, with the name of what to do wrong."""
    binary = tmp_path_factory.mktemp("locking") / "locking"
    built = go(PROGRAM, ("build", "-o", str(binary), "."))
    assert built.returncode == 0, built.stderr
    return lambda what: subprocess.run([binary, what], capture_output=True, text=True, timeout=120, check=False)


def test_the_program_survives_when_it_does_nothing_wrong(run: Run) -> None:
    """The other tests see an effect of what they ask for."""
    result = run("none")
    assert (result.returncode, result.stdout) == (0, "survived\n")


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("write", "concurrent map writes"),
        ("read", "concurrent map read and map write"),
        ("range", "concurrent map iteration and map write"),
        ("recover", "concurrent map writes"),
        ("read-locks", "concurrent map writes"),
        ("two-locks", "concurrent map writes"),
        ("copied", "concurrent map writes"),
        ("timer", "concurrent map writes"),
    ],
)
def test_unguarded_writes_end_the_process(run: Run, what: str, message: str) -> None:
    """ML601: writes that meet anything else stop the process; neither recover nor a lock for reading helps, nor
    one lock here and another there, nor the lock of a copy. A timer's function runs in a goroutine of its own."""
    result = run(what)
    assert result.returncode == 2
    assert "fatal error: concurrent map" in result.stderr
    assert what in ("read", "range") or message in result.stderr  # two writes may meet there, too


@pytest.mark.parametrize(("what", "method"), [("unlock", "Unlock"), ("runlock", "RUnlock")])
def test_a_mismatched_release_ends_the_process(run: Run, what: str, method: str) -> None:
    """ML602: recover does not catch it."""
    result = run(what)
    assert result.returncode == 2
    assert f"fatal error: sync: {method} of unlocked RWMutex" in result.stderr


def test_a_lock_left_held_blocks_whoever_comes_next(run: Run) -> None:
    """ML602: and the program goes on without a word."""
    result = run("left")
    assert "[sync.Mutex.Lock]" in result.stdout
    assert "got it" not in result.stdout
    assert result.stdout.endswith("survived\n")


def test_a_read_lock_left_held_blocks_the_next_writer_and_then_readers(run: Run) -> None:
    """ML602: readers before the writer go on."""
    result = run("left-read")
    assert "read again" in result.stdout
    assert "[sync.RWMutex.Lock]" in result.stdout
    assert "[sync.RWMutex.RLock]" in result.stdout
    assert "got it" not in result.stdout
