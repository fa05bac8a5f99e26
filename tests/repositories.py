"""Git repositories made for a test."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

IDENTITY = {
    "GIT_AUTHOR_NAME": "Test",
    "GIT_AUTHOR_EMAIL": "test@example.com",
    "GIT_COMMITTER_NAME": "Test",
    "GIT_COMMITTER_EMAIL": "test@example.com",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}


def git(repository: Path, *words: str) -> str:
    """Run git in a repository, with nobody's configuration."""
    done = subprocess.run(
        ["git", "-C", str(repository), *words],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, **IDENTITY},
    )
    return done.stdout.strip()


def new_repository(folder: Path) -> Path:
    """An empty repository with the branch main."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    return folder


def write(repository: Path, files: dict[str, str]) -> None:
    """Write files below a folder, and stage them."""
    for name, text in files.items():
        path = repository / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    git(repository, "add", "--all")


def commit(repository: Path, files: dict[str, str]) -> str:
    """Write files and commit everything; gives the commit."""
    write(repository, files)
    git(repository, "commit", "--quiet", "--message=Change", "--allow-empty")
    return git(repository, "rev-parse", "HEAD")


def go_mod(name: str = "shop") -> str:
    """A go.mod."""
    return f"module example.com/{name}\n\ngo 1.22\n"


def store(package: str, variable: str, *, delete: bool = False) -> str:
    """A library package whose exported function fills a map, and may have one that empties it."""
    source = (
        f"package {package}\n\nvar {variable} = map[string]int{{}}\n\n"
        f"// Put{variable} counts.\nfunc Put{variable}(key string) {{\n\t{variable}[key]++\n}}\n"
    )
    if delete:
        source += f"\n// Drop{variable} forgets.\nfunc Drop{variable}(key string) {{\n\tdelete({variable}, key)\n}}\n"
    return source
