"""Files that are not as they should be: everything that can be read is, and the rest is named."""

from __future__ import annotations

import pytest

from mapleak.syntax.extract import extract, extract_declarations
from mapleak.syntax.facts import FileFacts, SyntaxIssue
from mapleak.syntax.lexical import plain
from mapleak.syntax.modern import modernise
from syntax_support import check_offsets, shape

BEFORE = "package p\n\nvar m = map[string]int{}\n\nfunc before() { m[a] = 1 }\n\n"
AFTER = "\nfunc after() { delete(m, a) }\n\ntype T struct{ a int }\n"


def broken(code: str) -> FileFacts:
    """The facts of a file with ``code`` between sound declarations, which must all be there."""
    data = f"{BEFORE}{code}{AFTER}".encode()
    facts = extract(data)
    check_offsets(facts, data)
    assert facts.issues
    assert shape(facts.code.vars[0]) == "(var m -((composite(map string int))))"
    assert shape(facts.code.types[-1]) == "(type T(params)(struct(field a int -)))"
    bodies = {function.name: shape(function.body) for function in facts.code.functions}
    assert bodies["before"] == "(block(assign((index m( a))) =((literal))))"
    assert bodies["after"] == "(block(do(call delete( m a))))"
    return facts


def body(facts: FileFacts, name: str = "f") -> str:
    """The body of one of the functions."""
    return next(shape(function.body) for function in facts.code.functions if function.name == name)


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ("func f() {\n\ta()\n\tif x {\n\t\tb()\n\tc()\n}\n", "(do(call c()))"),
        ("func f() {\n\tif x {\n\t\tfor {\n\t\t\ta(func() {\n\t\t\t\tb()\n", "(do(call b()))"),
        ("func f() {\n\ta()\n\t}\n\tb()\n}\n", "(do(call a()))"),
        ("func f() {\n\ta(b(, c())\n\td()\n}\n", "(do(call d()))"),
        ("func f( {\n\ta()\n}\n", "(do(call a()))"),
        ("func f() {\n\ta(x y)\n\tb()\n}\n", "(do(call b()))"),
        ("func f() {\n\telse { c() }\n\tb()\n}\n", "(do(call b()))"),
        ('func f() {\n\ts := "abc\n\ta(s)\n\tb()\n}\n', "(do(call b()))"),
        ("func f() {\n\tswitch x {\n\tcase a\n\t\tb()\n\tcase c:\n\t\td()\n\t}\n\te()\n}\n", "(do(call e()))"),
        ("func f() {\n\tfor i := 0; i < ; i++ {\n\t\ta()\n\t}\n}\n", "(do(call a()))"),
        ("func f() {\n\tgo func() { b() }(\n\td()\n}\n", "(closure(params)(params)(params)(block(do(call b()))))"),
        ("func f() {\n\ts.m[k = v\n\tm[k] = v\n}\n", "(assign((index m( k))) =( v))"),
        ("func f() {\n\ta(\n", "(do(call a("),
    ],
)
def test_broken_function(code: str, kept: str) -> None:
    """A broken function loses no other declaration, and of itself only what is broken."""
    assert kept in body(broken(code))


@pytest.mark.parametrize(
    "code",
    [
        "type U struct {\n\ta map[string int\n}\n",
        "type U struct {\n\ta int\n\tb struct {\n",
        "var x = map[string]int{\n\t1 2\n",
        "var = 1\n",
        "func () {\n\ta()\n}\n",
        "const (\n\ta = \n",
        "import (\n",
        "x := 1\n",
        "}\n",
        ")]}\n",
        "@#?\n",
    ],
)
def test_broken_declaration(code: str) -> None:
    """A broken declaration of any kind loses no other."""
    broken(code)


def test_issue_names_place_and_token() -> None:
    """An issue has the 1-based line and byte column of what is wrong."""
    assert extract(b"package p\n\nfunc f() {\n\tx = = 1\n}\n").issues == (SyntaxIssue(4, 6, "unexpected ="),)


def test_open_bracket_is_named_where_it_is_missed() -> None:
    """What is not closed is reported at the end of its declaration."""
    facts = extract(b"package p\n\nfunc f() {\n\ta(\n\nfunc g() {}\n")
    assert facts.issues[0] == SyntaxIssue(4, 4, "missing )}")


def test_statement_outside_a_function() -> None:
    """A statement at the top level is an issue, not a declaration."""
    facts = extract(b"package p\n\nx := 1\n")
    assert facts.issues == (SyntaxIssue(3, 1, "statement outside a function"),)
    assert facts.code.vars == ()


def test_issues_are_limited() -> None:
    """No more than 20 issues are listed, the first ones."""
    facts = extract(b"package p\n" + b"\nfunc f() { x = }\n" * 100)
    assert [issue.line for issue in facts.issues] == list(range(3, 43, 2))
    assert len(facts.code.functions) == 100


def test_byte_order_mark() -> None:
    """A byte order mark is no part of the code; offsets count it all the same."""
    facts = extract(b"\xef\xbb\xbfpackage p\n")
    assert (facts.package, facts.package_pos, facts.issues) == ("p", 3, ())


def test_carriage_returns() -> None:
    """CRLF line ends change nothing but offsets."""
    data = b"package p\r\n\r\nfunc f() {\r\n\ta()\r\n\tb()\r\n}\r\n"
    facts = extract(data)
    assert (facts.issues, facts.lines, body(facts)) == ((), 6, "(block(do(call a()))(do(call b())))")


@pytest.mark.parametrize(
    ("data", "line", "column", "message"),
    [
        (b'package p\n\nvar a = "\xff"\n', 3, 10, "not valid UTF-8"),
        (b"package p\n// \xff\nvar a int\n", 2, 4, "not valid UTF-8"),
        (b"package p\nvar a\x00 int\n", 2, 6, "NUL byte"),
        (b"package p\nvar a int\n/* a\n", 3, 1, "comment not closed"),
        (b"package p\nvar a int /*/\n", 2, 11, "comment not closed"),
    ],
)
def test_bytes_that_no_go_file_holds(data: bytes, line: int, column: int, message: str) -> None:
    """Wrong bytes are named; the declarations around them are read."""
    facts = extract(data)
    assert facts.issues == (SyntaxIssue(line, column, message),)
    assert [name.name for name in facts.code.vars[0].names] == ["a"]


@pytest.mark.parametrize("data", [b"", b"\n", b"// only a comment", b"\x00", b"\xff\xfe"])
def test_no_package_clause(data: bytes) -> None:
    """Without a package clause there is no package, and an issue says so."""
    facts = extract(data)
    assert facts.package == ""
    assert "no package clause" in {issue.message for issue in facts.issues}


def test_nothing_but_garbage() -> None:
    """A file that is not Go at all has no declarations."""
    facts = extract(b"\x7fELF\x02\x01\x01\x00" * 50)
    assert (facts.code.functions, facts.code.vars, facts.code.types) == ((), (), ())


@pytest.mark.parametrize(
    ("data", "lines", "starts"),
    [
        (b"", 0, [0]),
        (b"a", 1, [0]),
        (b"a\n", 1, [0]),
        (b"a\nb", 2, [0, 2]),
        (b"\n\n", 2, [0, 1]),
        (b"a\r\nb\r\n", 2, [0, 3]),
        (b"a\rb\nc", 2, [0, 4]),
        ("ä\u2028b\nc\n".encode(), 2, [0, 7]),
    ],
)
def test_lines(data: bytes, lines: int, starts: list[int]) -> None:
    """Only line feeds end lines; a last line without one counts."""
    facts = extract(data)
    assert facts.lines == lines
    encoded = facts.line_starts
    assert [int.from_bytes(encoded[at : at + 4], "little") for at in range(0, len(encoded), 4)] == starts


def test_declarations_only_of_a_broken_file() -> None:
    """Reading declarations only recovers as well."""
    facts = extract_declarations(f"{BEFORE}func f() {{\n\ta(\n{AFTER}".encode())
    assert [function.name for function in facts.code.functions] == ["before", "f", "after"]


@pytest.mark.parametrize(
    ("call", "stays"),
    [("make([]*int, 0, 3)", True), ("make(map[string]int)", True), ("make(chan int)", True), ("make(x+1)", False)],
)
def test_what_makes_a_type_stays_so_where_the_parser_has_lost_its_way(call: str, stays: bool) -> None:
    """An error inside of it may be the trace of another one, far above."""
    code = f"package p\n\nfunc f() {{\n\tr := {call}\n}}\n".encode()
    inside = code.index(b"(", code.index(b"make")) + 1
    assert (modernise(code, plain(code), [inside]).code == code) is stays
