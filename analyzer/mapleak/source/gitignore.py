"""``.gitignore`` rules while walking a tree, with the meaning git gives them.

Rules are asked entry by entry from the top, so a folder that is ignored is never entered. Only ``.gitignore``
files count: a user's global excludes would make results depend on the machine.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from pathspec import GitIgnoreSpec

MAX_FILE_SIZE = 1 << 20


@dataclass(frozen=True, slots=True)
class IgnoreRules:
    """The rules of one ``.gitignore`` and of those in the folders above it."""

    directory: str  # absolute, with a final separator
    spec: GitIgnoreSpec
    above: IgnoreRules | None

    def ignored(self, path: str, *, is_directory: bool) -> bool:
        """Whether git ignores the entry at this absolute path, given that the folders above it are not ignored."""
        rules: IgnoreRules | None = self
        while rules is not None:
            relative = path[len(rules.directory) :]
            if os.sep != "/":
                relative = relative.replace(os.sep, "/")
            answer = rules.spec.check_file(relative + "/" if is_directory else relative).include
            if answer is not None:
                return answer
            rules = rules.above
        return False


def rules_for(directory: str, above: IgnoreRules | None) -> IgnoreRules | None:
    """The rules inside a folder: its own ``.gitignore``, if it has one that can be read, before those above."""
    try:
        with open(os.path.join(directory, ".gitignore"), "rb") as stream:
            data = stream.read(MAX_FILE_SIZE)
    except OSError:
        return above
    lines = data.decode("utf-8-sig", "surrogateescape").split("\n")
    try:
        spec = GitIgnoreSpec.from_lines([line.removesuffix("\r") for line in lines])
    except ValueError:
        spec = GitIgnoreSpec.from_lines([line for line in lines if _is_pattern(line)])
    return IgnoreRules(directory.rstrip(os.sep) + os.sep, spec, above) if len(spec) else above


def rules_above(directory: str, repository: str | None) -> IgnoreRules | None:
    """The rules that the folders from the repository's root down to (not including) ``directory`` set for it.

    None when git would ignore ``directory`` itself: who names an ignored folder wants it looked at.
    """
    if repository is None or directory == repository:
        return None
    rules: IgnoreRules | None = None
    current = repository
    for part in os.path.relpath(directory, repository).split(os.sep):
        rules = rules_for(current, rules)
        current = os.path.join(current, part)
        if rules is not None and rules.ignored(current, is_directory=True):
            return None
    return rules


def _is_pattern(line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
