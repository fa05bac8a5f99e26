"""What importers see of a file, and what they do not."""

from __future__ import annotations

import pytest

from mapleak.syntax.extract import extract

FILE = """// Package cart keeps carts.
package cart

import (
	"fmt"
	"net/http"
	str "strings"
	"gopkg.in/yaml.v3"
)

// Limit is the most.
const Limit = 10

type Cart struct {
	Name string `json:"name"`
	next yaml.Node
}

var first = initial()

func initial() Cart { return Cart{} }

func Handle(w http.ResponseWriter) { fmt.Println(str.ToUpper("a"), w) }

func (c *Cart) add(n int) int { return n }

func helper(n int) int { return n + 1 }
"""

UNSEEN = {
    "a body": ("return n + 1", "return n + 2"),
    "a comment": ("is the most", "is the least"),
    "a comment in code": ("Name string", "Name /* of whom */ string"),
    "layout": ("const Limit = 10\n", "\n\nconst   Limit  =  10\n"),
    "an import for bodies": ('"fmt"', '"fmt"\n\t"sort"'),
    "a named import for bodies": ('str "strings"', 'str "text/strings"'),
    "a function that is not exported": ("func helper(n int) int", "func helper(n, m int) string"),
    "one more": ("func helper", "func another() {}\n\nfunc helper"),
    "init": ("func helper", "func init() {}\n\nfunc helper"),
}
SEEN = {
    "a constraint": ("// Package", "//go:build linux\n\n// Package"),
    "a constant": ("Limit = 10", "Limit = 11"),
    "a tag": ('json:"name"', 'json:"name  "'),
    "a signature": ("Handle(w", "Handle(r"),
    "an import in a signature": ('"net/http"', '"net/other"'),
    "an import in a type": ("gopkg.in/yaml.v3", "gopkg.in/yaml.v2"),
    "an import that may be one in a type": ('"fmt"', '"fmt"\n\t"example.com/go-yaml"'),
    "a method": ("add(n int) int", "add(n int) string"),
    "a function that becomes a method": ("func helper", "func (c Cart) helper"),
    "what hides a predeclared function": ("func helper", "func len(c Cart) int { return 0 }\n\nfunc helper"),
    "broken code": ("func helper(n int) int {", "func helper(n int) int {{"),
}


@pytest.mark.parametrize("what", UNSEEN)
def test_what_importers_do_not_see(what: str) -> None:
    old, new = UNSEEN[what]
    assert old in FILE
    assert _visible(FILE.replace(old, new)) == _visible(FILE)


@pytest.mark.parametrize("what", SEEN)
def test_what_importers_see(what: str) -> None:
    old, new = SEEN[what]
    assert old in FILE
    assert _visible(FILE.replace(old, new)) != _visible(FILE)


def test_functions_that_are_not_exported_stand_apart() -> None:
    """With the names that tell whether one of them counts."""
    outline = extract(FILE.encode()).outline
    assert [name for name, _ in outline.hidden] == ["helper", "initial"]
    assert {"initial", "first"} <= set(outline.words.split())
    assert "helper" not in outline.words.split()


def _visible(text: str) -> object:
    facts = extract(text.encode())
    return facts.outline.digest, [i.path for i in facts.imports if not i.inner]
