"""``go.mod`` and ``go.work`` files: what they say, read leniently so that a broken line costs only itself.

The grammar is that of the Go Modules Reference (``go.dev/ref/mod``). Nothing here touches the file system
except :func:`read_text`.
"""

from __future__ import annotations

import re

import msgspec

MAX_FILE_SIZE = 16 << 20  # the go command's own limit for go.mod

_WORD = re.compile(r'"(?:[^"\\\n]|\\.)*"|`[^`]*`|//.*|=>|[()]|(?:(?!//|=>)[^\s()"`])+|["`].*')
_DIRECTIVE = re.compile(r"[a-z]+\Z")
_VERSION = re.compile(r"v\d")


class ModFile(msgspec.Struct):
    """What a ``go.mod`` or ``go.work`` says. ``problems`` are ``line: what is wrong`` texts, empty when sound.

    ``replaces`` are (old path, old version or "", new path or directory, new version or ""), as written.
    ``ignores`` are the folders of ``ignore`` directives (Go 1.25), ``uses`` those of ``use`` in a ``go.work``.
    """

    module: str = ""
    go: str = ""
    toolchain: str = ""
    requires: list[tuple[str, str]] = msgspec.field(default_factory=list)
    indirect: set[str] = msgspec.field(default_factory=set)
    replaces: list[tuple[str, str, str, str]] = msgspec.field(default_factory=list)
    excludes: list[tuple[str, str]] = msgspec.field(default_factory=list)
    ignores: list[str] = msgspec.field(default_factory=list)
    uses: list[str] = msgspec.field(default_factory=list)
    problems: list[str] = msgspec.field(default_factory=list)


def parse(text: str) -> ModFile:
    """The contents of a ``go.mod`` or ``go.work``; never raises, see ``ModFile.problems``."""
    result = ModFile()
    block = ""  # the directive of the open parenthesis
    block_line = 0
    for number, line in enumerate(text.splitlines(), start=1):
        words, comment, broken = _words(line)
        if broken:
            result.problems.append(f"{number}: unterminated string")
            continue
        if not words:
            continue
        if block:
            if words == [")"]:
                block = ""
            else:
                _directive(result, number, block, words, comment)
        elif len(words) == 2 and words[1] == "(":
            block, block_line = words[0], number
        elif not (len(words) == 3 and words[1:] == ["(", ")"]):
            _directive(result, number, words[0], words[1:], comment)
    if block:
        result.problems.append(f"{block_line}: ( is never closed")
    return result


def check_go_mod(file: ModFile) -> list[str]:
    """The problems of a file that is to be a ``go.mod``."""
    return file.problems if file.module else [*file.problems, "no module directive"]


def read_text(path: str) -> tuple[str, str]:
    """A module file's text and "", or "" and why it cannot be read. Bytes that are not UTF-8 are replaced."""
    try:
        with open(path, "rb") as stream:
            data = stream.read(MAX_FILE_SIZE + 1)
    except OSError as error:
        return "", error.strerror or type(error).__name__
    if len(data) > MAX_FILE_SIZE:
        return "", "larger than 16 MB"
    return data.decode("utf-8-sig", "replace"), ""


def import_path_of(module: str, relative: str) -> str:
    """The import path of a module's folder (``relative`` is "" or ``a/b``).

    The standard library's module is called ``std`` and its packages have no prefix; ``cmd`` has one.
    """
    if module == "std":
        return relative
    return f"{module}/{relative}" if relative else module


def _words(line: str) -> tuple[list[str], str, bool]:
    """The words of a line with quotes removed, its comment, and whether a quote is not closed."""
    words: list[str] = []
    for found in _WORD.finditer(line):
        word = found.group()
        if word.startswith("//"):
            return words, word[2:].strip(), False
        if word[0] in '"`':
            if len(word) < 2 or word[-1] != word[0]:
                return words, "", True
            word = word[1:-1] if word[0] == "`" else re.sub(r"\\(.)", r"\1", word[1:-1])
        words.append(word)
    return words, "", False


def _directive(result: ModFile, number: int, verb: str, arguments: list[str], comment: str) -> None:
    """Records one directive; ``retract``, ``tool`` and future ones are passed over."""
    sound = True
    match verb, arguments:
        case "module", [path]:
            sound = not result.module
            result.module = result.module or path.strip("/")
        case "go", [version]:
            result.go = version
        case "toolchain", [name]:
            result.toolchain = name
        case "require", [path, version] if _VERSION.match(version):
            result.requires.append((path, version))
            if comment.startswith("indirect"):
                result.indirect.add(path)
        case "exclude", [path, version]:
            result.excludes.append((path, version))
        case "replace", _:
            sound = _replace(result, arguments)
        case "ignore", [directory]:
            result.ignores.append(directory)
        case "use", [directory]:
            result.uses.append(directory)
        case (("module" | "go" | "toolchain" | "require" | "exclude" | "ignore" | "use"), _):
            sound = False
        case _:
            sound = _DIRECTIVE.match(verb) is not None
    if not sound:
        text = " ".join([verb, *arguments])
        result.problems.append(f"{number}: cannot read {text[:60]!r}")


def _replace(result: ModFile, arguments: list[str]) -> bool:
    if arguments.count("=>") != 1:
        return False
    arrow = arguments.index("=>")
    old, new = arguments[:arrow], arguments[arrow + 1 :]
    if len(old) not in (1, 2) or len(new) not in (1, 2):
        return False
    if len(new) == 1 and not is_local(new[0]):
        return False
    result.replaces.append((old[0], old[1] if len(old) == 2 else "", new[0], new[1] if len(new) == 2 else ""))
    return True


def is_local(path: str) -> bool:
    """Whether a replacement names a folder: it begins with ``./``, ``../`` or is absolute."""
    return path in (".", "..") or path.startswith(("./", "../", "/", ".\\", "..\\")) or path[1:3] in (":\\", ":/")


def lists_all_modules(go_version: str) -> bool:
    """Whether a ``go.mod`` with this go line lists the modules that are needed indirectly, too: since Go 1.17."""
    found = re.match(r"(\d+)\.(\d+)", go_version)
    return found is not None and (int(found[1]), int(found[2])) >= (1, 17)
