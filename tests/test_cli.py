"""The command line by exit code and bytes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mapleak.cli.main import run
from programs import write_module

GO_MOD = "module example.com/shop\n\ngo 1.22\n"
LEAK = """\
package main

import ("net/http"; "sync")

var sessions = map[string]int{}; var mutex sync.Mutex

func handle(w http.ResponseWriter, r *http.Request) { mutex.Lock(); defer mutex.Unlock()
	sessions[r.RemoteAddr]++
}

func main() {
	http.HandleFunc("/", handle)
	http.ListenAndServe(":80", nil)
}
"""
CLEAN = "package main\n\nfunc main() {}\n"


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module with a leak; it is the current folder."""
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "PRE_COMMIT"):
        monkeypatch.delenv(name, raising=False)
    return make(tmp_path / "shop", monkeypatch, LEAK)


@pytest.fixture
def clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module without one; it is the current folder."""
    return make(tmp_path / "clean", monkeypatch, CLEAN)


def make(folder: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> Path:
    folder.mkdir()
    (folder / "go.mod").write_text(GO_MOD)
    (folder / "main.go").write_text(source)
    monkeypatch.chdir(folder)
    return folder


def scan(*words: str) -> int:
    return run(["scan", "--compiler", "off", *words])


def test_findings_are_1_and_nothing_found_is_0(module: Path, clean: Path) -> None:
    """The two ordinary ends."""
    assert scan(str(module)) == 1
    assert scan(str(clean)) == 0


@pytest.mark.parametrize("format_", ["text", "concise", "json", "sarif"])
def test_the_exit_code_does_not_depend_on_the_format(module: Path, format_: str) -> None:
    """A reader of SARIF uses --exit-zero when it wants to."""
    assert scan("--format", format_) == 1
    assert scan("--format", format_, "--exit-zero") == 0


@pytest.mark.parametrize(("level", "code"), [("note", 1), ("warning", 1), ("error", 0), ("never", 0)])
def test_fail_on(module: Path, level: str, code: int) -> None:
    """The finding is a warning."""
    assert scan("--fail-on", level) == code


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["scan", "no/such/folder"], "no/such/folder"),
        (["scan", "--nonsense"], "--nonsense"),
        (["scan", ""], "Invalid value for '[PATHS]...': the value is empty"),
        (["scan", ".", ""], "the value is empty"),
        (["maps", ""], "the value is empty"),
        (["scan", "--select", ""], "Invalid value for '--select': the value is empty"),
        (["scan", "--ignore", ","], "Invalid value for '--ignore': the value is empty"),
        (["scan", "--extend-select", " "], "Invalid value for '--extend-select': the value is empty"),
        (["scan", "--format", "xml"], "xml"),
        (["scan", "--select", "ML8"], "no rule matches 'ML8'"),
        (["scan", "--select", "nonsense"], "no rule matches 'nonsense'"),
        (["scan", "--report", "sarif"], "FORMAT=FILE"),
        (["scan", "--report", "xml=x"], "FORMAT=FILE"),
        (["scan", "--compiler", "off", "-o", "no/such/folder/x"], "no/such/folder/x"),
        (["scan", "--new-from-rev", "HEAD"], "not a git repository"),
        (["scan", "--compiler", "require", "--go", "/no/such/go"], "/no/such/go"),
        (["explain", "ML999"], "there is no rule 'ML999'"),
        (["nonsense"], "nonsense"),
    ],
)
def test_what_the_user_can_mend_is_2_and_one_line(
    module: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    """Standard error gets one line that says what is wrong; standard output stays empty."""
    assert run(words) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("error: ")
    assert output.err.count("\n") == 1
    assert message in output.err


def test_no_go_files_is_3(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing to look at is not the same as nothing found, but no reason to stop a commit."""
    monkeypatch.delenv("PRE_COMMIT", raising=False)
    assert scan(str(tmp_path)) == 3
    assert capsys.readouterr().err.startswith("error: no Go files")
    monkeypatch.setenv("PRE_COMMIT", "1")
    assert scan(str(tmp_path)) == 0


BY_REFLECT = """

var values = map[reflect.Value]int{}

// Keep remembers a value.
func Keep(v any) { values[reflect.ValueOf(v)]++ }
"""


def test_nothing_but_tests_is_3_and_says_so(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """There are Go files, and the option that reads them is named; elsewhere they are no matter."""
    (module / "only").mkdir()
    (module / "only" / "x_test.go").write_text("package only\n")
    (module / "none").mkdir()
    assert scan("only") == 3
    assert capsys.readouterr().err == "error: no Go files but tests in only (use --tests)\n"
    assert scan("none") == 3
    assert capsys.readouterr().err == "error: no Go files in none\n"
    assert scan("--tests", "only") == 0


def test_a_rule_that_raises_is_2_and_names_rule_and_map(
    module: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never a clean scan, and the other rules' findings are told all the same, in every format."""
    source = LEAK.replace('"sync")', '"sync"; "reflect")') + BY_REFLECT
    source = source.replace("\tsessions[", "\tKeep(r)\n\tsessions[")
    (module / "main.go").write_text("//mapleak:ignore ML101 few hosts\n" + source)
    monkeypatch.setattr("mapleak_rules.ml101_global_map_without_delete.RULE.check.__code__", broken.__code__)
    assert scan("--exit-zero", "--report", "json=out.json", "--report", "sarif=out.sarif", "--format", "concise") == 2
    output = capsys.readouterr()
    assert [line.split()[1] for line in output.out.splitlines()] == ["ML302"], "the comment is not called unused"
    (error,) = [line for line in output.err.splitlines() if line.startswith("error: ")]
    assert error.startswith("error: rule ML101 (global-map-without-delete) failed while looking at map ")
    assert "example.com/shop.sessions" in error
    assert "ZeroDivisionError" in error
    assert "Traceback" not in output.err
    assert json.loads((module / "out.json").read_bytes())["summary"]["notes"] == [error.removeprefix("error: ")]
    (invocation,) = json.loads((module / "out.sarif").read_bytes())["runs"][0]["invocations"]
    (notice,) = invocation["toolExecutionNotifications"]
    assert (invocation["executionSuccessful"], notice["level"]) == (True, "error")
    assert (notice["associatedRule"]["id"], notice["message"]["text"]) == ("ML101", error.removeprefix("error: ") + ".")
    assert scan("-q", "-v") == 2
    assert "in broken" in capsys.readouterr().err


def broken(model):  # type: ignore[no-untyped-def]
    """What ML101 does in the test above."""
    for found in model.maps:
        yield 1 // (found is None)


def test_a_bug_is_2_with_a_traceback_only_on_request(
    module: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line, and where it happened with -v."""

    def fail(*_: object) -> None:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr("mapleak.analysis.build_callgraph", fail)
    assert scan() == 2
    assert capsys.readouterr().err == "error: internal error: RuntimeError: two lines; -v shows where\n"
    assert scan("-v") == 2
    assert "in fail" in capsys.readouterr().err


def test_an_interrupt_is_130(module: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback for a key press."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("mapleak.analysis.build_callgraph", interrupt)
    assert scan() == 130
    assert capsys.readouterr().err.strip() == "interrupted"


def test_report_on_stdout_and_the_rest_on_stderr(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever is piped is the report and nothing else."""
    scan("--format", "json", "-v")
    output = capsys.readouterr()
    assert json.loads(output.out)["summary"]["findings"] == 1
    assert "reading files" in output.err
    assert "peak memory" in output.err
    assert "1 finding (1 warning)" in output.err


def test_quiet_says_nothing_on_stderr(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The report alone."""
    scan("-q", "--format", "concise")
    output = capsys.readouterr()
    assert output.err == ""
    assert output.out.startswith("main.go:8:2: ML101 ")


def test_a_clean_run_prints_nothing_on_stdout(clean: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Text and concise reports of nothing are empty."""
    scan()
    scan("--format", "concise")
    assert capsys.readouterr().out == ""


def test_files_of_several_formats(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One run writes as many reports as are asked for."""
    assert scan("-o", "out.txt", "--report", "sarif=out.sarif", "--report", "json=out.json", "--color", "never") == 1
    assert capsys.readouterr().out == ""
    assert (module / "out.txt").read_text().startswith("warning[ML101]")
    assert json.loads((module / "out.sarif").read_bytes())["version"] == "2.1.0"
    assert json.loads((module / "out.json").read_bytes())["schema_version"] == 1


@pytest.mark.parametrize("format_", ["text", "concise", "json", "sarif"])
def test_two_runs_give_the_same_bytes(module: Path, capsysbinary: pytest.CaptureFixture[bytes], format_: str) -> None:
    """Whatever the number of processes."""
    scan("--format", format_, "-j", "1")
    first = capsysbinary.readouterr().out
    scan("--format", format_, "-j", "2")
    assert first
    assert capsysbinary.readouterr().out == first


def test_paths_are_the_same_from_wherever(
    module: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are relative to the repository."""
    (module / ".git").mkdir()
    (module / "cmd").mkdir()
    (module / "main.go").rename(module / "cmd" / "main.go")
    scan("-q", "--format", "concise", "cmd")
    monkeypatch.chdir(module / "cmd")
    scan("-q", "--format", "concise")
    first, second = capsys.readouterr().out.splitlines()
    assert first == second
    assert first.startswith("cmd/main.go:8:2:")


def test_colour(module: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The flag colours text, and never the other formats."""
    scan("--color", "always")
    assert "\x1b[" in capsys.readouterr().out
    for format_ in ("concise", "json", "sarif"):
        scan("--color", "always", "--format", format_)
    monkeypatch.setenv("NO_COLOR", "1")
    scan()
    assert "\x1b[" not in capsys.readouterr().out


def test_strict(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A syntax error is told and the rest analysed; with --strict it is an error."""
    (module / "broken.go").write_text("package main\n\nfunc f( {\n")
    assert scan() == 1
    assert "syntax error: broken.go:3:" in capsys.readouterr().err
    assert scan("--strict") == 2


def test_an_unreadable_file_is_skipped(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A link to nowhere: the others' findings are kept."""
    (module / "gone.go").symlink_to(module / "nowhere.go")
    assert scan() == 1
    assert "skipped: gone.go" in capsys.readouterr().err


def test_suppressed(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A comment accepts the finding; it is counted, shown on request, and ignored on request."""
    source = LEAK.replace("var sessions", "//mapleak:ignore ML101 few hosts\nvar sessions")
    (module / "main.go").write_text(source)
    assert scan() == 0
    assert "1 suppressed" in capsys.readouterr().err
    assert scan("--show-suppressed") == 0
    assert "accepted at: main.go:5: few hosts" in capsys.readouterr().out
    assert scan("--no-ignores") == 1


def test_suppressed_in_one_line(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The form for editors shows accepted findings on request, too, and marks them."""
    (module / "main.go").write_text(LEAK.replace("var sessions", "//mapleak:ignore ML101 few hosts\nvar sessions"))
    assert scan("--format", "concise") == 0
    assert capsys.readouterr().out == ""
    assert scan("--format", "concise", "--show-suppressed") == 0
    assert capsys.readouterr().out.startswith("main.go:9:2: ML101 [suppressed] ")


def test_selection(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By id, beginning and name; the longer code decides."""
    assert scan("--select", "ML2,ML3") == 0
    assert scan("--ignore", "global-map-without-delete") == 0
    assert scan("--ignore", "ML1", "--select", "ML101") == 1
    assert scan("--ignore", "ML101", "--select", "ML1") == 0
    assert scan("--select", "ML2", "--extend-select", "ML101") == 1


def test_generated_files(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Counted, and reported on request."""
    (module / "main.go").write_text("// Code generated by a tool. DO NOT EDIT.\n\n" + LEAK)
    assert scan() == 0
    assert "1 in generated files" in capsys.readouterr().err
    assert scan("--generated", "report") == 1


def test_maps_and_callgraph(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the engine believes, in every format."""
    assert run(["maps", "--format", "json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["maps"]
    assert (found["name"], found["growth"]) == ("example.com/shop.sessions", "unbounded")
    assert run(["maps"]) == 0
    assert "growth unbounded" in capsys.readouterr().out
    assert run(["callgraph"]) == 0
    value = json.loads(capsys.readouterr().out)
    assert {"name": "example.com/shop.handle", "file": "main.go", "line": 7}.items() <= value["functions"][0].items()
    assert run(["callgraph", "--format", "dot"]) == 0
    assert '"example.com/shop.main"' in capsys.readouterr().out
    assert run(["callgraph", "--format", "graphml"]) == 0
    assert "<graphml" in capsys.readouterr().out


def test_rules_and_explain(capsys: pytest.CaptureFixture[str]) -> None:
    """By id in any case, and by name."""
    assert run(["rules"]) == 0
    assert "ML101" in capsys.readouterr().out
    assert run(["rules", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["rules"][0]["id"] == "ML101"
    texts = []
    for name in ("ML101", "ml101", "global-map-without-delete"):
        assert run(["explain", name]) == 0
        texts.append(capsys.readouterr().out)
    assert len(set(texts)) == 1
    assert texts[0].startswith("# ML101: global-map-without-delete\n")
    assert run(["explain", "ML101", "--color", "always"]) == 0
    assert "\x1b[" in capsys.readouterr().out


def test_help_names_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    """They are part of the contract."""
    assert run(["--help"]) == 0
    assert "3  no Go files" in capsys.readouterr().out
    assert run([]) == 2
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("mapleak ")


def program(*words: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    """The program as the shell starts it."""
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    return subprocess.run(
        [sys.executable, "-m", "mapleak", *words], capture_output=True, check=False, env=environment, **options
    )  # type: ignore[call-overload, no-any-return]


def test_output_is_utf8_whatever_the_locale(module: Path) -> None:
    """A pipe gets the same bytes everywhere."""
    (module / "main.go").write_text(LEAK.replace("r.RemoteAddr]++", "r.RemoteAddr]++ // größe"))
    done = program("scan", "--compiler", "off")
    assert done.returncode == 1
    assert "größe".encode() in done.stdout


def test_a_reader_that_goes_away(module: Path) -> None:
    """No traceback, and the exit code says what was found."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "mapleak", "scan", "--compiler", "off", "-q"],
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert done.stderr == b""
    assert done.returncode == 1


@pytest.mark.parametrize("words", [["--help"], ["explain", "ML101"], ["rules"], ["--version"]])
def test_light_commands_import_no_heavy_library(words: list[str]) -> None:
    """Hooks and completions wait for every import."""
    code = (
        "import sys; from mapleak.cli.main import run; assert run(sys.argv[1:]) == 0; "
        "sys.exit(','.join({'networkx', 'tree_sitter', 'rich', 'numpy'} & sys.modules.keys()) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, check=False, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_scan_of_what_has_not_changed_imports_no_later_stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Making them ready takes longer than the scan."""
    monkeypatch.setenv("MAPLEAK_CACHE_DIR", str(tmp_path / "cache"))
    folder = write_module(tmp_path / "m", {"m.go": "package m\n\nvar seen = map[string]int{}\n"})
    code = (
        "import sys; from mapleak.cli.main import run; assert run(sys.argv[1:]) == 0; "
        "later = ('mapleak.resolve.resolve', 'mapleak.callgraph.build', 'mapleak.maps.build'); "
        "sys.exit(','.join(name for name in later if name in sys.modules) or 0)"
    )
    words = [sys.executable, "-c", code, "scan", "--compiler", "off", "-q", str(folder)]
    assert subprocess.run(words, check=False).returncode == 1  # the first scan needs them
    assert subprocess.run(words, check=False).returncode == 0
