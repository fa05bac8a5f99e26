"""Which files make a package, and what keeps packages apart."""

from __future__ import annotations

from pathlib import Path

from programs import linked, resolved, write_module


def test_a_program_in_a_librarys_folder_is_a_package_of_its_own(tmp_path: Path) -> None:
    """``//go:build ignore`` generators share nothing with the library beside them, and do not make it a command."""
    files = {
        "a.go": "package m\n\nvar c = map[string]int{}\n\nfunc See(s string) { c[s]++ }\n",
        "gen.go": '//go:build ignore\n\npackage main\n\nvar c = map[string]int{}\n\nfunc main() { delete(c, "x") }\n',
    }
    program = resolved(write_module(tmp_path, files))
    assert program.main_packages == ("example.com/m [main]",)
    assert [v.node for v in program.variables] == ["example.com/m [main].c", "example.com/m.c"]
    assert [f.name for f in program.functions if f.ops] == ["example.com/m [main].main", "example.com/m.See"]


def test_a_command_alone_keeps_its_import_path(tmp_path: Path) -> None:
    program = resolved(write_module(tmp_path, {"main.go": "package main\n\nfunc main() {}\n"}))
    assert program.main_packages == ("example.com/m",)


def test_two_modules_with_one_path_stay_apart(tmp_path: Path) -> None:
    write_module(tmp_path / "one", {"a.go": "package m\n\nvar X map[string]int\n"})
    write_module(tmp_path / "two", {"a.go": "package m\n\nvar X map[int]bool\n"})
    program, _ = linked(tmp_path)
    assert len(program.packages("example.com/m")) == 2


def test_a_file_that_is_not_read_leaves_its_package_incomplete(tmp_path: Path) -> None:
    folder = write_module(tmp_path, {"a.go": "package m\n", "p/b.go": "package p\n"})
    (folder / "p" / "gone.go").symlink_to(folder / "p" / "nowhere.go")
    files = resolved(folder).files
    assert {path: info.has_issues for path, info in files.items()} == {"a.go": False, "p/b.go": True}


def test_closures_are_numbered_by_variant_and_in_initialisers_across_files(tmp_path: Path) -> None:
    files = {
        "a_linux.go": "package m\n\nvar a = func() {}\n\nfunc start() { go func() {}() }\n",
        "a_windows.go": "package m\n\nvar b = func() {}\n\nfunc start() { go func() {}() }\n",
    }
    program = resolved(write_module(tmp_path, files))
    names = [f.name.removeprefix("example.com/m.") for f in program.functions if f.parent]
    assert names == ["init$1", "init$2", "start$1", "start$1"]
