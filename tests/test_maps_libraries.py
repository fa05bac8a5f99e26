"""Containers of libraries are maps: what inserts, what removes, and which of them evict by themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapleak.maps.model import AbstractMap, Growth
from mapleak.resolve.libraries import LIBRARIES, is_container_method, library, library_call
from mapleak.syntax.package_names import may_be_called
from test_maps_wrappers import forms, holder, model_of

PRELUDE = """package m

import (
	"expvar"
	"net/http"
	"time"

	mapset "github.com/deckarep/golang-set/v2"
	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/jellydator/ttlcache/v3"
	"github.com/modern-go/concurrent"
	"github.com/tidwall/btree"
	orderedmap "github.com/wk8/go-ordered-map/v2"
	cmap "github.com/orcaman/concurrent-map/v2"
	"github.com/patrickmn/go-cache"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/puzpuzpuz/xsync/v3"
	"github.com/scylladb/go-set/strset"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/util/flowcontrol"
	"k8s.io/utils/lru"
)

var options = prometheus.CounterOpts{Name: "n"}
var subject = %s

type server struct{ bounded *lru.Cache[string, int]; open cmap.ConcurrentMap[string, int] }

var _ = time.Now
var _ = expvar.Publish
"""


def subject(folder: Path, made: str, body: str) -> AbstractMap:
    """The package variable ``subject``, made so, in a program that does that to it. No dependency is on disk."""
    return holder(model_of(folder, body, PRELUDE % made), "subject")


UNBOUNDED = [
    ("concurrent.NewMap()", "LoadOrStore(r.RemoteAddr, 1)", "Delete(r.RemoteAddr)"),
    ("btree.NewMap[string, int](2)", "Set(r.RemoteAddr, 1)", "PopMin()"),
    ("orderedmap.New[string, int]()", "Set(r.RemoteAddr, 1)", "Delete(r.RemoteAddr)"),
    ("cache.New(cache.NoExpiration, 0)", "Set(r.RemoteAddr, 1, 0)", "Delete(r.RemoteAddr)"),
    ("cache.New(time.Minute, 0)", "Set(r.RemoteAddr, 1, 0)", "Flush()"),
    ("ttlcache.New[string, int]()", "Set(r.RemoteAddr, 1, 0)", "Delete(r.RemoteAddr)"),
    ("cmap.New[int]()", "Set(r.RemoteAddr, 1)", "Remove(r.RemoteAddr)"),
    ("xsync.NewMapOf[string, int]()", "LoadOrStore(r.RemoteAddr, 1)", "LoadAndDelete(r.RemoteAddr)"),
    ("sets.NewString()", "Insert(r.RemoteAddr)", "Delete(r.RemoteAddr)"),
    ("sets.New[string]()", "Insert(r.RemoteAddr)", "PopAny()"),
    ("sets.String{}", "Insert(r.RemoteAddr)", "Delete(r.RemoteAddr)"),
    ("strset.New()", "Add(r.RemoteAddr)", "Remove(r.RemoteAddr)"),
    ("flowcontrol.NewBackOff(0, 0)", "Next(r.RemoteAddr, time.Now())", "GC()"),
    ("mapset.NewSet[string]()", "Add(r.RemoteAddr)", "Remove(r.RemoteAddr)"),
    ('expvar.NewMap("n")', "Add(r.RemoteAddr, 1)", "Delete(r.RemoteAddr)"),
    ('prometheus.NewCounterVec(options, []string{"a"})', "WithLabelValues(r.RemoteAddr).Inc()", "Reset()"),
    ('promauto.NewGaugeVec(options, []string{"a"})', 'WithLabelValues("x", r.URL.Path).Set(1)', "Reset()"),
    (
        'promauto.With(nil).NewCounterVec(options, []string{"a"})',
        "WithLabelValues(r.RemoteAddr).Inc()",
        "DeleteLabelValues(r.RemoteAddr)",
    ),
]


@pytest.mark.parametrize(("made", "insert", "remove"), UNBOUNDED)
def test_containers_that_keep_what_they_get(made: str, insert: str, remove: str, tmp_path: Path) -> None:
    filled = subject(tmp_path / "a", made, f"subject.{insert}")
    assert forms(filled) == (["call"], [])
    assert filled.growth is Growth.UNBOUNDED
    assert not filled.unseen_uses
    assert forms(subject(tmp_path / "b", made, f"subject.{insert}; subject.{remove}"))[1] == ["call"]


COMPUTED = [
    ("return 1, false", (["call"], [])),
    ("return 1, true", ([], ["call"])),
    ("return 1, n > 1", (["call"], ["call"])),
    ("return n, n > 1", ([], ["call"])),
    ("return n, false", ([], [])),
    ("return 1, xsync.UpdateOp", (["call"], [])),
    ("return 1, xsync.DeleteOp", ([], ["call"])),
    ("return 1, xsync.CancelOp", ([], [])),
    ("if loaded { return 0, true }; return func() (int, bool) { return 1, true }()", (["call"], ["call"])),
    ("if loaded { return 0, true }; return n + 1, false", (["call"], ["call"])),
]


@pytest.mark.parametrize(("body", "expected"), COMPUTED)
def test_compute_does_what_its_function_says(body: str, expected: tuple[list[str], list[str]], tmp_path: Path) -> None:
    call = f"subject.Compute(r.RemoteAddr, func(n int, loaded bool) (int, bool) {{ {body} }})"
    assert forms(subject(tmp_path, "xsync.NewMapOf[string, int]()", call)) == expected


def test_compute_with_another_function_may_store(tmp_path: Path) -> None:
    call = "f := func(n int, loaded bool) (int, bool) { return n, true }; subject.Compute(r.RemoteAddr, f)"
    assert forms(subject(tmp_path, "xsync.NewMapOf[string, int]()", call)) == (["call"], [])


@pytest.mark.parametrize(
    ("made", "insert"),
    [
        ("cache.New(time.Minute, time.Hour)", "Set(r.RemoteAddr, 1, 0)"),
        ("ttlcache.New(ttlcache.WithTTL[string, int](time.Minute))", "Set(r.RemoteAddr, 1, 0)"),
    ],
)
def test_caches_that_are_made_to_expire(made: str, insert: str, tmp_path: Path) -> None:
    assert subject(tmp_path, made, f"subject.{insert}").growth is Growth.BOUNDED


def test_a_cache_that_always_evicts(tmp_path: Path) -> None:
    """Its type in a field is enough to know it."""
    model = model_of(tmp_path, "s.bounded.Add(r.RemoteAddr, 1); s.open.Set(r.RemoteAddr, 1)", PRELUDE % "1")
    assert holder(model, "server.bounded").growth is Growth.BOUNDED
    assert holder(model, "server.open").growth is Growth.UNBOUNDED
    assert holder(model, "server.bounded").container == "github.com/hashicorp/golang-lru/v2.Cache"


def test_a_set_that_is_a_map_where_its_package_is_on_disk(tmp_path: Path) -> None:
    """Its methods are known as those of one that is not, and the map that it is may be used as one."""
    package = tmp_path / "vendor" / "k8s.io" / "apimachinery" / "pkg" / "util" / "sets"
    package.mkdir(parents=True)
    (package / "sets.go").write_text(
        """package sets

type Empty struct{}
type Set[T comparable] map[T]Empty

func New[T comparable](items ...T) Set[T] { return Set[T]{} }
func (s Set[T]) Insert(items ...T) Set[T] { for _, i := range items { s[i] = Empty{} }; return s }
func (s Set[T]) Delete(items ...T) Set[T] { for _, i := range items { delete(s, i) }; return s }
"""
    )
    (tmp_path / "vendor" / "modules.txt").write_text(
        "# k8s.io/apimachinery v0.30.0\n## explicit\nk8s.io/apimachinery/pkg/util/sets\n"
    )
    filled = subject(tmp_path, "sets.New[string]()", "subject.Insert(r.RemoteAddr); delete(subject, r.Host)")
    assert forms(filled) == (["call"], ["delete"])
    assert not filled.unseen_uses


@pytest.mark.parametrize("label", ["r.Method", '"get"', "r.Proto"])
def test_labels_are_few_unless_they_say_otherwise(label: str, tmp_path: Path) -> None:
    made = 'prometheus.NewCounterVec(options, []string{"a"})'
    assert forms(subject(tmp_path, made, f"subject.WithLabelValues({label}).Inc()")) == ([], [])


def test_the_table() -> None:
    """Major versions and type arguments do not matter; other types and methods are none of its business."""
    assert library("github.com/hashicorp/golang-lru/v2/expirable.LRU") is not None
    assert library("github.com/hashicorp/golang-lru/v2.Other") is None
    found = library_call("(*github.com/puzpuzpuz/xsync/v3.MapOf).Store")
    assert found is not None
    assert (found.effect, found.key) == ("insert", 0)
    assert library_call("(*github.com/puzpuzpuz/xsync/v3.MapOf).Load") is None
    assert is_container_method("(*github.com/puzpuzpuz/xsync/v3.MapOf).Load")
    assert library_call("github.com/puzpuzpuz/xsync/v3.NewMapOf") is None
    assert all(known.reason and known.inserts and known.removes for known in LIBRARIES.values())


UNNAMED = """package m

import (
	"net/http"

	"github.com/deckarep/golang-set"
	"github.com/hashicorp/golang-lru"
	"github.com/orcaman/concurrent-map"
)

type server struct {
	seen    mapset.Set
	open    cmap.ConcurrentMap
	bounded *lru.Cache
}
"""


def test_packages_that_are_called_other_than_their_paths(tmp_path: Path) -> None:
    """What is known of a library counts under the name that its package has, where the import gives it none."""
    body = "s.seen.Add(r.RemoteAddr); s.open.Set(r.RemoteAddr, 1); s.bounded.Add(r.RemoteAddr, 1)"
    model = model_of(tmp_path, body, UNNAMED)
    assert holder(model, "server.seen").growth is Growth.UNBOUNDED
    assert holder(model, "server.open").growth is Growth.UNBOUNDED


@pytest.mark.parametrize(
    ("path", "name", "may"),
    [
        ("github.com/eclipse/paho.mqtt.golang", "mqtt", True),
        ("github.com/wk8/go-ordered-map/v2", "orderedmap", True),
        ("github.com/hashicorp/golang-lru", "lru", True),
        ("github.com/hashicorp/golang-lru", "golang", False),
        ("github.com/orcaman/concurrent-map", "cmap", False),
    ],
)
def test_the_words_that_end_a_path(path: str, name: str, may: bool) -> None:
    assert may_be_called(path, name) is may
