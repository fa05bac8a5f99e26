"""The whole program, resolved: every function's calls, map operations and value flows, with names and types.

What goes in is the linked program; what comes out holds no syntax and no types any more, only names,
offsets and classifications, and can be stored or sent between processes.
"""

from __future__ import annotations

from collections.abc import Mapping

from mapleak.program.packages import Program
from mapleak.resolve.declarations import VariableCensus, holders, type_facts
from mapleak.resolve.enums import Enums
from mapleak.resolve.finite import with_finite_results
from mapleak.resolve.functions import Counters, FunctionResolver
from mapleak.resolve.model import FileInfo, FunctionFacts, InterfaceFacts, KeyFact, ResolvedProgram, TypeFacts, Variable
from mapleak.resolve.origins import Origin
from mapleak.resolve.recorder import Context
from mapleak.resolve.stores import with_stores_of_keys
from mapleak.source.model import SourceFile, Tree
from mapleak.syntax.facts import FileFacts


def resolve(program: Program, tree: Tree) -> ResolvedProgram:
    """Resolve every package of the tree. Deterministic: packages, files and declarations in fixed order."""
    sources = {f.path: f for f in tree.files}
    incomplete = frozenset(skip.path.rpartition("/")[0] for skip in tree.skips if skip.path.endswith(".go"))
    enums = Enums(program)
    interfaces: dict[str, InterfaceFacts] = {}
    key_cache: dict[Origin, KeyFact] = {}
    functions: list[FunctionFacts] = []
    variables: list[Variable] = []
    containers: list[Variable] = []
    wrapped: list[Variable] = []
    types: list[TypeFacts] = []
    held: list[tuple[str, str]] = []
    files: dict[str, FileInfo] = {}
    for package in program.tree_packages():
        census = VariableCensus(package, enums)
        census.add_package()
        counters = Counters()
        for file in package.files:
            files[file.path] = _file_info(file.path, package.path, file.facts, sources, incomplete)
            context = Context(package.path, file.path, enums, interfaces, key_cache)
            resolver = FunctionResolver(file, context, counters, census)
            resolver.initialiser()
            for function in file.facts.functions:
                resolver.function(function)
            functions += resolver.facts
        variables += census.found
        containers += census.containers
        wrapped += census.wrapped
        types += type_facts(package)
        held += holders(package)
    functions = with_finite_results(with_stores_of_keys(functions))
    functions.sort(key=lambda f: (f.name, f.file, f.pos))
    variables.sort(key=lambda v: (v.node, v.file, v.pos))
    return ResolvedProgram(
        files=files,
        functions=tuple(functions),
        variables=tuple(variables),
        flows=(),
        types=tuple(sorted(types, key=lambda t: t.name)),
        interfaces=dict(sorted(interfaces.items())),
        main_packages=tuple(sorted({p.path for p in program.tree_packages() if p.name == "main"})),
        imports=_imports(program, files),
        holders=tuple(sorted(set(held))),
        containers=tuple(sorted(containers, key=lambda v: (v.node, v.file, v.pos))),
        wrapped=tuple(sorted(wrapped, key=lambda v: (v.node, v.file, v.pos))),
    )


def _imports(program: Program, files: Mapping[str, FileInfo]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for package in program.tree_packages():
        paths = found.setdefault(package.path, set())
        for file in package.files:
            if not files[file.path].is_test:
                paths.update(i.path for i in file.facts.imports)
    return {path: tuple(sorted(found[path])) for path in sorted(found)}


def _file_info(
    path: str, package: str, facts: FileFacts, sources: Mapping[str, SourceFile], incomplete: frozenset[str]
) -> FileInfo:
    source = sources.get(path)
    parts = [c for c in (source.file_constraint if source else "", facts.constraint) if c]
    constraint = " && ".join(f"({c})" if len(parts) > 1 else c for c in parts)
    return FileInfo(
        path=path,
        package=package,
        lines=facts.lines,
        line_starts=facts.line_starts,
        is_test=source.is_test if source else False,
        generated=facts.generated,
        constraint=constraint,
        has_issues=bool(facts.issues) or path.rpartition("/")[0] in incomplete,
        reported=source.reported if source else False,
    )
