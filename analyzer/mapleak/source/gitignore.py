"""``.gitignore`` rules while walking a tree, with the meaning git gives them.

Rules are asked entry by entry from the top, so a folder that is ignored is never entered, and a rule decides
only about the very entry it names. (Libraries that judge whole paths get the common ``*``, ``!*/``, ``!*.go``
wrong.) Only ``.gitignore`` files count: a user's global excludes would make results depend on the machine.
"""

from __future__ import annotations

import os

import msgspec

from mapleak.source.wildmatch import Matcher, compile_pattern

MAX_FILE_SIZE = 1 << 20


class _Rule(msgspec.Struct, frozen=True):
    """One line: what it matches, and what that means."""

    matcher: Matcher
    ignores: bool
    folders_only: bool
    whole_path: bool  # the pattern has a slash: it is about the path, not about the name alone


class IgnoreRules(msgspec.Struct, frozen=True):
    """The rules of one ``.gitignore``, last line first, and of those in the folders above it."""

    directory: str  # absolute, with a final separator
    rules: tuple[_Rule, ...]
    above: IgnoreRules | None

    def ignored(self, path: str, *, is_directory: bool) -> bool:
        """Whether git ignores the entry at this absolute path, given that the folders above it are not ignored."""
        level: IgnoreRules | None = self
        name = os.fsencode(path[path.rindex(os.sep) + 1 :])
        while level is not None:
            relative = os.fsencode(path[len(level.directory) :])
            if os.sep != "/":
                relative = relative.replace(os.fsencode(os.sep), b"/")
            for rule in level.rules:
                if (is_directory or not rule.folders_only) and rule.matcher(relative if rule.whole_path else name):
                    return rule.ignores
            level = level.above
        return False


def rules_for(directory: str, above: IgnoreRules | None) -> IgnoreRules | None:
    """The rules inside a folder: its own ``.gitignore``, if it has one that can be read, before those above."""
    try:
        with open(os.path.join(directory, ".gitignore"), "rb") as stream:
            data = stream.read(MAX_FILE_SIZE)
    except OSError:
        return above
    rules = [rule for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n") if (rule := _rule(line)) is not None]
    return IgnoreRules(directory.rstrip(os.sep) + os.sep, tuple(reversed(rules)), above) if rules else above


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


def _rule(line: bytes) -> _Rule | None:
    """The rule of one line, or None for a comment, an empty line or a pattern that git finds invalid."""
    pattern = _without_trailing_spaces(line.removesuffix(b"\r"))
    if pattern.startswith(b"#"):
        return None
    ignores = not pattern.startswith(b"!")
    pattern = pattern.removeprefix(b"!")
    folders_only = pattern.endswith(b"/")
    pattern = pattern[:-1] if folders_only else pattern
    whole_path = b"/" in pattern
    matcher = compile_pattern(pattern.removeprefix(b"/"), across_folders=whole_path)
    return None if matcher is None else _Rule(matcher, ignores, folders_only, whole_path)


def _without_trailing_spaces(line: bytes) -> bytes:
    """The line without its final spaces, unless they are escaped."""
    stripped = line.rstrip(b" ")
    backslashes = len(stripped) - len(stripped.rstrip(b"\\"))
    return stripped + b" " if backslashes % 2 and stripped != line else stripped
