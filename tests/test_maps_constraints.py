"""Build constraints that say something: files that a plain build for Linux does not have."""

from __future__ import annotations

from pathlib import Path

import pytest

from maps_source import model_of

SOURCE = """%s
package m

var seen = map[string]bool{}

func Note(name string) { seen[name] = true }
"""


@pytest.mark.parametrize(
    ("file", "constraint", "shown"),
    [
        ("m.go", "", ""),
        ("m.go", "//go:build !js\n", ""),
        ("m.go", "//go:build linux\n", ""),
        ("m_linux.go", "", ""),
        ("m.go", "//go:build unix || windows\n", ""),
        ("m.go", "//go:build !linux\n", "!linux"),
        ("m_windows.go", "", "windows"),
        ("m.go", "//go:build tracing\n", "tracing"),
    ],
)
def test_constraints_of_insertions(file: str, constraint: str, shown: str, tmp_path: Path) -> None:
    files = {file: SOURCE % constraint, "other.go": "package m\n"}
    (found,) = model_of(tmp_path, files).maps
    assert found.inserts[0].constraint == shown
