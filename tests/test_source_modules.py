"""``go.mod`` and ``go.work``: what is read, and how little a broken line spoils."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapleak.source.modules import check_go_mod, import_path_of, is_local, parse, read_text

GO_MOD = """\
// The shop.
module example.com/shop // import "example.com/shop"

go 1.22.3
toolchain go1.24.1

require example.com/one v1.2.3
require (
\texample.com/two/v2 v2.0.0-20240101000000-abcdefabcdef // indirect
\t"example.com/three" v0.1.0+incompatible
\t`example.com/four` v0.0.1 //indirect
)

exclude example.com/one v1.2.2
exclude (
\texample.com/two/v2 v2.1.0
)

replace example.com/one => ../one
replace example.com/three v0.1.0 => example.com/fork v0.2.0
replace (
\texample.com/four => "./local dir"
)

retract [v1.0.0, v1.1.0] // broken
tool example.com/one/cmd/gen
ignore ./node_modules
ignore (
\tstatic
)
godebug default=go1.21
require ( )
"""


def test_go_mod() -> None:
    """Every directive that bears on packages, alone and in blocks, quoted and commented."""
    file = parse(GO_MOD)
    assert check_go_mod(file) == []
    assert (file.module, file.go, file.toolchain) == ("example.com/shop", "1.22.3", "go1.24.1")
    assert file.requires == [
        ("example.com/one", "v1.2.3"),
        ("example.com/two/v2", "v2.0.0-20240101000000-abcdefabcdef"),
        ("example.com/three", "v0.1.0+incompatible"),
        ("example.com/four", "v0.0.1"),
    ]
    assert file.indirect == {"example.com/two/v2", "example.com/four"}
    assert file.excludes == [("example.com/one", "v1.2.2"), ("example.com/two/v2", "v2.1.0")]
    assert file.replaces == [
        ("example.com/one", "", "../one", ""),
        ("example.com/three", "v0.1.0", "example.com/fork", "v0.2.0"),
        ("example.com/four", "", "./local dir", ""),
    ]
    assert file.ignores == ["./node_modules", "static"]


def test_windows_line_ends_and_byte_order_mark(tmp_path: Path) -> None:
    """CRLF and a BOM are no part of the words."""
    path = tmp_path / "go.mod"
    path.write_bytes(b"\xef\xbb\xbfmodule example.com/m\r\n\r\nrequire (\r\n\texample.com/a v1.0.0\r\n)\r\n")
    text, unreadable = read_text(str(path))
    file = parse(text)
    assert (unreadable, check_go_mod(file), file.module) == ("", [], "example.com/m")
    assert file.requires == [("example.com/a", "v1.0.0")]


def test_module_in_a_block() -> None:
    """The module directive may be a block too."""
    assert parse("module (\n\texample.com/m\n)\n").module == "example.com/m"


def test_go_work() -> None:
    """``use`` and ``replace`` of a workspace."""
    file = parse('go 1.22\n\nuse ./a\nuse (\n\t./b // second\n\t"./c d"\n)\nreplace example.com/x => ./x\n')
    assert file.uses == ["./a", "./b", "./c d"]
    assert file.replaces == [("example.com/x", "", "./x", "")]
    assert file.problems == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no module directive"),
        ("go 1.22\n", "no module directive"),
        ("module example.com/m\nmodule example.com/n\n", "2: cannot read 'module example.com/n'"),
        ("module example.com/m\nrequire example.com/a\n", "2: cannot read 'require example.com/a'"),
        ("module example.com/m\nrequire (\nexample.com/a v1.0.0\n", "2: ( is never closed"),
        ('module "example.com/m\n', "1: unterminated string"),
        ("module example.com/m\n<<<<<<< HEAD\n", "2: cannot read '<<<<<<< HEAD'"),
        ("module example.com/m\nreplace a b c => d\n", "2: cannot read 'replace a b c => d'"),
        ("module example.com/m\nreplace a => example.com/b\n", "2: cannot read 'replace a => example.com/b'"),
        ("module example.com/m\ngo\n", "2: cannot read 'go'"),
        ("PK\x03\x04\x00\x00\n", "1: cannot read 'PK\\x03\\x04\\x00\\x00'"),
    ],
)
def test_problems(text: str, problem: str) -> None:
    """A broken file says where and what."""
    assert problem in check_go_mod(parse(text))


def test_broken_lines_spoil_nothing_else() -> None:
    """A merge conflict costs its markers only."""
    file = parse(
        "module example.com/m\nrequire (\n<<<<<<< HEAD\n\texample.com/a v1.0.0\n=======\n\texample.com/a v1.1.0\n"
        ">>>>>>> other\n)\ngo 1.22\n"
    )
    assert file.requires == [("example.com/a", "v1.0.0"), ("example.com/a", "v1.1.0")]
    assert (file.module, file.go, len(file.problems)) == ("example.com/m", "1.22", 3)


def test_unknown_directives_are_no_problem() -> None:
    """A newer Go may have further directives."""
    assert check_go_mod(parse("module example.com/m\nfuture ./thing\nlater (\n\tx y z\n)\n")) == []


@given(st.text(max_size=300))
@settings(max_examples=300, deadline=None)
def test_random_text(text: str) -> None:
    """No text makes it raise."""
    parse(text)


@given(
    st.lists(
        st.sampled_from(["module", "require", "replace", "use", "(", ")", "=>", "a/b", "v1.0.0", '"', "`", "//", "\n"])
    )
)
@settings(max_examples=500, deadline=None)
def test_random_words(words: list[str]) -> None:
    """No order of a module file's words makes it raise, and requirements always have a version."""
    assert all(path and version.startswith("v") for path, version in parse(" ".join(words)).requires)


def test_unreadable(tmp_path: Path) -> None:
    """What cannot be read says why."""
    assert read_text(str(tmp_path / "go.mod")) == ("", "No such file or directory")
    assert read_text(str(tmp_path))[1] == "Is a directory"


@pytest.mark.parametrize(
    ("module", "relative", "expected"),
    [
        ("example.com/m", "", "example.com/m"),
        ("example.com/m", "a/b", "example.com/m/a/b"),
        ("std", "net/http", "net/http"),
        ("cmd", "go", "cmd/go"),
    ],
)
def test_import_paths(module: str, relative: str, expected: str) -> None:
    """The standard library's packages have no module prefix."""
    assert import_path_of(module, relative) == expected


def test_local_replacements() -> None:
    """A folder is told from a module path by how it begins."""
    assert all(is_local(path) for path in (".", "..", "./a", "../a", "/a", "C:\\a", "C:/a", "..\\a"))
    assert not any(is_local(path) for path in ("example.com/a", "a", ".hidden", "...a"))
