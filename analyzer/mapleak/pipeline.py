"""The stages in their order: the table of contents of the program."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

import msgspec

from mapleak.callgraph.build import build as build_callgraph
from mapleak.callgraph.model import CallGraph
from mapleak.collector import patient_collector
from mapleak.config import CompilerMode, Config
from mapleak.evidence import crosscheck as crosscheck_stage
from mapleak.evidence.crosscheck import CrosscheckOptions, CrosscheckResult
from mapleak.evidence.inputs import build_inputs
from mapleak.maps.build import build as build_maps
from mapleak.maps.costs.entry import priced
from mapleak.maps.model import MapModel
from mapleak.model import Finding
from mapleak.processes import available_processors
from mapleak.program.units import Sources, Unit, units
from mapleak.progress import Progress
from mapleak.reading import read_all
from mapleak.recursion import deep_recursion
from mapleak.registry import RuleFailure, code_of, run_rules, select_rules
from mapleak.resolve.dependencies import NOTHING, Dependencies
from mapleak.resolve.model import ResolvedProgram
from mapleak.resolve.resolve import resolve
from mapleak.rule import Rule
from mapleak.source.discover import DiscoverOptions, discover
from mapleak.source.environment import GoEnvironment, go_environment
from mapleak.source.locate import Locator
from mapleak.source.model import Tree
from mapleak.source.target import Target, target_of
from mapleak.store import NO_STORE, Store, digest, remembered
from mapleak.syntax.facts import FileFacts
from mapleak.triage.model import Report, SyntaxProblem, Totals
from mapleak.triage.triage import Candidates, candidates, triage

FILES_PER_PROCESS = 200
"""Starting a further process for fewer files costs more than it saves."""


@dataclass(frozen=True, slots=True)
class Source:
    """What was read, and the packages it makes. ``keys`` say what each of them depends on, in their order.

    ``ground`` is a digest of what they depend on beside the files of the tree, NOTHING when that cannot be said.
    """

    sources: Sources
    packages: tuple[Unit, ...]
    keys: tuple[bytes, ...]
    ground: bytes
    locator: Locator
    environment: GoEnvironment

    @property
    def tree(self) -> Tree:
        return self.sources.tree

    @property
    def facts(self) -> Mapping[str, FileFacts]:
        return self.sources.headers


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is known of the program, its maps apart."""

    tree: Tree
    facts: Mapping[str, FileFacts]
    resolved: ResolvedProgram
    graph: CallGraph
    target: Target


@dataclass(frozen=True, slots=True)
class Found:
    """What the rules say of a program: their findings before triage, how many maps there are, notes for the user."""

    findings: tuple[Finding, ...]
    maps: int
    notes: tuple[str, ...]
    failures: tuple[RuleFailure, ...] = ()


def understand(config: Config, progress: Progress, store: Store = NO_STORE) -> Analysis:
    """Read the program and build its call graph; raises NoGoFilesError when there is nothing to read."""
    return _understood(read(config, progress, store), config, progress, store)


@patient_collector()
@deep_recursion()
def read(config: Config, progress: Progress, store: Store = NO_STORE) -> Source:
    """Find the files and take the facts from each; raises NoGoFilesError when there is nothing to read."""
    progress.stage("finding files")
    tree = discover(_discover_options(config))
    progress.stage("reading files", len(tree.files))
    sources, unreadable = read_all(tree, _processes(config.jobs, tree), progress, store)
    sources = replace(sources, tree=replace(tree, skips=tree.skips + unreadable))
    environment = go_environment(config.go or None)
    locator = Locator.on(environment, tree)
    packages = units(sources)
    keys: tuple[bytes, ...] = ()
    ground = NOTHING
    if store.keeps:
        dependencies = Dependencies(packages, sources, locator, environment)
        keys = tuple(dependencies.of(unit) for unit in packages)
        ground = NOTHING if NOTHING in keys else dependencies.ground
    return Source(sources, packages, keys, ground, locator, environment)


@patient_collector()
@deep_recursion()
def _understood(source: Source, config: Config, progress: Progress, store: Store) -> Analysis:
    progress.stage("resolving names")
    processes = _processes(config.jobs, source.tree)
    resolved = resolve(source.sources, source.packages, source.locator, processes, source.keys, store)
    progress.stage("building the call graph")
    graph = build_callgraph(resolved)
    return Analysis(source.tree, source.facts, resolved, graph, target_of(source.environment, source.tree))


def _processes(jobs: int, tree: Tree) -> int:
    """How many processes are worth their while."""
    return min(jobs or available_processors(), len(tree.files) // FILES_PER_PROCESS + 1)


@patient_collector()
@deep_recursion()
def model_of(analysis: Analysis, progress: Progress) -> MapModel:
    """The map model of a program, with what an entry of each map costs."""
    progress.stage("modelling maps")
    return priced(build_maps(analysis.resolved, analysis.graph), analysis.target.word, analysis.target.go)


def analyze(config: Config, rules: tuple[Rule, ...], progress: Progress, store: Store = NO_STORE) -> Report:
    """From paths to a report, which tells of rules that raised; raises MapleakError for what the user can mend."""
    active = select_rules(rules, config.select, config.extend_select, config.ignore)
    source = read(config, progress, store)
    key = _key(source, active)
    found = remembered(store, "findings", key, Found, lambda: _found(source, active, config, progress, store), _whole)
    failed = {failure.rule for failure in found.failures}
    completed = tuple(rule for rule in active if rule.id not in failed)
    in_question = candidates(found.findings, source.tree, source.facts, config)
    checked = _ask_compiler(in_question, source, key, config, progress, store)
    progress.stage("sorting findings")
    triaged = triage(in_question, checked.findings, source.tree, source.facts, rules, completed, config)
    store.close()
    return Report(
        root=source.tree.root,
        totals=_totals(source, found.maps),
        findings=triaged,
        skips=tuple(sorted(source.tree.skips, key=lambda skip: (skip.path, skip.reason))),
        problems=_problems(source.facts),
        notes=checked.notes + found.notes,
        rules=active,
        toolchain=checked.toolchain,
        failures=found.failures,
        real_paths=_real_paths(source.tree),
        ground=source.ground,
    )


def _found(source: Source, active: tuple[Rule, ...], config: Config, progress: Progress, store: Store) -> Found:
    """What the rules find in a program."""
    analysis = _understood(source, config, progress, store)
    model = model_of(analysis, progress)
    progress.stage("running rules", len(active))
    results = run_rules(active, model)
    return Found(results.findings, len(model.maps), _notes(analysis.graph), results.failures)


def _whole(found: Found) -> bool:
    return not found.failures


def _key(source: Source, active: tuple[Rule, ...]) -> bytes:
    """A digest of everything that findings depend on, NOTHING when that cannot be said."""
    if not source.ground:
        return NOTHING
    files = (part for file in source.tree.files for part in (file.path, str(file.reported), file.module))
    rules = (part for rule in active for part in (rule.id, str(rule.confidence.value)))
    return digest(*source.keys, source.environment.arch, *files, "rules", *rules, code_of(active))


def _discover_options(config: Config) -> DiscoverOptions:
    return DiscoverOptions(
        paths=config.paths,
        tests=config.tests,
        include_vendor=config.include_vendor,
        exclude=config.exclude,
        respect_gitignore=config.respect_gitignore,
        force_exclude=config.force_exclude,
    )


def _ask_compiler(
    in_question: Candidates, source: Source, key: bytes, config: Config, progress: Progress, store: Store
) -> CrosscheckResult:
    options = CrosscheckOptions(
        mode=crosscheck_stage.CompilerMode(config.compiler.value), go=config.go or None, timeout=config.compiler_timeout
    )

    def ask() -> CrosscheckResult:
        return crosscheck_stage.crosscheck(in_question.findings, source.tree, options, progress.stage)

    if not key or config.compiler is CompilerMode.OFF:
        return ask()
    command = (config.compiler.value, config.go, source.environment.go or "", *build_inputs(source.tree, os.environ))
    asked = digest(key, *command, msgspec.msgpack.encode(in_question.findings))
    return remembered(store, "compiler", asked, CrosscheckResult, ask, lambda result: not result.notes)


def _totals(source: Source, maps: int) -> Totals:
    return Totals(
        modules=sum(1 for module in source.tree.modules if module.path),
        packages=len(
            {
                (file.package_dir, source.facts[file.path].package)
                for file in source.tree.files
                if file.path in source.facts
            }
        ),
        files=len(source.facts),
        lines=sum(facts.lines for facts in source.facts.values()),
        maps=maps,
    )


def _notes(graph: CallGraph) -> tuple[str, ...]:
    """What the user should know of the analysis itself."""
    return () if graph.complete else ("some calls of function values were not followed: there are too many",)


def _real_paths(tree: Tree) -> dict[str, str]:
    """The paths on disk, relative to the root, of files whose names are not UTF-8."""
    paths = ((file.path, os.path.relpath(file.absolute, tree.root)) for file in tree.files if "\\x" in file.path)
    return {shown: real.replace(os.sep, "/") for shown, real in paths}


def _problems(facts: Mapping[str, FileFacts]) -> tuple[SyntaxProblem, ...]:
    return tuple(
        SyntaxProblem(path, issue.line, issue.column, issue.message)
        for path, file in facts.items()
        for issue in file.issues
    )
