"""Code outside test files that only tests need.

``for-tests``: a package that says so by the name of its folders, or imports package testing, and that no program
contains; in the tree of a library, one that does both and that no other package needs. Nobody calls it in production:
a helper that starts a whole server for each test shows nothing of how often that happens.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from mapleak.callgraph.programs import holds_a_program, is_helper, linked_packages

_TEST_FOLDER = re.compile(
    r"(?:[\w.-]+[-_])?(?:tests?|mocks?|fakes?|stubs?|e2e)(?:[-_][\w.-]+)?"
    r"|(?!(?:at|back|con|de|fas|grea|la|pro|speed)test)[a-z]+test|(?!ham)[a-z]+mock|[a-z]+fake"
    r"|(?:t|ts|unit|integration|e2e|system|functional|perf|load|stress|chaos)?tests?"
    r"(?:ing|utils?|kit|rig|lib|data|helpers?|control|support|framework|suite|env|cases?|infra|plans?|bed)?"
)
"""Folders of code that only tests need; what serves the tests of package x is in package xtest, as in the standard
library."""


def is_for_tests(package: str) -> bool:
    """Whether a package is a part of tests, by the name of its folders: testutil, mocks, integration-tests, e2e."""
    return any(_TEST_FOLDER.fullmatch(part) for part in package.split("/"))


def imports_testing(imports: Iterable[str]) -> bool:
    """Whether a package with these imports is one of tests, or helps them."""
    return any(path == "testing" or path.startswith("testing/") for path in imports)


def packages_for_tests(
    packages: Collection[str], mains: Iterable[str], imports: Mapping[str, tuple[str, ...]]
) -> frozenset[str]:
    """The packages of a tree that only tests need. ``packages`` are those with code outside test files."""
    named = {path for path in packages if is_for_tests(path)}
    testing = {path for path in packages if imports_testing(imports.get(path, ()))}
    programs = {main for main in mains if not is_helper(main) and not is_for_tests(main)}
    if programs and holds_a_program(programs, packages):
        return frozenset((named | testing) - linked_packages(programs, imports))
    found = named & testing
    return frozenset(found - linked_packages(set(packages) - found, imports))
