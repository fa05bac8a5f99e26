"""Asks git: the one door to it. Nothing here changes a repository or reaches a network."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit, urlunsplit

import msgspec

from mapleak.errors import MapleakError

DEADLINE = 60.0
WANTED_NAMES = frozenset({"go.mod", "go.work", "modules.txt", ".gitignore"})
SCP_FORM = re.compile(r"(?:[^@/]+@)?([^:/]+):(?!//)(.+)")
REGULAR_MODES = frozenset({"100644", "100755"})


class GitError(MapleakError):
    """Git said no; ``reason`` is the first line it gave, or ""."""

    def __init__(self, verb: str, message: str) -> None:
        self.reason = message.partition("\n")[0]
        super().__init__(f"git {verb} failed: {self.reason or 'no reason given'}")


class Provenance(msgspec.Struct, frozen=True):
    """Where the analysed tree comes from: the remote's address without credentials, commit and branch."""

    repository: str
    revision: str
    branch: str  # "" when no branch is checked out


def provenance(root: str) -> Provenance | None:
    """The provenance of the repository at ``root``, or None when there is none, no commit or no remote."""
    if not (Path(root) / ".git").exists():
        return None
    revision = _answer(root, "rev-parse", "--verify", "--quiet", "HEAD")
    address = _public_address(_answer(root, "remote", "get-url", "origin"))
    if not revision or not address:
        return None
    return Provenance(address, revision, _answer(root, "symbolic-ref", "--quiet", "--short", "HEAD"))


def commit_of(root: str, revision: str) -> str:
    """The commit that a revision names; raises MapleakError when it names none that is at hand."""
    try:
        found = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except GitError as error:
        if error.reason:
            raise
        hint = "in CI, fetch the history (actions/checkout: fetch-depth: 0)"
        raise MapleakError(f"git knows no revision {revision!r} in {root}; {hint}") from None
    return found.decode("ascii").strip()


def has_commits(root: str) -> bool:
    """Whether the repository has a first commit already."""
    return bool(_answer(root, "rev-parse", "--verify", "--quiet", "HEAD"))


def export_go(root: str, commit: str, target: Path) -> None:
    """Write the commit's Go files and what decides about them below ``target``.

    Blobs are written as they are stored: no filters, no attributes and no submodules take part.
    """
    entries = list(_go_entries(root, commit))
    request = "".join(f"{blob}\n" for blob, _ in entries).encode()
    answer = _git(root, "cat-file", "--batch", data=request)
    offset = 0
    for _, path in entries:
        end_of_header = answer.index(b"\n", offset)
        size = int(answer[offset:end_of_header].split()[2])
        offset = end_of_header + 1
        file = target / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(answer[offset : offset + size])
        offset += size + 1


def _go_entries(root: str, commit: str) -> Iterator[tuple[str, str]]:
    listing = _git(root, "ls-tree", "-r", "-z", "--full-tree", commit)
    for entry in listing.split(b"\0"):
        if not entry:
            continue
        head, _, name = entry.partition(b"\t")
        mode, _, blob = head.decode("ascii").split()
        path = os.fsdecode(name)
        if mode in REGULAR_MODES and (path.endswith(".go") or PurePosixPath(path).name in WANTED_NAMES):
            yield blob, path


def _answer(root: str, *arguments: str) -> str:
    """One line of answer, or "" when git is missing or says no."""
    try:
        return _git(root, *arguments).decode("utf-8", "replace").strip()
    except MapleakError:
        return ""


def _git(root: str, *arguments: str, data: bytes = b"") -> bytes:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C", "GIT_NO_LAZY_FETCH": "1"}
    command = ["git", "-C", root, *arguments]
    try:
        done = subprocess.run(  # noqa: S603 -- fixed program, arguments are not shell text
            command, input=data, capture_output=True, check=True, timeout=DEADLINE, env=environment
        )
    except FileNotFoundError:
        raise MapleakError("git is not installed") from None
    except subprocess.TimeoutExpired:
        raise MapleakError(f"git {arguments[0]} did not answer within {DEADLINE:.0f} seconds") from None
    except subprocess.CalledProcessError as error:
        raise GitError(arguments[0], error.stderr.decode("utf-8", "replace").strip()) from None
    return done.stdout


def _public_address(address: str) -> str:
    """A remote's address as a URI without user name and password, or "" for a local one."""
    if match := SCP_FORM.fullmatch(address):
        return f"ssh://{match[1]}/{match[2]}"
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https", "ssh", "git") or not parts.hostname:
        return ""
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit((parts.scheme, f"{parts.hostname}{port}", parts.path, "", ""))
