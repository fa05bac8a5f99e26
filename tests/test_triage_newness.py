"""Only what is new: against a revision, by comparing two analyses."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from mapleak.cli.main import run
from mapleak.errors import MapleakError
from mapleak.git import _public_address, commit_of, export_go, provenance
from mapleak.registry import RuleFailure
from mapleak.triage import newness
from mapleak.triage.model import Triaged
from mapleak.triage.newness import base_revision, only_new
from repositories import commit, git, go_mod, new_repository, store, write
from samples import finding, report


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one leak in its only commit; it is the current folder."""
    for name in ("PRE_COMMIT_FROM_REF", "PRE_COMMIT", "GIT_DIR", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    repository = new_repository(tmp_path / "shop")
    commit(repository, {"go.mod": go_mod(), "old/old.go": store("old", "seen")})
    monkeypatch.chdir(repository)
    return repository


def scan(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[str], str]:
    code = run(["scan", "--compiler", "off", "--format", "concise", *words])
    output = capsys.readouterr()
    return code, [line.split(" ")[0] for line in output.out.splitlines()], output.err


def test_known_findings_are_left_out_and_counted(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing has changed, so nothing is new."""
    assert scan(capsys)[0] == 1
    code, places, words = scan(capsys, "--new-from-rev", "HEAD")
    assert (code, places) == (0, [])
    assert "1 known at HEAD" in words


def test_a_new_leak_is_reported(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The old one is not, though its line has moved and its file has another name."""
    git(shop, "mv", "old/old.go", "old/renamed.go")
    text = (shop / "old/renamed.go").read_text()
    write(shop, {"old/renamed.go": text.replace("var", "// A comment.\n\nvar", 1), "new/new.go": store("new", "users")})
    assert scan(capsys, "--new-from-rev", "HEAD")[:2] == (1, ["new/new.go:7:2:"])


def test_a_folder_that_is_only_analysed_by_name(
    shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it leaks now, it leaked at HEAD."""
    commit(shop, {"testdata/go.mod": go_mod(), "testdata/old.go": store("old", "others")})
    monkeypatch.chdir(shop / "testdata")
    assert scan(capsys)[0] == 1
    code, places, words = scan(capsys, "--new-from-rev", "HEAD")
    assert (code, places) == (0, [])
    assert "1 known at HEAD" in words


def test_what_is_known_of_a_revision_depends_on_where_the_user_stands(
    shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run at the root looks at no testdata, and must not speak for a run in there."""
    commit(shop, {"testdata/old.go": store("old", "others")})
    assert scan(capsys, "--new-from-rev", "HEAD", ".")[:2] == (0, [])
    monkeypatch.chdir(shop / "testdata")
    assert scan(capsys, ".")[0] == 1
    assert scan(capsys, "--new-from-rev", "HEAD", ".")[:2] == (0, [])


def test_a_tracked_file_that_an_ignore_rule_matches(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Git tracks it in spite of the rule, so it is part of the program: now, and at HEAD."""
    (shop / ".gitignore").write_text("old/\n")
    git(shop, "add", ".gitignore")
    git(shop, "commit", "--quiet", "-m", "an ignore rule")
    assert scan(capsys)[0] == 1
    assert scan(capsys, "--new-from-rev", "HEAD")[:2] == (0, [])


def test_the_copy_of_a_revision_leaves_no_index(shop: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Nobody will ever ask what was in a temporary folder."""
    kept = tmp_path / "kept"
    assert scan(capsys, "--new-from-rev", "HEAD", "--cache-dir", str(kept))[0] == 0
    assert len([path for path in kept.glob("*/index/*/*") if path.is_file()]) == 1


def test_a_leak_born_on_an_unchanged_line(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The insertion is as it was; what emptied the map is gone, in another file."""
    commit(
        shop,
        {
            "cart/put.go": store("cart", "items"),
            "cart/drop.go": "package cart\n\n// Drop forgets.\nfunc Drop(key string) {\n\tdelete(items, key)\n}\n",
        },
    )
    assert scan(capsys, "--new-from-rev", "HEAD")[0] == 0
    (shop / "cart/drop.go").unlink()
    assert scan(capsys, "--new-from-rev", "HEAD")[:2] == (1, ["cart/put.go:7:2:"])


def test_a_suppression_that_goes_brings_the_finding_back(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was accepted at the revision was not reported there."""
    text = (shop / "old/old.go").read_text()
    commit(shop, {"old/old.go": text.replace("var", "//mapleak:ignore ML101 few\nvar", 1)})
    write(shop, {"old/old.go": text})
    assert scan(capsys, "--new-from-rev", "HEAD")[:2] == (1, ["old/old.go:7:2:"])


def test_any_revision(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A commit, a branch, an expression; everything is new against one without Go files."""
    git(shop, "checkout", "--quiet", "--orphan", "empty")
    git(shop, "rm", "-r", "--quiet", "--force", ".")
    first = commit(shop, {"README": "x"})
    git(shop, "checkout", "--quiet", "main")
    assert scan(capsys, "--new-from-rev", first)[0] == 1
    assert scan(capsys, "--new-from-rev", "empty")[0] == 1
    commit(shop, {"x": ""})
    assert scan(capsys, "--new-from-rev", "HEAD~1")[0] == 0


@pytest.mark.parametrize("revision", ["nonsense", "--help", "HEAD~99", "0" * 40])
def test_an_unknown_revision_is_an_error(shop: Path, capsys: pytest.CaptureFixture[str], revision: str) -> None:
    """Never all findings, never none: a shallow clone must be seen."""
    code, places, words = scan(capsys, f"--new-from-rev={revision}")
    assert (code, places) == (2, [])
    assert words.startswith("error: git knows no revision")
    assert "fetch-depth: 0" in words


def test_the_repository_is_left_alone(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No file, branch, worktree or stash appears."""
    write(shop, {"new/new.go": store("new", "users")})
    before = git(shop, "status", "--porcelain"), git(shop, "worktree", "list"), git(shop, "for-each-ref")
    scan(capsys, "--new-from-rev", "HEAD")
    assert (git(shop, "status", "--porcelain"), git(shop, "worktree", "list"), git(shop, "for-each-ref")) == before


def test_variables_of_a_hook_do_not_mislead_git(
    shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git sets them for its hooks, relative to another folder."""
    monkeypatch.setenv("GIT_DIR", "/no/such/.git")
    monkeypatch.setenv("GIT_INDEX_FILE", "/no/such/index")
    assert scan(capsys, "--new-from-rev", "HEAD")[0] == 0


def test_what_pre_commit_compares_with(shop: Path) -> None:
    """The start of its range, else the last commit; nothing before the first one."""
    root = str(shop)
    assert base_revision(root, "", pre_commit=False, environment={}) == ""
    assert base_revision(root, "main", pre_commit=True, environment={}) == "main"
    assert base_revision(root, "", pre_commit=True, environment={}) == "HEAD"
    assert base_revision(root, "", pre_commit=True, environment={"PRE_COMMIT_FROM_REF": "abc"}) == "abc"
    assert base_revision(root, "", pre_commit=True, environment={"PRE_COMMIT_FROM_REF": "0" * 40}) == "HEAD"
    unborn = str(new_repository(shop.parent / "unborn"))
    assert base_revision(unborn, "", pre_commit=True, environment={}) == ""


def test_the_exported_tree(shop: Path, tmp_path: Path) -> None:
    """Go files as they were committed, whatever attributes say, with odd names; nothing else and no links."""
    write(
        shop,
        {
            "sub/go.mod": go_mod("sub"),
            "größe und maß/größe.go": "package x\n",
            "notes.txt": "x",
            ".gitattributes": "*.go export-ignore ident\n",
            "old/old.go": "package old // $Id$\n",
        },
    )
    (shop / "link.go").symlink_to("old/old.go")
    git(shop, "add", "--all")
    git(shop, "commit", "--quiet", "--message=More")
    target = tmp_path / "target"
    export_go(str(shop), commit_of(str(shop), "HEAD"), target)
    names = sorted(path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file())
    assert names == ["go.mod", "größe und maß/größe.go", "old/old.go", "sub/go.mod"]
    assert (target / "old/old.go").read_text() == "package old // $Id$\n"


def test_a_missing_git_is_one_clear_line(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without git there is no provenance, and a comparison says why it cannot be."""
    monkeypatch.setenv("PATH", "/no/such/folder")
    assert provenance(str(shop)) is None
    with pytest.raises(MapleakError, match="git is not installed"):
        commit_of(str(shop), "HEAD")


def test_provenance(shop: Path) -> None:
    """The remote's address, the commit and the branch; nothing without a remote."""
    assert provenance(str(shop)) is None
    git(shop, "remote", "add", "origin", "https://someone:secret@example.com:8443/shop.git")
    found = provenance(str(shop))
    assert found is not None
    assert (found.repository, found.branch) == ("https://example.com:8443/shop.git", "main")
    assert found.revision == git(shop, "rev-parse", "HEAD")
    git(shop, "checkout", "--quiet", "--detach")
    detached = provenance(str(shop))
    assert detached is not None
    assert detached.branch == ""


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("git@example.com:team/shop.git", "ssh://example.com/team/shop.git"),
        ("example.com:shop.git", "ssh://example.com/shop.git"),
        ("ssh://git@example.com/team/shop.git", "ssh://example.com/team/shop.git"),
        ("https://token@example.com/shop", "https://example.com/shop"),
        ("/srv/git/shop.git", ""),
        ("../shop", ""),
        ("file:///srv/git/shop.git", ""),
        ("", ""),
    ],
)
def test_addresses_without_credentials(address: str, public: str) -> None:
    """A report never tells a user name, a token or a local path."""
    assert _public_address(address) == public


def test_a_rule_that_fails_on_the_old_tree_is_told_of(shop: Path) -> None:
    """Its findings only look new, so the run does not count as one that went well."""
    failure = RuleFailure("ML101", "rule ML101 failed", "")
    now = report(shop, finding())
    before = replace(now, findings=Triaged(), failures=(failure,))
    assert only_new(now, "HEAD", lambda root: before).failures == (failure,)
    assert only_new(replace(now, failures=(failure,)), "HEAD", lambda root: before).failures == (failure,)


def test_what_a_commit_had_is_analysed_once(
    shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second time it is known, until the modules ask for something else."""
    first = scan(capsys, "--new-from-rev", "HEAD")
    exported: list[str] = []
    real = export_go
    monkeypatch.setattr(newness, "export_go", lambda *given: exported.append(given[1]) or real(*given))
    assert scan(capsys, "--new-from-rev", "HEAD") == first
    assert not exported
    write(shop, {"go.mod": go_mod() + "\nrequire example.com/other v1.0.0\n"})
    assert scan(capsys, "--new-from-rev", "HEAD")[0] == 0
    assert len(exported) == 1
