"""The pre-commit hooks: the manifest, one run by pre-commit itself, and the hooks' commands in awkward repositories."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from repositories import IDENTITY, commit, git, go_mod, new_repository, store, write

PROJECT = Path(__file__).parents[1]
MANIFEST = PROJECT / ".pre-commit-hooks.yaml"
HOOKS = {hook["id"]: hook for hook in yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))}
PRE_COMMIT = [sys.executable, "-m", "pre_commit"]


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))}
    return {**kept, **IDENTITY, **more}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with two modules: one leaks already, the other does not."""
    found = new_repository(tmp_path / "repository")
    commit(
        found,
        {
            "one/go.mod": go_mod("one"),
            "one/old/old.go": store("old", "seen"),
            "one/gone/gone.go": store("gone", "lost"),
            "two/go.mod": go_mod("two"),
            "two/cart/cart.go": store("cart", "items", delete=True),
        },
    )
    return found


def run_hook(name: str, repository: Path, **more: str) -> tuple[int, str]:
    """A hook's command as pre-commit would start it: no terminal, from the root of the repository."""
    entry = shlex.split(HOOKS[name]["entry"])
    assert entry.pop(0) == "mapleak"
    done = subprocess.run(
        [sys.executable, "-m", "mapleak", *entry],
        cwd=repository,
        env=environment(PRE_COMMIT="1", **more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_the_manifest_is_valid() -> None:
    """By pre-commit's own judgement."""
    done = subprocess.run(
        [*PRE_COMMIT, "validate-manifest", str(MANIFEST)], capture_output=True, check=False, text=True
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("name", ["mapleak", "mapleak-full"])
def test_what_every_hook_needs(name: str) -> None:
    """A whole-program analysis is neither split over processes nor given file names; users may choose stages."""
    hook = HOOKS[name]
    assert hook["language"] == "python"
    assert hook["types_or"] == ["go", "go-mod"]
    assert hook["pass_filenames"] is False
    assert hook["require_serial"] is True
    assert hook["minimum_pre_commit_version"] == "2.9.0"
    assert not {"args", "stages", "language_version"} & hook.keys()


def test_try_repo(repository: Path, tmp_path: Path) -> None:
    """Pre-commit installs this checkout and runs the fast hook: only what the commit brings is reported.

    Staged are a new leak in a file with an odd name, a deleted file and a renamed one.
    """
    git(repository, "rm", "--quiet", "one/gone/gone.go")
    git(repository, "mv", "one/old/old.go", "one/old/größe und maß.go")
    write(repository, {"two/neu ü/neu.go": store("neu", "users")})
    done = subprocess.run(
        [*PRE_COMMIT, "try-repo", str(PROJECT), "mapleak", "--color", "never"],
        cwd=repository,
        env=environment(PRE_COMMIT_HOME=str(tmp_path / "home"), CI="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    assert "mapleak (what the commit brings)" in done.stdout
    places = [line for line in done.stdout.splitlines() if ": ML" in line]
    assert [line.split(": ")[0] for line in places] == ["two/neu ü/neu.go:7:2"]
    assert "1 known at HEAD" in done.stdout
    assert "//mapleak:ignore ML101 <reason>" in done.stdout
    assert git(repository, "status", "--porcelain", "--untracked-files=all").count("??") == 0


def test_nothing_new_passes(repository: Path) -> None:
    """A leak that was there before does not stop a commit that has nothing to do with it."""
    write(repository, {"two/cart/more.go": "package cart\n\nvar limit = 3\n"})
    assert run_hook("mapleak", repository)[0] == 0


def test_the_full_hook_reports_everything(repository: Path) -> None:
    """Old leaks of all modules."""
    code, output = run_hook("mapleak-full", repository)
    assert code == 1
    assert [line.split(": ")[0] for line in output.splitlines() if ": ML" in line] == [
        "one/gone/gone.go:7:2",
        "one/old/old.go:7:2",
    ]


def test_the_range_of_a_push(repository: Path) -> None:
    """Before a push, everything since the remote's commit is new."""
    start = git(repository, "rev-parse", "HEAD")
    commit(repository, {"two/neu/neu.go": store("neu", "users")})
    assert run_hook("mapleak", repository)[0] == 0
    assert run_hook("mapleak", repository, PRE_COMMIT_FROM_REF=start, PRE_COMMIT_TO_REF="HEAD")[0] == 1


def test_the_first_commit(tmp_path: Path) -> None:
    """There is no HEAD yet: everything is new."""
    repository = new_repository(tmp_path / "first")
    write(repository, {"go.mod": go_mod(), "old/old.go": store("old", "seen")})
    assert run_hook("mapleak", repository)[0] == 1


@pytest.mark.parametrize("name", ["mapleak", "mapleak-full"])
def test_no_go_files(tmp_path: Path, name: str) -> None:
    """Nothing to do is no failure, and no noise."""
    repository = new_repository(tmp_path / "empty")
    commit(repository, {"README": "x"})
    assert run_hook(name, repository) == (0, "")


def test_a_submodule(repository: Path, tmp_path: Path) -> None:
    """In a submodule .git is a file; in the repository around it, its files are no part of the commit."""
    inner = new_repository(tmp_path / "inner")
    commit(inner, {"go.mod": go_mod("inner"), "old/old.go": store("old", "seen")})
    git(repository, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "sub")
    git(repository, "commit", "--quiet", "--message=Submodule")
    assert run_hook("mapleak", repository / "sub")[0] == 0
    write(repository / "sub", {"neu/neu.go": store("neu", "users")})
    assert run_hook("mapleak", repository / "sub")[0] == 1


def test_no_file_is_left_behind(repository: Path) -> None:
    """Hooks that leave files fail the next hook."""
    for name in HOOKS:
        run_hook(name, repository)
    assert git(repository, "status", "--porcelain", "--ignored") == ""
