"""The parser and matcher of ``// want`` comments."""

from __future__ import annotations

import pytest

from want import MalformedWantError, Place, differences, wanted


def test_patterns_of_both_kinds_on_one_line():
    """Interpreted and raw strings may follow each other; each is one expected finding."""
    source = 'package p\nm[k] = v // want "a\\\\.b" `c\\(d` "e \\"f\\""\n'
    assert wanted("p.go", source) == {Place("p.go", 2): ["a\\.b", "c\\(d", 'e "f"']}


def test_offset_adds_to_the_line_it_names():
    """``+1`` speaks of the line below and does not replace that line's own patterns."""
    source = '// want +1 "first"\nx() // want "second"\n// want -1 `third`\n'
    assert wanted("p.go", source) == {Place("p.go", 2): ["first", "second", "third"]}


def test_no_comment_no_want():
    """Words that merely begin like a want are none."""
    assert wanted("p.go", "// wanted: nothing\n// we want nothing\n") == {}


@pytest.mark.parametrize("rest", ["", "ML101", '"unclosed', '"a" b', "+1", '"("'])
def test_malformed(rest):
    """A want that cannot be understood is an error that names its place."""
    with pytest.raises(MalformedWantError, match=r"p\.go:1"):
        wanted("p.go", f"x() // want {rest}")


def test_a_finding_without_a_want_and_a_want_without_a_finding():
    """Both directions fail, and each is one line."""
    expected = {Place("p.go", 3): ["ML101"]}
    assert differences(expected, [(Place("p.go", 4), "ML101: m")]) == [
        "p.go:4: unexpected: ML101: m",
        "p.go:3: missing: ML101",
    ]


def test_each_pattern_takes_one_finding():
    """Two findings on a line need two patterns, in any order."""
    found = [(Place("p.go", 3), "ML101: a"), (Place("p.go", 3), "ML201: b")]
    assert differences({Place("p.go", 3): ["ML201", "ML101"]}, found) == []
    assert differences({Place("p.go", 3): ["ML"]}, found) == ["p.go:3: unexpected: ML201: b"]


def test_the_pattern_need_only_be_found_somewhere():
    """As in analysistest, a pattern is not anchored."""
    assert differences({Place("p.go", 1): ["grows$"]}, [(Place("p.go", 1), "ML101: m grows")]) == []
