"""The ways through a function: reads of maps, arms, exits, and the parts of keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.resolve.model import FunctionFacts, KeyFact
from mapleak.resolve.way_facts import Arm
from programs import function, resolved, write_module

HEAD = """\
package m

import (
	"context"
	"fmt"
	"sync"
	"time"
)

type Header struct{ ID string }

type Message struct {
	Headers []Header
	Name    string
}

type entry struct{ msg Message }

type S struct {
	m map[string]*entry
	c sync.Map
}

var _ = fmt.Sprint
var _ = time.Now
var _ context.Context

"""


def facts(
    folder: Path, body: str, signature: str = "F(ctx context.Context, msg Message, done func())"
) -> FunctionFacts:
    write_module(folder, {"m.go": f"{HEAD}func (s *S) {signature} {{\n{body}\n}}\n"})
    return function(resolved(folder), "(*S).F")


def arms(folder: Path, body: str) -> list[tuple[str, str, bool]]:
    return [(a.kind, a.failure, a.leaves) for a in facts(folder, body).arms]


def key_of(folder: Path, expression: str) -> KeyFact:
    key = facts(folder, f"k := {expression}\ndelete(s.m, k)").ops[0].key
    assert key is not None
    return key


def test_reads_name_the_map_and_the_key(tmp_path: Path) -> None:
    reads = facts(tmp_path, "_ = s.m[msg.Name]\n_, _ = s.m[msg.Name]\ns.c.Load(msg.Name)\nfor range s.m {}").reads
    assert [(r.form, r.node.rpartition(".")[2], r.key.text if r.key else "") for r in reads] == [
        ("index", "m", "msg.Name"),
        ("index", "m", "msg.Name"),
        ("load", "c", "msg.Name"),
        ("range", "m", ""),
    ]


def test_writing_and_removing_are_no_reads(tmp_path: Path) -> None:
    assert facts(tmp_path, "s.m[msg.Name] = nil\ndelete(s.m, msg.Name)").reads == ()


def test_an_error_is_a_failure_in_the_arm_where_it_is_there(tmp_path: Path) -> None:
    body = "delete(s.m, msg.Name)\nif err := ctx.Err(); err != nil {\nreturn\n} else {\n_ = err\n}"
    assert arms(tmp_path, body) == [("then", "error", True), ("else", "", False)]


def test_no_error_turns_it_around(tmp_path: Path) -> None:
    body = "delete(s.m, msg.Name)\nif err := ctx.Err(); err == nil {\n_ = err\n} else {\npanic(err)\n}"
    assert arms(tmp_path, body) == [("then", "", False), ("else", "error", True)]


def test_select_knows_cancellation_and_timeouts(tmp_path: Path) -> None:
    body = """\
delete(s.m, msg.Name)
t := time.NewTimer(1)
select {
case <-ctx.Done():
	return
case <-time.After(1):
case <-t.C:
case <-make(chan int):
default:
}"""
    assert [a[1] for a in arms(tmp_path, body)] == ["cancelled", "timeout", "timeout", "", ""]
    later = body.replace("t := time.NewTimer(1)", "t := time.After(1)").replace("t.C", "t")
    assert [a[1] for a in arms(tmp_path, later)] == ["cancelled", "timeout", "timeout", "", ""]
    events = body.replace("t := time.NewTimer(1)", "t := struct{ C chan int }{}")
    assert [a[1] for a in arms(tmp_path, events)] == ["cancelled", "timeout", "", "", ""]
    again = body.replace("select", "for range 2 {\nselect").replace("default:\n}", "default:\n}\n}")
    assert [a[1] for a in arms(tmp_path, again)] == ["cancelled", "timeout", "", "", ""]
    assert [a[1] for a in arms(tmp_path, events.replace("t.C", "timer.C"))] == [
        "cancelled",
        "timeout",
        "timeout",
        "",
        "",
    ]


def test_outer_arms_come_before_inner_ones(tmp_path: Path) -> None:
    found = facts(tmp_path, 'if msg.Name != "" {\nif done != nil {\ndelete(s.m, msg.Name)\n}\n}').arms
    assert [a.pos for a in found] == sorted(a.pos for a in found)
    outer, inner = found
    assert outer.pos < inner.pos < inner.end < outer.end


def test_the_arm_in_which_a_parameter_is_nil(tmp_path: Path) -> None:
    def nils(body: str) -> list[str]:
        found: tuple[Arm, ...] = facts(tmp_path, f"delete(s.m, msg.Name)\n{body}").arms
        return [a.nil_parameter.rpartition(".")[2] for a in found]

    assert nils("if done == nil {\n_ = 1\n} else {\n_ = 2\n}") == ["done", ""]
    assert nils("if done != nil {\n_ = 1\n} else {\n_ = 2\n}") == ["", "done"]
    assert nils("x := &msg\nif x == nil {\n_ = 1\n}") == [""]


def test_exits(tmp_path: Path) -> None:
    exits = facts(tmp_path, "if s == nil {\nreturn\n}\ndelete(s.m, msg.Name)\npanic(1)").exits
    assert [e.kind for e in exits] == ["return", "panic"]


def test_functions_without_maps_keep_neither_arms_nor_exits(tmp_path: Path) -> None:
    found = facts(tmp_path, "if done != nil {\nreturn\n}")
    assert (found.arms, found.exits) == ((), ())


def test_a_key_knows_the_fields_it_was_read_through(tmp_path: Path) -> None:
    path = key_of(tmp_path, "string(msg.Headers[0].ID)").path
    assert [node.removeprefix("example.com/m.") for node in path] == ["Message.Headers", "Header.ID"]


def test_a_combined_key_knows_its_parts(tmp_path: Path) -> None:
    assert key_of(tmp_path, 'msg.Name + ":" + msg.Headers[0].ID').parts == ("msg.Name", "msg.Headers[0].ID")
    assert key_of(tmp_path, 'fmt.Sprintf("%s/%d", msg.Name, 1)').parts == ("msg.Name",)
    assert key_of(tmp_path, "fmt.Append(nil, msg.Name)").parts == ()


@pytest.mark.parametrize(
    ("condition", "aged"),
    [
        ("time.Since(at) > time.Minute", True),
        ("at.Before(time.Now())", True),
        ("now > e.expiresAt", True),
        ("!e.isExpired()", True),
        ("age > maxAge", True),
        ("stale", True),
        ("len(page) > 1", False),
        ("e.message == nil", False),
        ("storage.Full()", False),
        ("experience > 3", False),
    ],
)
def test_which_condition_asks_for_an_age(tmp_path: Path, condition: str, aged: bool) -> None:
    found = facts(tmp_path, f"if {condition} {{ delete(s.m, msg.Name); return }} else {{ return }}").arms
    assert [arm.aged for arm in found] == [aged, aged]
