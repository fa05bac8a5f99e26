"""Ignore rules and tracked files: what we leave out is what git leaves out."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mapleak.errors import NoGoFilesError
from mapleak.source.gitindex import tracked_go_files
from source_support import needs_git, paths_of, plant, reported_of, scan

MODULE = "module example.com/m\n"


def git(folder: Path, *arguments: str) -> str:
    """Runs git without the user's settings."""
    environ = {"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always", *arguments],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def listed_by_git(folder: Path) -> list[str]:
    """The Go files that git tracks or would add."""
    shown = git(folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    return sorted(name for name in shown.split("\0") if name.endswith(".go") and (folder / name).exists())


TREES = {
    "names and folders": {
        ".gitignore": "build/\n*.pb.go\n/top.go\n# comment\n\\#x.go\n",
        "build/b.go": "", "a/build/b.go": "", "a/x.pb.go": "", "top.go": "", "a/top.go": "", "#x.go": "", "k.go": "",
    },
    "negation": {
        ".gitignore": "*.go\n!keep.go\n!sub/\n", "keep.go": "", "a.go": "", "sub/a.go": "", "sub/keep.go": "",
    },
    "whitelist": {
        ".gitignore": "*\n!*/\n!*.go\n!.gitignore\n", "a.go": "", "a/b.go": "", "a/c.txt": "x",
    },
    "negation cannot reach into an ignored folder": {
        ".gitignore": "out\n!out/keep.go\n", "out/keep.go": "", "keep.go": "",
    },
    "contents of a folder": {
        ".gitignore": "out/*\n!out/keep.go\n", "out/keep.go": "", "out/a.go": "", "out/d/e.go": "",
    },
    "nested files": {
        ".gitignore": "gen.go\n", "a/.gitignore": "!gen.go\nother.go\n", "gen.go": "", "a/gen.go": "", "a/other.go": "",
        "a/b/gen.go": "", "other.go": "",
    },
    "anchored below": {
        "a/.gitignore": "/x.go\nb/y.go\n", "a/x.go": "", "a/b/x.go": "", "a/b/y.go": "", "a/c/b/y.go": "",
    },
    "stars": {".gitignore": "**/gen/**\na/**/z.go\n*_gen.go\nq?.go\n[ab].go\n", "gen/a.go": "", "x/gen/y/a.go": "",
        "a/z.go": "", "a/b/c/z.go": "", "b/z.go": "", "x_gen.go": "", "q1.go": "", "q.go": "", "a.go": "", "c.go": ""},
    "trailing space and CRLF": {".gitignore": "a.go  \r\nb.go\r\n", "a.go": "", "b.go": "", "c.go": ""},
    "classes": {
        ".gitignore": "[[:digit:]]*.go\nx[!a-c].go\ny[]-].go\nz[\\]].go\nw[a-].go\nv[c-a].go\n[[:nope:]].go\n",
        "1.go": "", "a1.go": "", "xa.go": "", "xd.go": "", "y].go": "", "y-.go": "", "z].go": "", "w-.go": "",
        "wb.go": "", "vc.go": "", "va.go": "", "vb.go": "", "n.go": "",
    },
    "bytes": {".gitignore": "?.go\n[é].go\n", "é.go": "", "e.go": "", "éé.go": ""},
    "escapes": {
        ".gitignore": "\\!a.go\n\\*.go\nb\\?.go\nc\\\nd\\ \ne.go\\  \n", "!a.go": "", "*.go": "", "x.go": "",
        "b?.go": "", "bx.go": "", "d /x.go": "", "e.go ": "x", "e.go": "",
    },
    "many stars": {".gitignore": "*a*a*.go\na/***/x.go\nb*c/*.go\n", "ba.go": "", "aba.go": "", "a/b/c/x.go": "",
        "a/x.go": "", "bac/x.go": "", "b/c/x.go": ""},
    "broken patterns": {".gitignore": "[\n!\n/\nok.go\n", "a.go": "", "ok.go": ""},
}  # fmt: skip


@needs_git
@pytest.mark.parametrize("name", TREES)
def test_against_git(tmp_path: Path, name: str) -> None:
    """The files listed are those that git lists."""
    plant(tmp_path, {"go.mod": MODULE, "always/on.go": "", **TREES[name]})
    git(tmp_path, "init", "-q")
    assert paths_of(scan(tmp_path)) == listed_by_git(tmp_path)


PATTERN = st.lists(
    st.sampled_from(
        ["a", "b", "*", "**", "/", "!", ".go", "a.go", "?", "[ab]", "[!a]", "[", "]", "a-b", "\\", " ", "#"]
    ),
    min_size=1,
    max_size=5,
).map("".join)


def well_defined(pattern: str) -> bool:
    """Not a ``**`` behind anything but a slash: before 2.41, git compared unrelated pointers there."""
    return re.search(r"[^/*]\*\*", pattern.lstrip("!")) is None


@needs_git
@given(top=st.lists(PATTERN.filter(well_defined), max_size=4), inner=st.lists(PATTERN.filter(well_defined), max_size=3))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_patterns_against_git(
    tmp_path_factory: pytest.TempPathFactory, top: list[str], inner: list[str]
) -> None:
    """Random rules in two folders."""
    root = tmp_path_factory.mktemp("repository")
    files = [f"{folder}{name}.go" for folder in ("", "a/", "b/", "a/a/", "a/b/", "b/a/b/") for name in ("a", "b", "ab")]
    plant(root, {"go.mod": MODULE, **dict.fromkeys(files, "")})
    plant(root, {".gitignore": "\n".join(top) + "\n", "a/.gitignore": "\n".join(inner) + "\n"})
    git(root, "init", "-q")
    expected = listed_by_git(root)
    if expected:
        assert paths_of(scan(root)) == expected
    else:
        with pytest.raises(NoGoFilesError):
            scan(root)


def test_a_pattern_of_many_stars(tmp_path: Path) -> None:
    """Is decided at once, although there are more ways to divide the name than a computer can try."""
    plant(tmp_path, {"go.mod": MODULE, ".gitignore": "*a" * 40 + "b.go\n", "a" * 200 + ".go": ""})
    assert len(scan(tmp_path).files) == 1


def test_without_respect(tmp_path: Path) -> None:
    """The rules can be turned off."""
    plant(tmp_path, {"go.mod": MODULE, ".gitignore": "*\n", "a.go": ""})
    assert paths_of(scan(tmp_path, respect_gitignore=False)) == ["a.go"]


def test_rules_above_the_module(tmp_path: Path) -> None:
    """Rules count from the repository's root down, not from outside it."""
    plant(tmp_path, {".gitignore": "b.go\n", "r/.git/HEAD": "", "r/.gitignore": "a.go\n", "r/m/go.mod": MODULE})
    plant(tmp_path, {"r/m/a.go": "", "r/m/b.go": ""})
    assert paths_of(scan(tmp_path / "r" / "m")) == ["m/b.go"]


def test_named_although_ignored(tmp_path: Path) -> None:
    """Who names an ignored folder or file wants it scanned; the rules inside it still count."""
    plant(tmp_path, {".git/HEAD": "", ".gitignore": "out/\nz.go\n", "go.mod": MODULE, "a.go": "", "z.go": ""})
    plant(tmp_path, {"out/x/b.go": "", "out/x/.gitignore": "c.go", "out/x/c.go": "", "out/y.go": ""})
    assert reported_of(scan(tmp_path / "out" / "x")) == ["out/x/b.go"]
    assert reported_of(scan(tmp_path / "out" / "x" / "c.go")) == ["out/x/c.go"]
    assert reported_of(scan(tmp_path / "z.go")) == ["z.go"]
    assert paths_of(scan(tmp_path)) == ["a.go"]


def test_an_ignored_module_named(tmp_path: Path) -> None:
    """A module in an ignored folder, such as a checkout below ``build``, is scanned when named."""
    plant(tmp_path, {".git/HEAD": "", ".gitignore": "build/\n*.go\n", "build/m/go.mod": MODULE, "build/m/a.go": ""})
    assert paths_of(scan(tmp_path / "build" / "m")) == ["build/m/a.go"]


@needs_git
class TestTracked:
    """Ignore rules say nothing about files that git tracks."""

    @pytest.mark.parametrize("version", ["2", "3", "4"])
    def test_tracked_although_ignored(self, tmp_path: Path, version: str) -> None:
        """A binary's name in ``.gitignore`` must not lose the package of that name."""
        plant(tmp_path, {".gitignore": "server\n*.pb.go\n", "go.mod": MODULE, "server/s.go": "", "server/new.go": ""})
        plant(tmp_path, {"server/deep/er/d.go": "", "a.pb.go": "", "b.pb.go": "", "cmd/server/main.go": "", "ü.go": ""})
        git(tmp_path, "init", "-q")
        git(tmp_path, "add", "-f", "server/s.go", "server/deep", "a.pb.go", "ü.go", "go.mod")
        if version == "3":  # an intent to add makes extended entries
            git(tmp_path, "add", "-f", "-N", "b.pb.go")
        git(tmp_path, "update-index", f"--index-version={version}")
        expected = ["a.pb.go", *(["b.pb.go"] if version == "3" else []), "server/deep/er/d.go", "server/s.go", "ü.go"]
        assert paths_of(scan(tmp_path)) == expected == listed_by_git(tmp_path)

    def test_sha256_repository(self, tmp_path: Path) -> None:
        """Longer object names."""
        plant(tmp_path, {".gitignore": "s/\n", "go.mod": MODULE, "s/s.go": "", "s/t.go": "", "s/u.go": ""})
        git(tmp_path, "init", "-q", "--object-format=sha256")
        git(tmp_path, "add", "-f", ".")
        assert paths_of(scan(tmp_path)) == ["s/s.go", "s/t.go", "s/u.go"]

    def test_worktree_and_submodule(self, tmp_path: Path) -> None:
        """Their ``.git`` is a file that names the folder with the index."""
        plant(
            tmp_path / "lib", {".gitignore": "gen/\n", "go.mod": "module example.com/lib\n", "gen/g.go": "", "l.go": ""}
        )
        git(tmp_path / "lib", "init", "-q")
        git(tmp_path / "lib", "add", "-f", ".")
        git(tmp_path / "lib", "commit", "-q", "-m", "x")
        git(tmp_path / "lib", "worktree", "add", "-q", "../tree")
        assert paths_of(scan(tmp_path / "tree")) == ["gen/g.go", "l.go"]
        plant(tmp_path / "app", {".gitignore": "l.go\n", "go.mod": MODULE, "a.go": "", "l.go": ""})
        git(tmp_path / "app", "init", "-q")
        git(tmp_path / "app", "submodule", "add", "-q", "../lib", "third/lib")
        assert paths_of(scan(tmp_path / "app")) == ["a.go", "third/lib/gen/g.go", "third/lib/l.go"]

    def test_broken_index(self, tmp_path: Path) -> None:
        """Then the rules decide alone."""
        plant(tmp_path, {".gitignore": "s/\n", "go.mod": MODULE, "s/s.go": "", "a.go": ""})
        git(tmp_path, "init", "-q")
        git(tmp_path, "add", "-f", ".")
        index = tmp_path / ".git" / "index"
        sound = index.read_bytes()
        assert paths_of(scan(tmp_path)) == ["a.go", "s/s.go"]
        for broken in (b"", b"DIRC", sound[: len(sound) // 2], b"x" * 1000, sound[:4] + b"\0\0\0\7" + sound[8:]):
            index.write_bytes(broken)
            assert paths_of(scan(tmp_path)) == ["a.go"]


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_index(tmp_path: Path, data: bytes) -> None:
    """No bytes make it raise."""
    plant(tmp_path, {".git/HEAD": ""})
    (tmp_path / ".git" / "index").write_bytes(b"DIRC\0\0\0\2\0\0\0\2" + data)
    tracked_go_files(str(tmp_path))
