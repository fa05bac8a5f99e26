"""Discovery in hostile trees: one clear skip for each thing that cannot be read; everything else is kept."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from source_support import import_paths_of, paths_of, plant, reported_of, scan, skips_of

MODULE = "module example.com/m\n\ngo 1.22\n"


def test_folder_named_like_a_file(tmp_path: Path) -> None:
    """``x.go`` may be a package folder; ``go.mod`` may be one too."""
    plant(tmp_path, {"go.mod": MODULE, "x.go/y.go": "", "b/go.mod/z.go": ""})
    tree = scan(tmp_path)
    assert paths_of(tree) == ["b/go.mod/z.go", "x.go/y.go"]
    assert reported_of(scan(tmp_path / "x.go")) == ["x.go/y.go"]
    assert tree.skips == ()


def test_symbolic_links(tmp_path: Path) -> None:
    """Links to files are read, links to folders are not followed, broken ones and loops are skipped."""
    plant(tmp_path, {"m/go.mod": MODULE, "m/a.go": "", "m/p/b.go": "", "elsewhere/c.go": ""})
    for name, target in (
        ("m/linked.go", "../elsewhere/c.go"),
        ("m/broken.go", "nowhere.go"),
        ("m/self.go", "self.go"),
        ("m/p/up", ".."),
        ("m/folder.go", "p"),
    ):
        (tmp_path / name).symlink_to(target)
    tree = scan(tmp_path / "m")
    assert paths_of(tree) == ["a.go", "linked.go", "p/b.go"]
    assert skips_of(tree) == {
        "broken.go": "cannot read file: broken symbolic link: no such file or directory",
        "self.go": "cannot read file: broken symbolic link: too many levels of symbolic links",
    }


def test_a_named_symbolic_link_to_a_folder(tmp_path: Path) -> None:
    """Is followed: the user asked for what is behind it."""
    plant(tmp_path, {"m/go.mod": MODULE, "m/p/a.go": ""})
    (tmp_path / "link").symlink_to("m/p")
    tree = scan(tmp_path / "link")
    assert (paths_of(tree), tree.root) == (["p/a.go"], str(tmp_path / "m"))


def test_not_a_regular_file(tmp_path: Path) -> None:
    """A pipe would block whoever opens it."""
    plant(tmp_path, {"go.mod": MODULE, "a.go": ""})
    os.mkfifo(tmp_path / "pipe.go")
    assert skips_of(scan(tmp_path)) == {"pipe.go": "not a regular file"}


def test_large_files(tmp_path: Path) -> None:
    """Fifty megabytes are over the limit, which can be raised."""
    plant(tmp_path, {"go.mod": MODULE, "a.go": "", "big.go": ""})
    os.truncate(tmp_path / "big.go", 50_000_000)
    tree = scan(tmp_path)
    assert (paths_of(tree), skips_of(tree)) == (["a.go"], {"big.go": "too large: 50.0 MB, the limit is 10.0 MB"})
    assert paths_of(scan(tmp_path, max_file_size=50_000_000)) == ["a.go", "big.go"]


def test_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files and folders without permission; simulated, for the tests may run as root."""
    plant(tmp_path, {"go.mod": MODULE, "a.go": "", "secret.go": "", "locked/b.go": ""})
    scandir, access = os.scandir, os.access

    def guarded(path: str) -> os._ScandirIterator[str]:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    monkeypatch.setattr(os, "access", lambda path, mode: not path.endswith("secret.go") and access(path, mode))
    tree = scan(tmp_path)
    assert paths_of(tree) == ["a.go"]
    assert skips_of(tree) == {
        "locked": "cannot read folder: permission denied",
        "secret.go": "cannot read file: permission denied",
    }


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_really_unreadable(tmp_path: Path) -> None:
    """The same with real permissions."""
    plant(tmp_path, {"go.mod": MODULE, "a.go": "", "secret.go": ""})
    (tmp_path / "secret.go").chmod(stat.S_IWUSR)
    assert skips_of(scan(tmp_path)) == {"secret.go": "cannot read file: permission denied"}


@pytest.mark.skipif(os.name == "nt", reason="file names are Unicode there")
def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    """Can be shown by any output, and opened."""
    plant(tmp_path, {"go.mod": MODULE, "a.go": ""})
    folder = tmp_path / os.fsdecode(b"d\xffr")
    folder.mkdir()
    (folder / os.fsdecode(b"caf\xe9.go")).write_text("package p\n")
    plant(tmp_path, {"größe/ü.go": ""})
    tree = scan(tmp_path)
    assert paths_of(tree) == ["a.go", "d\\xffr/caf\\xe9.go", "größe/ü.go"]
    for file in tree.files:
        (file.path + file.package_dir + file.import_path).encode("utf-8")
        assert Path(file.absolute).stat().st_size == file.size


@pytest.mark.parametrize(
    ("text", "import_path", "reason"),
    [
        (
            "module example.com/m\nrequire (\n",
            "example.com/m",
            "line 2: ( is never closed; read as far as possible",
        ),
        ("garbage", "m", "no module directive; import paths are inferred, read as far as possible"),
        (
            "\0\1\2",
            "m",
            "line 1: cannot read '\\x00\\x01\\x02' (and 1 more); import paths are inferred, read as far as possible",
        ),
        ("", "m", "no module directive; import paths are inferred, read as far as possible"),
    ],
)
def test_broken_go_mod(tmp_path: Path, text: str, import_path: str, reason: str) -> None:
    """The files are analysed all the same."""
    plant(tmp_path, {"m/go.mod": text, "m/a.go": ""})
    tree = scan(tmp_path / "m")
    assert import_paths_of(tree) == {"": import_path}
    assert skips_of(tree) == {"go.mod": reason}


def test_broken_go_work(tmp_path: Path) -> None:
    """What can be read of it counts."""
    plant(tmp_path, {"go.work": "use ./a\nuse\n<<<<<\n", "a/go.mod": MODULE, "a/a.go": "", ".git/HEAD": ""})
    tree = scan(tmp_path / "a")
    assert tree.modules[0].workspace == str(tmp_path)
    assert skips_of(tree) == {"go.work": "line 2: cannot read 'use' (and 1 more); read as far as possible"}


def test_deep_folders(tmp_path: Path) -> None:
    """Depth does not cost the stack."""
    plant(tmp_path, {"go.mod": MODULE})
    folders = [tmp_path.joinpath(*["d"] * depth) for depth in range(1, 1201)]
    for folder in folders:
        folder.mkdir()
    file = folders[-1] / "x.go"
    file.write_text("package p\n")
    try:
        assert paths_of(scan(tmp_path)) == ["d/" * 1200 + "x.go"]
    finally:  # recursive removal would fail
        file.unlink()
        for folder in reversed(folders):
            folder.rmdir()
