"""Discovery: which files of a tree are analysed, which are reported, and what is skipped why."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.errors import MapleakError, NoGoFilesError
from source_support import import_paths_of, paths_of, plant, reported_of, scan, skips_of

MODULE = "module example.com/m\n\ngo 1.22\n"


def test_a_module(tmp_path: Path) -> None:
    """Files, packages and module in a fixed order; names that the go tool passes over are passed over."""
    plant(
        tmp_path,
        {
            "go.mod": MODULE,
            "main.go": "package main\n",
            "b/b_linux_arm64.go": "",
            "a/a.go": "",
            "a/a_test.go": "",
            "a/_draft.go": "",
            "a/.hidden.go": "",
            "a/notes.txt": "x",
            "testdata/t.go": "",
            "_old/o.go": "",
            ".cache/c.go": "",
            "vendor/example.com/v/v.go": "",
        },
    )
    tree = scan(tmp_path)
    assert tree.root == str(tmp_path)
    assert paths_of(tree) == ["a/a.go", "b/b_linux_arm64.go", "main.go"]
    assert [file.file_constraint for file in tree.files] == ["", "linux && arm64", ""]
    assert import_paths_of(tree) == {"": "example.com/m", "a": "example.com/m/a", "b": "example.com/m/b"}
    assert {file.module for file in tree.files} == {"example.com/m"}
    assert [(module.path, module.go_version) for module in tree.modules] == [("example.com/m", "1.22")]
    assert [file.size for file in tree.files] == [10, 10, 13]
    assert tree.skips == ()


def test_tests_and_vendor_on_request(tmp_path: Path) -> None:
    """``tests`` lists test files, ``include_vendor`` vendored packages under their own import paths."""
    plant(tmp_path, {"go.mod": MODULE, "a_test.go": "", "a.go": "", "vendor/example.com/v/v.go": ""})
    tree = scan(tmp_path, tests=True, include_vendor=True)
    assert [(file.path, file.is_test, file.import_path) for file in tree.files] == [
        ("a.go", False, "example.com/m"),
        ("a_test.go", True, "example.com/m"),
        ("vendor/example.com/v/v.go", False, "example.com/v"),
    ]


@pytest.mark.parametrize("pattern", ["{}", "{}/", "{}/..."])
def test_patterns(tmp_path: Path, pattern: str) -> None:
    """A folder and its ``...`` pattern mean the same."""
    plant(tmp_path, {"go.mod": MODULE, "a/a.go": "", "b/b.go": ""})
    assert reported_of(scan(pattern.format(tmp_path / "a"))) == ["a/a.go"]


def test_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``.``, ``./...``, ``...`` and no path at all."""
    plant(tmp_path, {"go.mod": MODULE, "a.go": "", "b/b.go": ""})
    monkeypatch.chdir(tmp_path)
    for paths in ((".",), ("./...",), ("...",), ()):
        assert reported_of(scan(*paths)) == ["a.go", "b/b.go"]


def test_named_paths_limit_the_report_only(tmp_path: Path) -> None:
    """The whole module is analysed, whatever part of it is named."""
    plant(tmp_path, {"go.mod": MODULE, "a.go": "", "b/b.go": "", "b/c/c.go": "", "bb/x.go": ""})
    everything = ["a.go", "b/b.go", "b/c/c.go", "bb/x.go"]
    for named, reported in (
        ([tmp_path / "b"], ["b/b.go", "b/c/c.go"]),
        ([tmp_path / "b" / "b.go"], ["b/b.go"]),
        ([tmp_path / "a.go", tmp_path / "bb"], ["a.go", "bb/x.go"]),
    ):
        tree = scan(*named)
        assert (paths_of(tree), reported_of(tree), tree.root) == (everything, reported, str(tmp_path))


def test_the_root_is_the_repository(tmp_path: Path) -> None:
    """Paths are relative to the folder with ``.git``, which may be a worktree's file."""
    plant(tmp_path, {"repo/.git/HEAD": "x", "repo/svc/go.mod": MODULE, "repo/svc/a/a.go": ""})
    plant(tmp_path, {"tree/.git": "gitdir: ../repo/.git/worktrees/tree\n", "tree/go.mod": MODULE, "tree/a.go": ""})
    assert paths_of(scan(tmp_path / "repo" / "svc" / "a")) == ["svc/a/a.go"]
    assert scan(tmp_path / "tree").root == str(tmp_path / "tree")


def test_the_root_without_repository(tmp_path: Path) -> None:
    """Then it is the module's folder, and without a module the folder named."""
    plant(tmp_path, {"m/go.mod": MODULE, "m/a/a.go": "", "loose/x/x.go": ""})
    assert scan(tmp_path / "m" / "a" / "a.go").root == str(tmp_path / "m")
    assert scan(tmp_path / "loose").root == str(tmp_path / "loose")
    assert scan(tmp_path / "m", tmp_path / "loose").root == str(tmp_path)


def test_nested_modules(tmp_path: Path) -> None:
    """A nested module ends the outer one; scanning the outer folder takes both, a package only its own."""
    plant(
        tmp_path,
        {
            "go.mod": MODULE,
            "a/a.go": "",
            "tools/go.mod": "module example.com/tools\n",
            "tools/gen/gen.go": "",
        },
    )
    assert import_paths_of(scan(tmp_path)) == {"a": "example.com/m/a", "tools/gen": "example.com/tools/gen"}
    assert paths_of(scan(tmp_path / "a")) == ["a/a.go"]
    assert paths_of(scan(tmp_path / "tools" / "gen")) == ["gen/gen.go"]


def test_modules_side_by_side(tmp_path: Path) -> None:
    """A folder above several modules stands for all of them; files between them belong to none."""
    plant(
        tmp_path,
        {
            "x/go.mod": "module example.com/x\n",
            "x/x.go": "",
            "deep/er/y/go.mod": "module example.com/y\n",
            "deep/er/y/y.go": "",
            "scripts/s.go": "",
        },
    )
    tree = scan(tmp_path)
    assert [(file.path, file.module) for file in tree.files] == [
        ("deep/er/y/y.go", "example.com/y"),
        ("scripts/s.go", ""),
        ("x/x.go", "example.com/x"),
    ]
    assert [module.path for module in tree.modules] == ["", "example.com/y", "example.com/x"]


def test_workspace(tmp_path: Path) -> None:
    """All modules of a ``go.work`` are analysed together, those not named without being reported."""
    plant(
        tmp_path,
        {
            "go.work": "go 1.22\nuse (\n\t./a\n\t./b\n\t./gone\n)\nreplace example.com/c => ./c\n",
            "a/go.mod": "module example.com/a\n",
            "a/a.go": "",
            "b/go.mod": "module example.com/b\n",
            "b/b.go": "",
            "c/go.mod": "module example.com/c\n",
            "c/c.go": "",
            "outside/go.mod": "module example.com/outside\n",
            "outside/o.go": "",
            ".git/HEAD": "",
        },
    )
    tree = scan(tmp_path / "a")
    assert paths_of(tree) == ["a/a.go", "b/b.go", "c/c.go"]
    assert reported_of(tree) == ["a/a.go"]
    assert [module.workspace for module in tree.modules] == [str(tmp_path), str(tmp_path), ""]
    assert skips_of(tree) == {"go.work": "uses ./gone, which has no go.mod"}
    assert paths_of(scan(tmp_path / "outside")) == ["outside/o.go"]


def test_replaced_by_a_local_folder(tmp_path: Path) -> None:
    """The folder is analysed, not reported, and its own replaces do not count."""
    plant(
        tmp_path,
        {
            "m/go.mod": MODULE + "replace example.com/lib => ../lib\nreplace example.com/none => ../none\n",
            "m/m.go": "",
            "lib/go.mod": "module example.com/lib\nreplace example.com/deep => ../deep\n",
            "lib/l.go": "",
            "lib/nested/go.mod": "module example.com/lib/nested\n",
            "lib/nested/n.go": "",
            "deep/go.mod": "module example.com/deep\n",
            "deep/d.go": "",
        },
    )
    tree = scan(tmp_path / "m")
    assert [(file.path, file.import_path, file.reported) for file in tree.files] == [
        ("../lib/l.go", "example.com/lib", False),
        ("m.go", "example.com/m", True),
    ]
    assert ("example.com/lib", "", str(tmp_path / "lib"), "") in tree.modules[1].replaces
    assert paths_of(scan(tmp_path)) == ["deep/d.go", "lib/l.go", "lib/nested/n.go", "m/m.go"]


def test_go_mod_ignore_directive(tmp_path: Path) -> None:
    """Folders that ``ignore`` names (Go 1.25): with ``./`` the one at the root, without it any."""
    plant(
        tmp_path,
        {
            "go.mod": MODULE + "ignore ./web\nignore node_modules\n",
            "a.go": "",
            "web/w.go": "",
            "a/web/w.go": "",
            "a/node_modules/n.go": "",
        },
    )
    assert paths_of(scan(tmp_path)) == ["a.go", "a/web/w.go"]


@pytest.mark.parametrize("folder", ["testdata", "_old", ".cache", "vendor", "testdata/_x/.y"])
def test_left_out_folders_named_by_the_user(tmp_path: Path, folder: str) -> None:
    """What ``./...`` passes over is scanned when named, with the rest of its module but without its siblings."""
    plant(
        tmp_path,
        {"go.mod": MODULE, "a.go": "", f"{folder}/p/x.go": "", f"{folder}/testdata/y.go": "", "testdata/z/z.go": ""},
    )
    named = reported_of(scan(tmp_path / folder))
    assert f"{folder}/p/x.go" in named
    assert f"{folder}/testdata/y.go" not in named
    inner = scan(tmp_path / folder / "p")
    assert reported_of(inner) == [f"{folder}/p/x.go"]
    assert paths_of(inner) == sorted(["a.go", f"{folder}/p/x.go"])
    single = scan(tmp_path / folder / "p" / "x.go")
    assert (reported_of(single), paths_of(single)) == ([f"{folder}/p/x.go"], sorted(["a.go", f"{folder}/p/x.go"]))


def test_a_module_below_testdata(tmp_path: Path) -> None:
    """A module that lies in a left-out folder is a module like any other once named."""
    plant(tmp_path, {"go.mod": MODULE, "a.go": "", "testdata/case/go.mod": "module example.com/case\n"})
    plant(tmp_path, {"testdata/case/c.go": "", "testdata/case/sub/s.go": ""})
    assert import_paths_of(scan(tmp_path / "testdata" / "case")) == {
        "": "example.com/case",
        "sub": "example.com/case/sub",
    }
    assert reported_of(scan(tmp_path / "testdata")) == ["testdata/case/c.go", "testdata/case/sub/s.go"]


def test_a_named_file_the_go_tool_ignores(tmp_path: Path) -> None:
    """``_x.go`` is read when it is named."""
    plant(tmp_path, {"go.mod": MODULE, "a.go": "", "_x.go": "", "_y.go": ""})
    assert reported_of(scan(tmp_path / "_x.go")) == ["_x.go"]


def test_a_named_test_file(tmp_path: Path) -> None:
    """Is a skip with the reason, not a failure: a commit may change tests only."""
    plant(tmp_path, {"go.mod": MODULE, "a.go": "", "a_test.go": ""})
    tree = scan(tmp_path / "a_test.go")
    assert (paths_of(tree), reported_of(tree)) == (["a.go"], [])
    assert skips_of(tree) == {"a_test.go": "a test file; test files are read with --tests"}


def test_exclude(tmp_path: Path) -> None:
    """Excluded files are analysed and not reported; naming a file outweighs that unless ``force_exclude``."""
    plant(tmp_path, {"go.mod": MODULE, "a.go": "", "gen/g.go": "", "x/gen/g.go": "", "x/y.pb.go": ""})
    tree = scan(tmp_path, exclude=("/gen/", "*.pb.go"))
    assert len(tree.files) == 4
    assert reported_of(tree) == ["a.go", "x/gen/g.go"]
    assert reported_of(scan(tmp_path / "gen" / "g.go", exclude=("/gen/",))) == ["gen/g.go"]
    assert reported_of(scan(tmp_path / "gen", exclude=("/gen/",))) == ["gen/g.go"]
    assert reported_of(scan(tmp_path / "gen" / "g.go", exclude=("/gen/",), force_exclude=True)) == []


class TestErrors:
    """What ends a run."""

    def test_a_path_that_does_not_exist(self, tmp_path: Path) -> None:
        """Named in the message."""
        plant(tmp_path, {"go.mod": MODULE, "a.go": ""})
        for missing in (tmp_path / "gone", tmp_path / "gone" / "...", f"{tmp_path}/a.go/", "nul\0"):
            with pytest.raises(MapleakError, match=r"^(no such file or folder|cannot look at)"):
                scan(missing)

    def test_no_go_files(self, tmp_path: Path) -> None:
        """An error of its own, also below a module that has some elsewhere."""
        plant(tmp_path, {"empty/readme": "x", "m/go.mod": MODULE, "m/a.go": "", "m/docs/x.md": "x"})
        for path in ("empty", "m/docs", "m/docs/x.md"):
            with pytest.raises(NoGoFilesError, match="no Go files in"):
                scan(tmp_path / path)

    def test_no_go_files_says_what_was_skipped(self, tmp_path: Path) -> None:
        """The reason would be lost with the tree."""
        plant(tmp_path, {"go.mod": MODULE, "big.go": "package p\n" + "//" * 100})
        with pytest.raises(NoGoFilesError, match=r"\(1 skipped: big\.go: too large"):
            scan(tmp_path, max_file_size=100)

    def test_a_bad_exclude_pattern(self, tmp_path: Path) -> None:
        """Says so."""
        plant(tmp_path, {"a.go": ""})
        with pytest.raises(MapleakError, match="bad exclude pattern"):
            scan(tmp_path, exclude=("!",))


def test_order_does_not_depend_on_the_order_of_paths(tmp_path: Path) -> None:
    """The same paths in another order, or twice, give the same tree."""
    plant(tmp_path, {"x/go.mod": "module x.com/x\n", "x/x.go": "", "y/go.mod": "module x.com/y\n", "y/y.go": ""})
    one = scan(tmp_path / "x", tmp_path / "y", tmp_path / "y" / "y.go")
    other = scan(tmp_path / "y" / "y.go", tmp_path / "y", tmp_path / "x", tmp_path / "x")
    assert one == other


def test_the_standard_library_s_module(tmp_path: Path) -> None:
    """``std`` has no prefix, ``cmd`` has one, and vendored packages of both are named by their folders."""
    plant(
        tmp_path,
        {
            "src/go.mod": "module std\n",
            "src/net/http/h.go": "",
            "src/vendor/golang.org/x/net/idna/i.go": "",
            "src/cmd/go.mod": "module cmd\n",
            "src/cmd/go/main.go": "",
            "src/cmd/vendor/golang.org/x/mod/m.go": "",
        },
    )
    assert set(import_paths_of(scan(tmp_path / "src")).values()) == {"net/http", "cmd/go"}
    assert set(import_paths_of(scan(tmp_path / "src", include_vendor=True)).values()) == {
        "net/http",
        "cmd/go",
        "vendor/golang.org/x/net/idna",
        "cmd/vendor/golang.org/x/mod",
    }


def test_a_go_mod_above_the_repository_does_not_count(tmp_path: Path) -> None:
    """Heuristic ``module-within-repository``: a stray ``go.mod`` in a home folder is not this repository's."""
    plant(tmp_path, {"go.mod": MODULE, "other/o.go": "", "repo/.git/HEAD": "", "repo/a.go": ""})
    tree = scan(tmp_path / "repo")
    assert (paths_of(tree), tree.modules[0].path) == (["a.go"], "")
