"""Exit codes, the same for every command and format."""

from __future__ import annotations

import os
from typing import Final

OK: Final = 0
FOUND: Final = 1
FAILED: Final = 2
NO_GO_FILES: Final = 3
INTERRUPTED: Final = 130

EXIT_CODES: Final = """\b
Exit codes:
  0  nothing at or above --fail-on
  1  findings
  2  usage, configuration or internal error
  3  no Go files"""


def under_pre_commit() -> bool:
    """Whether pre-commit runs us: there, a tree without Go files is nothing to fail for."""
    return os.environ.get("PRE_COMMIT") == "1"
