"""Import paths of trees without ``go.mod``: the heuristic ``inferred-module-path``."""

from __future__ import annotations

from pathlib import Path

from source_support import import_paths_of, plant, scan


def imports(*paths: str) -> str:
    """A Go file with these imports."""
    return "package p\n\nimport (\n" + "".join(f'\t"{path}"\n' for path in paths) + ")\n"


def test_from_the_imports(tmp_path: Path) -> None:
    """The prefix that turns most imports into folders of the tree."""
    plant(
        tmp_path / "checkout",
        {
            "main.go": imports(
                "fmt", "github.com/acme/shop/cart", "github.com/acme/shop/store/sql", "github.com/x/cart"
            ),
            "cart/cart.go": 'package cart\n\nimport sql "github.com/acme/shop/store/sql"\n',
            "store/sql/sql.go": imports("database/sql"),
        },
    )
    assert import_paths_of(scan(tmp_path / "checkout")) == {
        "": "github.com/acme/shop",
        "cart": "github.com/acme/shop/cart",
        "store/sql": "github.com/acme/shop/store/sql",
    }


def test_single_import_lines(tmp_path: Path) -> None:
    """Imports without parentheses count, named or not; strings elsewhere do not."""
    plant(
        tmp_path / "shop",
        {
            "a.go": 'package p\n\nimport . "github.com/acme/shop/cart"\nimport "github.com/acme/shop/db"\n\n'
            'var x = "github.com/other/shop/cart"\n',
            "cart/c.go": "",
            "db/d.go": "",
        },
    )
    assert import_paths_of(scan(tmp_path / "shop"))["db"] == "github.com/acme/shop/db"


def test_gopath_layout(tmp_path: Path) -> None:
    """In ``…/src/host/path`` the folder says it, whatever is scanned."""
    plant(tmp_path, {"go/src/github.com/acme/shop/cart/c.go": "", "go/src/example.org/x/x.go": ""})
    repository = tmp_path / "go" / "src" / "github.com" / "acme" / "shop"
    assert import_paths_of(scan(repository)) == {"cart": "github.com/acme/shop/cart"}
    assert import_paths_of(scan(tmp_path / "go")) == {
        "src/example.org/x": "example.org/x",
        "src/github.com/acme/shop/cart": "github.com/acme/shop/cart",
    }


def test_src_that_is_no_gopath(tmp_path: Path) -> None:
    """``src/v2.0`` names a version, not a host; a project that is its own GOPATH imports its folders by name."""
    plant(tmp_path / "one", {"src/v2.0/a.go": ""})
    assert import_paths_of(scan(tmp_path / "one")) == {"src/v2.0": "one/src/v2.0"}
    plant(tmp_path / "two", {"src/app/main.go": imports("app/util"), "src/app/util/u.go": ""})
    assert import_paths_of(scan(tmp_path / "two")) == {"src/app": "app", "src/app/util": "app/util"}


def test_coincidences(tmp_path: Path) -> None:
    """A library whose name is that of one of our folders does not give its path to us."""
    plant(tmp_path / "app", {"main.go": imports("github.com/gorilla/handlers", "net/http"), "handlers/h.go": ""})
    plant(tmp_path / "app", {"http/h.go": "", "context/c.go": imports("golang.org/x/net/context")})
    assert import_paths_of(scan(tmp_path / "app"))["handlers"] == "app/handlers"
    assert import_paths_of(scan(tmp_path / "app"))["context"] == "app/context"


def test_ambiguous(tmp_path: Path) -> None:
    """Two prefixes with one folder each decide nothing, unless one ends in the tree's own name."""
    files = {"main.go": imports("github.com/a/b/util", "github.com/c/d/log"), "util/u.go": "", "log/l.go": ""}
    plant(tmp_path / "app", files)
    plant(tmp_path / "d", files)
    assert import_paths_of(scan(tmp_path / "app"))[""] == "app"
    assert import_paths_of(scan(tmp_path / "d"))[""] == "github.com/c/d"


def test_nothing_known(tmp_path: Path) -> None:
    """The folder's name stands for the path; never the standard library's, never an absolute path."""
    plant(tmp_path / "tool", {"a.go": "", "x/x.go": ""})
    plant(tmp_path / "net", {"http/h.go": ""})
    assert import_paths_of(scan(tmp_path / "tool")) == {"": "tool", "x": "tool/x"}
    assert import_paths_of(scan(tmp_path / "net")) == {"http": "local/net/http"}


def test_the_repository_is_the_root(tmp_path: Path) -> None:
    """Naming a folder of an old repository analyses the repository."""
    plant(
        tmp_path / "r", {".git/HEAD": "", "a/a.go": imports("example.com/me/r/b", "example.com/me/r/a"), "b/b.go": ""}
    )
    tree = scan(tmp_path / "r" / "b")
    assert import_paths_of(tree) == {"a": "example.com/me/r/a", "b": "example.com/me/r/b"}
    assert [file.path for file in tree.files if file.reported] == ["b/b.go"]


def test_vendored_packages(tmp_path: Path) -> None:
    """With ``include_vendor`` they have their own paths, and do not vote."""
    plant(tmp_path / "r", {"a/a.go": imports("example.com/me/r/b", "example.com/v"), "b/b.go": ""})
    plant(tmp_path / "r", {"vendor/example.com/v/v.go": ""})
    assert import_paths_of(scan(tmp_path / "r", include_vendor=True)) == {
        "a": "example.com/me/r/a",
        "b": "example.com/me/r/b",
        "vendor/example.com/v": "example.com/v",
    }


def test_unreadable_files_do_not_vote(tmp_path: Path) -> None:
    """Bytes that are not Go are no imports, and not an error."""
    plant(tmp_path / "r", {"a.go": ""})
    (tmp_path / "r" / "b.go").write_bytes(b'import (\n"\xff/a"\n\0)' * 10)
    assert import_paths_of(scan(tmp_path / "r")) == {"": "r"}
