"""Loops that go through a list page by page."""

from __future__ import annotations

from pathlib import Path

import pytest

from programs import resolved, write_module

SOURCE = """
package m

var updates chan []string

func list(cursor string) (page []string, next string) { return nil, "" }

func next() (page []string, cursor string) { return <-updates, "" }

func All(found chan string) {
	var page []string
	var cursor string
	for {
		%s
		for _, one := range page {
			found <- one
		}
		%s
	}
}
"""


@pytest.mark.parametrize(
    ("step", "left", "kind"),
    [
        ("page, cursor = list(cursor)", 'if cursor == "" { break }', "ends"),
        ("page, cursor = list(cursor)", "if len(cursor) == 0 { return }", "ends"),
        ("page, cursor = next()", 'if cursor == "" { break }', "stoppable"),
        ("page, cursor = list(cursor)", "if len(page) == 0 { break }", "stoppable"),
        ("page, cursor = list(cursor)", "", "endless"),
    ],
)
def test_what_goes_through_pages_ends(step: str, left: str, kind: str, tmp_path: Path) -> None:
    """The cursor that a call is given comes out of it again, and without it there are no more pages."""
    program = resolved(write_module(tmp_path, {"m.go": SOURCE % (step, left)}))
    (found,) = (function for function in program.functions if function.name.endswith(".All"))
    assert found.ending.kind == kind
