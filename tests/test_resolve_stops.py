"""How a function stops the goroutines it starts, and which loops without a condition it has."""

from __future__ import annotations

from pathlib import Path

import pytest

from programs import function, resolved, write_module

SOURCE = """package m

import (
	"context"
	"time"
)

var kept = make(chan int)
func wait(ctx context.Context) {{}}
func take(c <-chan int) {{}}
func F(ctx context.Context, in chan int, bad bool) {{
	{body}
}}
var _ = time.Now
"""

# body of the function -> how it stops the goroutine it starts
BODIES = [
    ("ctx, cancel := context.WithCancel(ctx); defer cancel(); go wait(ctx)", "cancels its context"),
    ("ctx, cancel := context.WithCancel(ctx); go wait(ctx); cancel()", "cancels its context"),
    ("ctx, cancel := context.WithCancel(ctx); go wait(ctx); defer func() { cancel() }()", "cancels its context"),
    (
        "ctx, cancel := context.WithCancel(ctx); if bad { cancel(); return }; go wait(ctx); time.AfterFunc(1, cancel)",
        "",
    ),
    ("ctx, cancel := context.WithCancel(ctx); go wait(ctx); if bad { cancel() }", ""),
    ("ctx, cancel := context.WithCancel(ctx); go wait(ctx); defer func() { if bad { cancel() } }()", ""),
    ("ctx, cancel := context.WithCancel(ctx); cancel(); go wait(ctx)", ""),
    ("ctx, cancel := context.WithTimeout(ctx, 1); go wait(ctx); time.AfterFunc(1, cancel)", "sets a time limit"),
    ("c := make(chan int); go take(c); close(c)", "closes c"),
    ("c := make(chan int); defer close(c); go take(c)", "closes c"),
    ("c := make(chan int); go func() { for range c {} }(); close(c)", "closes c"),
    ("c := make(chan int); go func() { for range in {} }(); close(c)", ""),
    ("c := make(chan int); go take(c); if bad { close(c) }", ""),
    ("go wait(ctx)", ""),
]


@pytest.mark.parametrize(("body", "stopped"), BODIES)
def test_stopped(body: str, stopped: str, tmp_path: Path) -> None:
    """In a defer, or on the way that the function always takes after the go statement."""
    program = resolved(write_module(tmp_path, {"m.go": SOURCE.format(body=body)}))
    first = function(program, "example.com/m.F").gos[0]
    assert first.stopped == stopped


def test_all_loops(tmp_path: Path) -> None:
    """Inner loops first; each with the channel whose closing alone ends it; loops with a condition are left out."""
    body = "for range in {}; for { for range kept { time.Sleep(1) } }; for i := range 3 { _ = i }"
    program = resolved(write_module(tmp_path, {"m.go": SOURCE.format(body=body)}))
    loops = function(program, "example.com/m.F").loops
    assert [(loop.kind, loop.channel) for loop in loops] == [
        ("stoppable", "example.com/m.F.in"),
        ("stoppable", "example.com/m.kept"),
        ("endless", ""),
    ]
