"""Whatever the bytes, reading them gives facts, with offsets inside the file."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from mapleak.syntax.codec import decode, encode
from mapleak.syntax.extract import extract, extract_declarations
from syntax_support import check_offsets
from test_syntax_declarations import SAMPLE
from test_syntax_statements import CASES

EVERYTHING = SAMPLE + b"".join(f"\nfunc f{at}() {{\n\t{code}\n}}\n".encode() for at, (code, _) in enumerate(CASES))
TOKENS = [match.group() for match in re.finditer(rb"\w+|[^\s\w]+|\s+", EVERYTHING)]
INSERTED = sorted({*TOKENS, b"/*", b"//", b"`", b'"', b"'", b"\x00", b"\xff", b"\r", b"func", b"new(", b"//nolint\n"})


def check(data: bytes) -> None:
    """Read the bytes in both ways."""
    facts = extract(data)
    check_offsets(facts, data)
    assert decode(encode(facts)) == facts
    assert extract_declarations(data).lines == facts.lines


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_bytes(data: bytes) -> None:
    """Random bytes are read without an error."""
    check(data)


@given(st.lists(st.sampled_from(INSERTED), max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_tokens(tokens: list[bytes]) -> None:
    """Go tokens in random order are read without an error."""
    check(b"package p\nfunc f() {\n" + b" ".join(tokens))


@given(
    st.lists(
        st.tuples(st.integers(0, len(TOKENS) - 1), st.integers(0, 3), st.sampled_from(INSERTED)),
        min_size=1,
        max_size=6,
    )
)
@settings(max_examples=300, deadline=None)
def test_mutated_code(changes: list[tuple[int, int, bytes]]) -> None:
    """Go code with tokens replaced, inserted or left out is read without an error."""
    tokens = list(TOKENS)
    for position, left_out, inserted in changes:
        tokens[position : position + left_out] = [inserted]
    check(b"".join(tokens))


@given(st.integers(0, len(TOKENS) - 1), st.sampled_from([b"", b"(", b")", b"{", b"}", b"[", b"x", b"if", b":="]))
@settings(max_examples=200, deadline=None)
def test_one_mistake_loses_no_other_function(position: int, inserted: bytes) -> None:
    """One wrong token inside a function leaves all the others as they are."""
    whole = extract(EVERYTHING)
    offset = sum(map(len, TOKENS[:position]))
    inside = [f for f in whole.code.functions if f.body and f.body.pos < offset < f.body.end - 1]
    if inside and TOKENS[position].strip():
        data = EVERYTHING[:offset] + inserted + b" " + EVERYTHING[offset + len(TOKENS[position]) :]
        found = {function.name for function in extract(data).code.functions}
        assert {function.name for function in whole.code.functions} <= found
