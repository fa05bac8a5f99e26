"""``python -m mapleak``: the same as the command ``mapleak``."""

from __future__ import annotations

from mapleak.cli.main import main

if __name__ == "__main__":
    main()
