"""The stages in their order: the table of contents of the program."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

import msgspec

from mapleak.callgraph.build import build as build_callgraph
from mapleak.callgraph.model import CallGraph
from mapleak.config import Config
from mapleak.evidence import crosscheck as crosscheck_stage
from mapleak.evidence.crosscheck import CrosscheckOptions, CrosscheckResult
from mapleak.maps.build import build as build_maps
from mapleak.maps.costs.entry import priced
from mapleak.maps.model import MapModel
from mapleak.program.link import link
from mapleak.progress import Progress
from mapleak.reading import read_all
from mapleak.recursion import deep_recursion
from mapleak.registry import run_rules, select_rules
from mapleak.resolve.model import ResolvedProgram
from mapleak.resolve.resolve import resolve
from mapleak.rule import Rule
from mapleak.source.discover import DiscoverOptions, discover
from mapleak.source.environment import go_environment
from mapleak.source.locate import Locator
from mapleak.source.model import Skip, Tree
from mapleak.source.target import Target, target_of
from mapleak.syntax.facts import FileFacts
from mapleak.triage.model import Report, SyntaxProblem, Totals
from mapleak.triage.triage import Candidates, candidates, triage


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is known of the program, its maps apart."""

    tree: Tree
    facts: Mapping[str, FileFacts]
    resolved: ResolvedProgram
    graph: CallGraph
    skips: tuple[Skip, ...]
    target: Target


@deep_recursion()
def understand(config: Config, progress: Progress) -> Analysis:
    """Read the program and build its call graph; raises NoGoFilesError when there is nothing to read."""
    progress.stage("finding files")
    tree = discover(_discover_options(config))
    progress.stage("reading files", len(tree.files))
    facts, unreadable = read_all(tree.files, config.jobs, progress)
    progress.stage("resolving names")
    tree = replace(tree, skips=tree.skips + unreadable)
    environment = go_environment(config.go or None)
    locator = Locator.on(environment, tree)
    resolved = resolve(link(tree, facts, locator), tree)
    facts = {path: _without_code(file) for path, file in facts.items()}
    progress.stage("building the call graph")
    graph = build_callgraph(resolved)
    return Analysis(tree, facts, resolved, graph, tree.skips, target_of(environment, tree))


def _without_code(facts: FileFacts) -> FileFacts:
    """What triage still needs of a file: the syntax of a large program is most of its memory."""
    return msgspec.structs.replace(facts, imports=(), functions=(), types=(), vars=(), consts=(), line_starts=b"")


@deep_recursion()
def model_of(analysis: Analysis, progress: Progress) -> MapModel:
    """The map model of a program, with what an entry of each map costs."""
    progress.stage("modelling maps")
    return priced(build_maps(analysis.resolved, analysis.graph), analysis.target.word, analysis.target.go)


@deep_recursion()
def analyze(config: Config, rules: tuple[Rule, ...], progress: Progress) -> Report:
    """From paths to a report, which tells of rules that raised; raises MapleakError for what the user can mend."""
    active = select_rules(rules, config.select, config.extend_select, config.ignore)
    analysis = understand(config, progress)
    model = model_of(analysis, progress)
    progress.stage("running rules", len(active))
    results = run_rules(active, model)
    failed = {failure.rule for failure in results.failures}
    completed = tuple(rule for rule in active if rule.id not in failed)
    in_question = candidates(results.findings, analysis.tree, analysis.facts, config)
    checked = _ask_compiler(in_question, analysis.tree, config, progress)
    progress.stage("sorting findings")
    triaged = triage(in_question, checked.findings, analysis.tree, analysis.facts, rules, completed, config)
    return Report(
        root=analysis.tree.root,
        totals=_totals(analysis, len(model.maps)),
        findings=triaged,
        skips=tuple(sorted(analysis.skips, key=lambda skip: (skip.path, skip.reason))),
        problems=_problems(analysis.facts),
        notes=checked.notes + _notes(analysis.graph),
        rules=active,
        toolchain=checked.toolchain,
        failures=results.failures,
        real_paths=_real_paths(analysis.tree),
    )


def _discover_options(config: Config) -> DiscoverOptions:
    return DiscoverOptions(
        paths=config.paths,
        tests=config.tests,
        include_vendor=config.include_vendor,
        exclude=config.exclude,
        respect_gitignore=config.respect_gitignore,
        force_exclude=config.force_exclude,
    )


def _ask_compiler(in_question: Candidates, tree: Tree, config: Config, progress: Progress) -> CrosscheckResult:
    options = CrosscheckOptions(
        mode=crosscheck_stage.CompilerMode(config.compiler.value), go=config.go or None, timeout=config.compiler_timeout
    )
    return crosscheck_stage.crosscheck(in_question.findings, tree, options, progress.stage)


def _totals(analysis: Analysis, maps: int) -> Totals:
    return Totals(
        modules=sum(1 for module in analysis.tree.modules if module.path),
        packages=len(
            {
                (file.package_dir, analysis.facts[file.path].package)
                for file in analysis.tree.files
                if file.path in analysis.facts
            }
        ),
        files=len(analysis.facts),
        lines=sum(facts.lines for facts in analysis.facts.values()),
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
