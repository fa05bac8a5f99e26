"""The report for people: layout, width, colour, and sources that would harm a terminal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mapleak.model import Location, Step
from mapleak.report.colour import Colour, coloured
from mapleak.report.concise import concise
from mapleak.report.excerpt import excerpt
from mapleak.report.safe import safe
from mapleak.report.summary import summary
from mapleak.report.text import text
from samples import CONFIRMED, REFUTED, SOURCE, finding, location, report, suppressed, write_source

EXPECTED = """\
warning[ML101]: map example.com/shop/cart.sessions grows and is never emptied
  --> cart/cart.go:10:2
   |
10 |     sessions[id] = &Session{User: "größe 𝄞"}; other["ä"+id] = 1
   |     ^^^^^^^^^^^^
  = map: example.com/shop/cart.sessions, map[string]*Session, declared at cart/cart.go:6:5
  1. cart/cart.go:9:6: reached from the exported function Add
  2. cart/cart.go:10:2: inserts id
  = compiler: confirmed: the map escapes
      cart/cart.go:6:33: map[string]*Session{} escapes to heap
  = confidence: high
  = help: delete entries that are no longer needed
  = accept it with: //mapleak:ignore ML101 <reason>

"""


def test_a_finding_as_text(tmp_path: Path) -> None:
    """Heading, excerpt with carets, map, numbered steps, the compiler with its lines, confidence, remedy."""
    assert text(report(tmp_path, finding(compiler=CONFIRMED)), width=None, colour=False) == EXPECTED


def test_carets_stand_below_what_they_mark(tmp_path: Path) -> None:
    """A place after a tab, letters of two bytes and one of four."""
    column = SOURCE.splitlines()[9].encode().index(b"other") + 1
    found = finding(location=location(10, column, column + len('other["ä"+id]'.encode())))
    lines = text(report(tmp_path, found), width=None, colour=False).splitlines()
    assert lines[3][lines[4].index("^") : lines[4].rindex("^") + 1] == 'other["ä"+id]'


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_nothing_is_wider_than_the_terminal(tmp_path: Path, width: int) -> None:
    """Words are broken at blanks, source lines are cut; a single word may stick out."""
    step = Step(location(), "inserts " + "a key that comes from the request " * 6)
    shown = text(report(tmp_path, finding(trace=(step,), compiler=CONFIRMED)), width=width, colour=False)
    for line in shown.splitlines():
        assert len(line) <= width or len(line.split()) <= 4, line


def test_words_are_the_same_at_any_width(tmp_path: Path) -> None:
    """Wrapping moves words to other lines and changes none."""
    found = report(tmp_path, finding(compiler=CONFIRMED))
    wide = re.sub(r"\s+", " ", text(found, width=None, colour=False))
    assert re.sub(r"\s+", " ", text(found, width=82, colour=False)) == wide


def test_colour_changes_no_words(tmp_path: Path) -> None:
    """With colour there are escapes, without them the text is the same."""
    found = report(tmp_path, finding(compiler=CONFIRMED))
    painted = text(found, width=None, colour=True)
    assert "\x1b[" in painted
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == EXPECTED


def test_refuted_and_suppressed_only_when_asked_for(tmp_path: Path) -> None:
    """Both are counted elsewhere and listed on request."""
    found = report(tmp_path, suppressed=(suppressed(finding()),), refuted=(finding(compiler=REFUTED),))
    assert text(found, width=None, colour=False) == ""
    shown = text(found, width=None, colour=False, show_refuted=True, show_suppressed=True)
    assert "accepted at: cart/cart.go:10: few users" in shown
    assert "refuted by the compiler: warning[ML101]" in shown
    assert "compiler: refuted: the map does not escape" in shown


def test_a_file_that_is_gone_has_no_excerpt(tmp_path: Path) -> None:
    """The finding is told all the same."""
    found = report(tmp_path, finding(location=location(file="cart/gone.go")))
    shown = text(found, width=None, colour=False)
    assert "--> cart/gone.go:10:2" in shown
    assert "|" not in shown


def test_sources_cannot_reach_the_terminal(tmp_path: Path) -> None:
    """Escapes, changes of writing direction and bytes that are not text are shown as what they are."""
    found = report(
        tmp_path,
        finding(
            location=Location("cart/evil\n.go", 1, 1, 1, 3),
            message="map \x1b]0;owned\x07 grows",
            trace=(Step(location(), "key \u202etxt.exe\x9b1m"),),
        ),
    )
    (tmp_path / "cart/evil\n.go").write_bytes(b'm["\x1b[2J\xff\xe2\x80\xae"] = 1\r\n')
    for shown in (text(found, width=None, colour=False), text(found, width=50, colour=False), concise(found)):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown)
    assert 'm["\\x1b[2J\ufffd\\u202e"] = 1' in text(found, width=None, colour=False)
    assert concise(found).count("\n") == 1


@given(st.binary(max_size=120), st.integers(1, 130), st.integers(0, 60), st.integers(20, 90))
def test_excerpts_of_anything(line: bytes, start: int, length: int, width: int) -> None:
    """Any bytes give one line with at least one caret, both within the width."""
    line = line.replace(b"\n", b"")
    shown = excerpt(line, start, start + length, width)
    assert set(shown.carets.strip(" ")) == {"^"}
    assert safe(shown.text) == shown.text
    assert len(shown.text) <= 4 * width  # marks that combine with a letter take no cell


def test_a_long_line_is_cut_around_the_mark() -> None:
    """What is marked stays visible, and dots say that something is missing."""
    shown = excerpt(b"a" * 5000 + b"here" + b"b" * 5000, 5001, 5005, 60)
    assert shown.text.startswith("...")
    assert shown.text.endswith("...")
    assert len(shown.text) <= 60
    assert shown.text[shown.carets.index("^") : shown.carets.rindex("^") + 1] == "here"


def test_wide_letters_and_tabs() -> None:
    """Carets count terminal cells: two for a wide letter, up to four for a tab."""
    shown = excerpt("\t漢字 = x".encode(), 11, 12, 80)
    assert shown.text == "    漢字 = x"
    assert shown.carets == " " * 11 + "^"


@pytest.mark.parametrize(
    ("choice", "environment", "terminal", "expected"),
    [
        (Colour.AUTO, {}, True, True),
        (Colour.AUTO, {}, False, False),
        (Colour.AUTO, {"TERM": "dumb"}, True, False),
        (Colour.AUTO, {"CLICOLOR": "0"}, True, False),
        (Colour.AUTO, {"FORCE_COLOR": "1"}, False, True),
        (Colour.AUTO, {"CLICOLOR_FORCE": "1"}, False, True),
        (Colour.AUTO, {"CLICOLOR_FORCE": "0"}, False, False),
        (Colour.AUTO, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        (Colour.AUTO, {"NO_COLOR": ""}, True, True),
        (Colour.ALWAYS, {"NO_COLOR": "1"}, False, True),
        (Colour.NEVER, {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_who_decides_about_colour(choice: Colour, environment: dict[str, str], terminal: bool, expected: bool) -> None:
    """The flag, then NO_COLOR, then the variables that force it, then the terminal."""
    assert coloured(choice, environment, terminal=terminal) is expected


def test_concise(tmp_path: Path) -> None:
    """One line a finding, in the form editors parse."""
    assert concise(report(tmp_path, finding(), finding("ML201", location=location(6, 5)))).splitlines() == [
        "cart/cart.go:6:5: ML201 map example.com/shop/cart.sessions grows and is never emptied",
        "cart/cart.go:10:2: ML101 map example.com/shop/cart.sessions grows and is never emptied",
    ]


def test_the_summary_accounts_for_everything(tmp_path: Path) -> None:
    """Every group, every skip, every file with errors, every note."""
    groups = ("below_threshold", "hidden_generated", "hidden_tests", "unasked", "merged", "known", "refuted")
    found = report(tmp_path, finding(), suppressed=(suppressed(finding()),), **{name: (finding(),) for name in groups})
    assert summary(replace(found, compared_with="HEAD")).splitlines() == [
        "skipped: cart/huge.go: larger than 10 MB",
        "syntax error: cart/broken.go:3:1: unexpected }",
        "note: no Go toolchain was found",
        "1 finding (1 warning), 1 suppressed, 1 known at HEAD, 1 refuted by the compiler, 1 below the thresholds, "
        "1 in generated files, 1 in tests, 1 outside the paths, 1 merged into another's story; "
        "1 module, 1 package, 1 file, 11 lines, 2 maps, 1 file with syntax errors, 1 skipped",
        "explained by: mapleak explain ML101; accepted by: //mapleak:ignore ML101 <reason>",
    ]


def test_long_lists_are_cut_unless_verbose(tmp_path: Path) -> None:
    """Ten skips are named, the rest is counted."""
    found = report(tmp_path)
    found = replace(found, skips=found.skips * 25)
    assert "skipped: 15 more (-v lists them)" in summary(found)
    assert summary(found, verbose=True).count("skipped: cart/huge.go") == 25


def test_a_byte_order_mark_and_carriage_returns_are_not_shown(tmp_path: Path) -> None:
    """They belong to the file, not to its text."""
    found = report(tmp_path, finding(location=location(1, 1, 4, "cart/dos.go")))
    write_source(tmp_path, "cart/dos.go").write_bytes(b"\xef\xbb\xbfpackage cart\r\n")
    assert "1 | package cart\n  | ^\n" in text(found, width=None, colour=False)


def test_concise_shows_on_request_what_is_not_reported(tmp_path: Path) -> None:
    """Marked, after the reported findings."""
    found = report(tmp_path, finding(), suppressed=(suppressed(finding("ML201")),), refuted=(finding("ML301"),))
    message = finding().message
    assert concise(found, show_suppressed=True, show_refuted=True).splitlines() == [
        f"cart/cart.go:10:2: ML101 {message}",
        f"cart/cart.go:10:2: ML201 [suppressed] {message}",
        f"cart/cart.go:10:2: ML301 [refuted] {message}",
    ]
    assert concise(found).count("\n") == 1
