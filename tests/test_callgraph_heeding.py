"""Programs that ask for signals: those that are there until one comes, and those that mind one while they work."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.callgraph.build import build
from programs import resolved, write_module

PROGRAM = """
package main

import (
	"context"
	"os"
	"os/exec"
	"os/signal"
	"sync"
)

var group sync.WaitGroup

func work() {}

func get() <-chan int { return nil }

func ready(n int) bool { return n > 9 }

func asked() (context.Context, func()) { return signal.NotifyContext(context.Background(), os.Interrupt) }

func exited(c *exec.Cmd) { c.Wait() }

func stay(ctx context.Context) {
	work()
	deep(ctx)
}

func deep(ctx context.Context) { deeper(ctx) }

func deeper(ctx context.Context) { deepest(ctx) }

func deepest(ctx context.Context) {
	%s
}

func loop(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case n := <-get():
			%s
		}
	}
}

func main() {
	work()
	c := make(chan os.Signal, 1)
	%s
}
"""


@pytest.mark.parametrize(
    ("asks", "over"),
    [
        ("signal.Notify(c); <-c", False),
        ("signal.Notify(c); group.Wait()", False),
        ("signal.Notify(c); go func() { for range c { os.Exit(1) } }(); work()", True),
        ("signal.Notify(c); go func() { <-c; os.Exit(1) }(); exited(exec.Command(`x`))", True),
        ("signal.Notify(c); select { case <-c: case <-get(): }", False),
        ("ctx, _ := asked(); <-ctx.Done()", False),
        ("ctx, _ := asked(); loop(ctx)", False),
        ("ctx, _ := asked(); stay(ctx)", True),
        ("ctx, _ := context.WithCancel(context.Background()); loop(ctx)", True),
    ],
)
def test_who_heeds_a_signal(asks: str, over: bool, tmp_path: Path) -> None:
    """The thread that asks waits for it, or for others, or what it calls soon does."""
    graph = build(resolved(write_module(tmp_path, {"main.go": PROGRAM % ("select { case <-get(): }", "_ = n", asks)})))
    assert ("example.com/m.work" in graph.ending) is over


@pytest.mark.parametrize(
    ("wait", "over"),
    [
        ("<-ctx.Done()", False),
        ("<-get()", True),
        ("select { case <-ctx.Done(): case <-get(): }", True),
    ],
)
def test_waits_far_away(wait: str, over: bool, tmp_path: Path) -> None:
    """Work waits for answers; nothing but a server waits for nothing but the end."""
    files = {"main.go": PROGRAM % (wait, "_ = n", "ctx, _ := asked(); stay(ctx)")}
    assert ("example.com/m.work" in build(resolved(write_module(tmp_path, files))).ending) is over


@pytest.mark.parametrize(
    ("in_loop", "over"),
    [
        ("work()", False),
        ("if ready(n) { return }", True),
        ("if n == 9 { return }", True),
        ("if err := ctx.Err(); err != nil { return }", False),
        ("if stopped(n) { return }", False),
        ("if n == 0 { return }", False),
    ],
)
def test_loops_that_work_something_off(in_loop: str, over: bool, tmp_path: Path) -> None:
    """A loop that is left when it finds out that it is done waits for its work, and not for the end."""
    files = {"main.go": PROGRAM % ("work()", in_loop, "ctx, _ := asked(); loop(ctx)")}
    assert ("example.com/m.work" in build(resolved(write_module(tmp_path, files))).ending) is over
