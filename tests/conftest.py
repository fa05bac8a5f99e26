"""What several test modules share: the real Go toolchain, and an analysis of a folder."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from subprocess import CompletedProcess, run

import pytest

GoCommand = Callable[[Path, Sequence[str]], "CompletedProcess[str]"]


def find_go() -> str | None:
    """The go command on PATH, else the one that a Python package put beside the interpreter."""
    beside = Path(sys.executable).parent / ("go.exe" if os.name == "nt" else "go")
    return shutil.which("go") or (str(beside) if beside.exists() else None)


@pytest.fixture(scope="session")
def go() -> GoCommand:
    """Runs ``go ARGUMENTS`` in a folder, offline and with the local toolchain; skips the test without Go."""
    command = find_go()
    if command is None:
        pytest.skip("no Go toolchain")
    offline = {"GOTOOLCHAIN": "local", "GOPROXY": "off", "GOFLAGS": "", "GOWORK": "off"}

    def call(folder: Path, arguments: Sequence[str]) -> CompletedProcess[str]:
        environment = {**os.environ, **offline}
        return run(
            [command, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False
        )

    return call


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test knows what another left, and none touches the user's cache."""
    monkeypatch.setenv("MAPLEAK_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
