"""What the compiler's answers depend on beside the Go files: the go command's settings, go.mod, go.work, their sums."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from mapleak.source.environment import go_env_lines
from mapleak.source.model import Tree

_MODULE_FILES = ("go.mod", "go.sum", "vendor/modules.txt")
_WORKSPACE_FILES = ("go.work", "go.work.sum", "vendor/modules.txt")
_SETTINGS = ("GO", "CGO_", "PKG_CONFIG")
_COMPILERS = ("CC", "CXX", "FC", "AR")


def build_inputs(tree: Tree, environ: Mapping[str, str]) -> Iterator[bytes | str]:
    """Parts of a key for what a build of the tree's modules says; no path is inside but those in settings."""
    for name, value in sorted(environ.items()):
        if name.startswith(_SETTINGS) or name in _COMPILERS:
            yield f"{name}={value}"
    yield "\n".join(go_env_lines(environ))
    workspaces = sorted({module.workspace for module in tree.modules if module.workspace})
    for module in tree.modules:
        yield from _contents(module.directory, _MODULE_FILES)
    for workspace in workspaces:
        yield from _contents(workspace, _WORKSPACE_FILES)


def _contents(folder: str, names: tuple[str, ...]) -> Iterator[bytes | str]:
    for name in names:
        try:
            yield Path(folder, name).read_bytes()
        except OSError:
            yield "absent"  # and a build may fail for that
