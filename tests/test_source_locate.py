"""Where imported packages are found: tree, vendor folders, standard library, module cache, GOPATH."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.source.constraints import BuildConfig
from mapleak.source.environment import go_environment
from mapleak.source.locate import LocatedPackage, Locator
from mapleak.source.model import SourceFile, Tree
from mapleak.source.modulecache import escaped, version_key
from source_support import needs_go, plant, scan


def file_of(tree: Tree, path: str) -> SourceFile:
    """The file with this path."""
    return next(file for file in tree.files if file.path == path)


def outside(path: Path, module: str = "") -> SourceFile:
    """A file that is not part of the tree, as the linker describes those of imported packages."""
    return SourceFile(str(path), str(path), str(path.parent), "", module, False, "", 0, False)


def found_in(package: LocatedPackage | None, root: Path) -> tuple[str, str] | None:
    """Origin and folder relative to ``root``."""
    return None if package is None else (package.origin, Path(package.directory).relative_to(root).as_posix())


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A Go installation and a module cache below ``tmp_path``."""
    plant(
        tmp_path / "goroot" / "src",
        {
            "go.mod": "module std\n",
            "fmt/print.go": "",
            "fmt/print_test.go": "",
            "os/file.go": "",
            "os/file_unix.go": "",
            "os/file_windows.go": "",
            "os/exec_linux_amd64.go": "",
            "net/http/client.go": "",
            "internal/only_windows.go": "",
            "vendor/golang.org/x/net/idna/idna.go": "",
            "cmd/go.mod": "module cmd\n",
            "cmd/go/main.go": "",
            "cmd/vendor/golang.org/x/mod/modfile/m.go": "",
        },
    )
    plant(
        tmp_path / "cache",
        {
            "example.com/lib@v1.2.0/l.go": "",
            "example.com/lib@v1.10.0/l.go": "",
            "example.com/lib@v1.2.0/sub/s.go": "",
            "example.com/lib@v1.2.0/go.mod": "module example.com/lib\nrequire example.com/deep v0.1.0\n",
            "example.com/lib/v2@v2.0.0/l.go": "",
            "example.com/lib/nested@v0.3.0/n.go": "",
            "example.com/deep@v0.1.0/d.go": "",
            "example.com/deep@v0.9.0/d.go": "",
            "github.com/!burnt!sushi/toml@v0.3.1/t.go": "",
            "example.com/fork@v3.0.0/l.go": "",
            "cache/download/example.com/x.go": "",
        },
    )
    return tmp_path


def locator(machine: Path, tree: Tree) -> Locator:
    """A locator with the installation of the fixture."""
    return Locator(tree, str(machine / "goroot"), str(machine / "cache"), (str(machine / "gopath"),))


def test_files_and_build_configuration(machine: Path) -> None:
    """Files whose names the configuration allows; all when none is left; no tests."""
    plant(machine / "m", {"go.mod": "module example.com/m\n", "a.go": ""})
    tree = scan(machine / "m")
    here = locator(machine, tree)
    package = here.package("os", tree.files[0])
    assert package is not None
    assert [Path(name).name for name in package.files] == ["exec_linux_amd64.go", "file.go", "file_unix.go"]
    assert (package.import_path, package.origin) == ("os", "std")
    only = here.package("internal", tree.files[0])
    assert only is not None
    assert [Path(name).name for name in only.files] == ["only_windows.go"]
    windows = Locator(tree, str(machine / "goroot"), config=BuildConfig(goos="windows")).package("os", tree.files[0])
    assert windows is not None
    assert [Path(name).name for name in windows.files] == ["file.go", "file_unix.go", "file_windows.go"]


def test_nothing_on_the_machine(machine: Path) -> None:
    """No Go, no cache: only the tree is found, and nothing is an error."""
    plant(machine / "m", {"go.mod": "module example.com/m\nrequire example.com/lib v1.2.0\n", "a.go": "", "b/b.go": ""})
    tree = scan(machine / "m")
    here = Locator(tree)
    for missing in (
        "fmt",
        "example.com/lib",
        "C",
        "",
        "/etc",
        "a\0b",
        "../..",
        "example.com/m/../../x",
        "x\\y",
        "github.com",
    ):
        assert here.package(missing, tree.files[0]) is None
    package = here.package("example.com/m/b", tree.files[0])
    assert package is not None
    assert (package.origin, package.files) == ("tree", (str(machine / "m" / "b" / "b.go"),))


@pytest.mark.parametrize(
    ("requires", "import_path", "expected"),
    [
        ("require example.com/lib v1.2.0", "example.com/lib", "example.com/lib@v1.2.0"),
        ("require example.com/lib v1.10.0", "example.com/lib", "example.com/lib@v1.10.0"),
        ("require example.com/lib v1.2.0", "example.com/lib/sub", "example.com/lib@v1.2.0/sub"),
        ("require example.com/lib v1.2.0", "example.com/lib/none", None),
        ("require example.com/lib/v2 v2.0.0", "example.com/lib/v2", "example.com/lib/v2@v2.0.0"),
        # The longest module path wins.
        (
            "require example.com/lib v1.2.0\nrequire example.com/lib/nested v0.3.0",
            "example.com/lib/nested",
            "example.com/lib/nested@v0.3.0",
        ),
        (
            "require github.com/BurntSushi/toml v0.3.1",
            "github.com/BurntSushi/toml",
            "github.com/!burnt!sushi/toml@v0.3.1",
        ),
        # The required version is not there: nothing says which other one is meant, the newest is the best guess.
        ("require example.com/lib v1.5.0", "example.com/lib", "example.com/lib@v1.10.0"),
        ("", "example.com/lib", "example.com/lib@v1.10.0"),
        ("replace example.com/lib => example.com/fork v3.0.0", "example.com/lib", "example.com/fork@v3.0.0"),
        (
            "require example.com/lib v1.2.0\nreplace example.com/lib v1.2.0 => example.com/fork v3.0.0",
            "example.com/lib",
            "example.com/fork@v3.0.0",
        ),
        (
            "require example.com/lib v1.2.0\nreplace example.com/lib v1.10.0 => example.com/fork v3.0.0",
            "example.com/lib",
            "example.com/lib@v1.2.0",
        ),
        (
            "require example.com/lib v1.2.0\nreplace (\nexample.com/lib => example.com/deep v0.1.0\n"
            "example.com/lib v1.2.0 => example.com/fork v3.0.0\n)",
            "example.com/lib",
            "example.com/fork@v3.0.0",
        ),
    ],
)
def test_module_cache(machine: Path, requires: str, import_path: str, expected: str | None) -> None:
    """Requirements and replaces choose the version."""
    plant(machine / "m", {"go.mod": f"module example.com/m\n{requires}\n", "a.go": ""})
    tree = scan(machine / "m")
    package = locator(machine, tree).package(import_path, tree.files[0])
    assert found_in(package, machine / "cache") == (("module-cache", expected) if expected else None)


def test_replaced_by_a_folder(machine: Path) -> None:
    """With a ``go.mod`` it is part of the tree, under its own path; without one it is only looked into."""
    plant(
        machine,
        {
            "m/go.mod": "module example.com/m\nreplace example.com/a => ../a\nreplace example.com/b v1.0.0 => ../b\n"
            "require example.com/b v1.0.0\n",
            "m/m.go": "",
            "a/go.mod": "module example.com/other\n",
            "a/x/x.go": "",
            "b/b.go": "",
        },
    )
    tree = scan(machine / "m")
    here = locator(machine, tree)
    importer = file_of(tree, "m.go")
    package = here.package("example.com/a/x", importer)
    assert found_in(package, machine) == ("tree", "a/x")
    assert package is not None
    assert package.import_path == "example.com/other/x"
    assert found_in(here.package("example.com/b", importer), machine) == ("local", "b")


def test_what_a_dependency_imports(machine: Path) -> None:
    """The main module's version counts; where it lists none, the dependency's own; else the newest."""
    plant(machine, {"old/go.mod": "module example.com/old\nrequire example.com/lib v1.2.0\n", "old/o.go": ""})
    plant(
        machine,
        {
            "new/go.mod": "module example.com/new\nrequire (\nexample.com/lib v1.2.0\n"
            "example.com/deep v0.9.0 // indirect\n)\n",
            "new/n.go": "",
        },
    )
    tree = scan(machine / "old", machine / "new")
    here = locator(machine, tree)
    importer = machine / "cache" / "example.com" / "lib@v1.2.0" / "l.go"
    for module, version in (("example.com/old", "v0.1.0"), ("example.com/new", "v0.9.0")):
        found = here.package("example.com/deep", outside(importer, module))
        assert found_in(found, machine / "cache") == ("module-cache", f"example.com/deep@{version}")
    unrelated = outside(machine / "cache" / "example.com" / "fork@v3.0.0" / "l.go", "example.com/old")
    found = here.package("example.com/deep", unrelated)
    assert found_in(found, machine / "cache") == ("module-cache", "example.com/deep@v0.9.0")


def test_standard_library_imports_its_own_vendored_packages(machine: Path) -> None:
    """From GOROOT, ``golang.org/x`` means GOROOT/src/vendor, from ``cmd`` its own; for users it does not."""
    plant(machine / "m", {"go.mod": "module example.com/m\n", "a.go": ""})
    tree = scan(machine / "m")
    here = locator(machine, tree)
    source = machine / "goroot" / "src"
    client = outside(source / "net" / "http" / "client.go", "example.com/m")
    package = here.package("golang.org/x/net/idna", client)
    assert found_in(package, source) == ("std", "vendor/golang.org/x/net/idna")
    assert package is not None
    assert package.import_path == "vendor/golang.org/x/net/idna"
    package = here.package("golang.org/x/mod/modfile", outside(source / "cmd" / "go" / "main.go"))
    assert package is not None
    assert package.import_path == "cmd/vendor/golang.org/x/mod/modfile"
    assert here.package("golang.org/x/mod/modfile", client) is None
    assert here.package("golang.org/x/net/idna", tree.files[0]) is None


def test_scanning_the_standard_library(machine: Path) -> None:
    """Its packages are the tree's, its vendored ones are found beside them, also without another GOROOT."""
    source = machine / "goroot" / "src"
    tree = scan(source)
    for goroot in (str(machine / "goroot"), None):
        here = Locator(tree, goroot)
        client = file_of(tree, "net/http/client.go")
        assert found_in(here.package("fmt", client), source) == ("tree", "fmt")
        package = here.package("golang.org/x/net/idna", client)
        assert found_in(package, source) == ("std", "vendor/golang.org/x/net/idna")
        package = here.package("golang.org/x/mod/modfile", file_of(tree, "cmd/go/main.go"))
        assert package is not None
        assert package.import_path == "cmd/vendor/golang.org/x/mod/modfile"


def test_vendor_folders(machine: Path) -> None:
    """The nearest one above the importer, not above its module; before the module cache."""
    plant(
        machine,
        {
            "m/go.mod": "module example.com/m\nrequire example.com/lib v1.2.0\n",
            "m/a/a.go": "",
            "m/vendor/example.com/lib/l.go": "",
            "m/vendor/example.com/two/t.go": "",
            "m/inner/vendor/example.com/lib/l.go": "",
            "m/inner/i.go": "",
            "m/sub/go.mod": "module example.com/sub\nrequire example.com/lib v1.2.0\n",
            "m/sub/s.go": "",
        },
    )
    tree = scan(machine / "m")
    here = locator(machine, tree)
    lib = "example.com/lib"
    assert found_in(here.package(lib, file_of(tree, "a/a.go")), machine) == ("vendor", f"m/vendor/{lib}")
    assert found_in(here.package(lib, file_of(tree, "inner/i.go")), machine) == ("vendor", f"m/inner/vendor/{lib}")
    assert found_in(here.package(lib, file_of(tree, "sub/s.go")), machine) == ("module-cache", f"cache/{lib}@v1.2.0")
    vendored = outside(machine / "m" / "vendor" / "example.com" / "lib" / "l.go", "example.com/m")
    assert found_in(here.package("example.com/two", vendored), machine) == ("vendor", "m/vendor/example.com/two")


def test_workspace(machine: Path) -> None:
    """Its modules see each other, its replaces come first, its vendor folder counts, the newest version wins."""
    plant(
        machine,
        {
            "w/go.work": "use ./a\nuse ./b\nreplace example.com/deep => example.com/fork v3.0.0\n",
            "w/a/go.mod": "module example.com/a\nrequire example.com/lib v1.2.0\nreplace example.com/deep => ../gone\n",
            "w/a/a.go": "",
            "w/b/go.mod": "module example.com/b\nrequire example.com/lib v1.10.0\n",
            "w/b/b.go": "",
            "w/vendor/example.com/v/v.go": "",
        },
    )
    tree = scan(machine / "w" / "a")
    here = locator(machine, tree)
    importer = file_of(tree, "a.go")
    assert found_in(here.package("example.com/b", importer), machine) == ("tree", "w/b")
    assert found_in(here.package("example.com/lib", importer), machine) == (
        "module-cache",
        "cache/example.com/lib@v1.10.0",
    )
    assert found_in(here.package("example.com/deep", importer), machine) == (
        "module-cache",
        "cache/example.com/fork@v3.0.0",
    )
    assert found_in(here.package("example.com/v", importer), machine) == ("vendor", "w/vendor/example.com/v")


def test_modules_of_the_same_path(machine: Path) -> None:
    """Examples are often all called alike: each file means its own module."""
    for name in ("one", "two"):
        plant(machine / "t" / name, {"go.mod": "module example.com/x\n", "main.go": "", "p/p.go": ""})
    tree = scan(machine / "t")
    here = locator(machine, tree)
    for name in ("one", "two"):
        package = here.package("example.com/x/p", file_of(tree, f"{name}/main.go"))
        assert found_in(package, machine) == ("tree", f"t/{name}/p")


def test_before_modules(machine: Path) -> None:
    """Godeps workspaces, GOPATH and relative imports."""
    plant(
        machine,
        {
            "gopath/src/example.com/g/g.go": "",
            "gopath/src/example.com/g/vendor/example.com/gv/v.go": "",
            "r/main.go": 'package main\n\nimport "./local"\n',
            "r/local/l.go": "",
            "r/Godeps/_workspace/src/example.com/godep/d.go": "",
        },
    )
    tree = scan(machine / "r")
    here = locator(machine, tree)
    importer = file_of(tree, "main.go")
    assert found_in(here.package("./local", importer), machine) == ("tree", "r/local")
    assert here.package("../..", importer) is None
    assert found_in(here.package("example.com/g", importer), machine) == ("gopath", "gopath/src/example.com/g")
    godep = "r/Godeps/_workspace/src/example.com/godep"
    assert found_in(here.package("example.com/godep", importer), machine) == ("vendor", godep)
    in_gopath = outside(machine / "gopath" / "src" / "example.com" / "g" / "g.go")
    found = here.package("example.com/gv", in_gopath)
    assert found_in(found, machine) == ("vendor", "gopath/src/example.com/g/vendor/example.com/gv")


def test_folders_of_the_tree_that_are_not_analysed(machine: Path) -> None:
    """A package below ``testdata`` can be imported all the same."""
    plant(machine / "m", {"go.mod": "module example.com/m\n", "a.go": "", "testdata/t/t.go": ""})
    tree = scan(machine / "m")
    package = locator(machine, tree).package("example.com/m/testdata/t", tree.files[0])
    assert found_in(package, machine) == ("local", "m/testdata/t")


def test_versions() -> None:
    """The order of semantic versions; build metadata does not count; what is no version comes first."""
    ordered = [
        "",
        "v0.0.0-20200101000000-abcdefabcdef",
        "v0.0.0-20210101000000-abcdefabcdef",
        "v0.9.0",
        "v1.0.0-1",
        "v1.0.0-alpha",
        "v1.0.0-alpha.2",
        "v1.0.0-alpha.10",
        "v1.0.0-rc.1",
        "v1.0.0",
        "v1.2.0",
        "v1.10.0",
    ]
    shuffled = list(reversed(ordered))
    assert sorted(shuffled, key=version_key) == ordered
    assert version_key("v2.0.0+incompatible") == version_key("v2.0.0")
    assert escaped("github.com/BurntSushi/toml") == "github.com/!burnt!sushi/toml"


class TestAgainstGo:
    """With the real toolchain."""

    pytestmark = needs_go

    def test_standard_library(self, tmp_path: Path) -> None:
        """Packages of the standard library are found where Go has them, with what they import."""
        plant(tmp_path, {"go.mod": "module example.com/m\n", "a.go": ""})
        tree = scan(tmp_path)
        here = Locator.on(go_environment(), tree)
        package = here.package("net/http", tree.files[0])
        assert package is not None
        assert package.origin == "std"
        importer = outside(Path(package.files[0]), "example.com/m")
        vendored = here.package("golang.org/x/net/http/httpguts", importer)
        assert vendored is not None
        assert vendored.import_path == "vendor/golang.org/x/net/http/httpguts"
