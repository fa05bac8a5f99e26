"""Containers of well-known libraries: what inserts into them, what removes, and whether they can grow.

One table, from the packages' documentation. Import paths are without major version. A container that evicts by
itself never grows without bound; one that evicts only when it is configured to is believed to, unless it is seen to be
made without.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from mapleak.program.hidden import unversioned
from mapleak.resolve.spell import spell
from mapleak.syntax import ast

LABELS = -2
"""In place of a key's number: the key is made of all arguments, the label values of a metric."""


class Library(NamedTuple):
    """One container type. ``inserts`` and ``removes`` give the number of the argument that is the key, None for none.

    ``evicts`` says why it cannot grow, "" when it can; ``configured`` that it evicts when it is made to.
    """

    reason: str
    inserts: dict[str, int | None]
    removes: dict[str, int | None]
    evicts: str = ""
    configured: bool = False


_CACHE_INSERTS: dict[str, int | None] = {
    "Add": 0,
    "Set": 0,
    "Put": 0,
    "ContainsOrAdd": 0,
    "PeekOrAdd": 0,
    "GetOrAdd": 0,
}
_CACHE_REMOVES: dict[str, int | None] = {
    "Remove": 0, "Delete": 0, "Del": 0, "Purge": None, "Clear": None, "Reset": None, "RemoveOldest": None,
}  # fmt: skip


def _evicting(reason: str) -> Library:
    return Library(reason, _CACHE_INSERTS, _CACHE_REMOVES, reason)


_LRU = _evicting("a least-recently-used cache of fixed size")
_SIZED = _evicting("a cache of fixed size")

_CONCURRENT = Library(
    "a concurrent map that never evicts",
    {
        "Store": 0, "LoadOrStore": 0, "LoadAndStore": 0, "LoadOrCompute": 0, "LoadOrTryCompute": 0, "Compute": 0,
        "Set": 0, "SetIfAbsent": 0, "Upsert": 0, "MSet": None, "Insert": 0, "GetOrInsert": 0, "GetOrSet": 0,
        "GetOrCompute": 0, "Swap": 0, "LoadOrStoreLazy": 0,
    },
    {
        "Delete": 0, "LoadAndDelete": 0, "Del": 0, "Remove": 0, "RemoveCb": 0, "Pop": 0, "Clear": None,
        "GetAndDel": 0, "DeleteAndLoad": 0,
    },
)  # fmt: skip

_SORTED = Library(
    "a container that never evicts",
    {
        "Put": 0, "Add": 0, "Set": 0, "Store": 0, "Insert": 0, "InsertSlice": None, "InsertSet": None,
        "ReplaceOrInsert": 0, "Append": None,
    },
    {
        "Remove": 0, "Delete": 0, "Clear": None, "DeleteMin": None, "DeleteMax": None, "RemoveAll": None, "Pop": None,
        "PopMin": None, "PopMax": None, "DeletePrefix": None, "RemoveSlice": None, "RemoveSet": None,
        "RemoveFunc": None,
    },
)  # fmt: skip

_SET = Library(
    "a set that never evicts",
    {"Insert": 0, "Add": 0},
    {
        "Delete": 0, "Remove": 0, "Clear": None, "PopAny": None, "Pop": None, "Pop2": None, "PopN": None,
        "Separate": None,
    },
)  # fmt: skip

_VECTOR = Library(
    "a vector of metrics, which keeps one for each combination of label values",
    {"WithLabelValues": LABELS, "GetMetricWithLabelValues": LABELS},
    {"DeleteLabelValues": LABELS, "Delete": 0, "DeletePartialMatch": None, "Reset": None},
)

_SKIP_MAPS = [
    ("Func", ""),
    *((k, o) for k in ("Int", "Int32", "Int64", "Ordered", "String", "Uint", "Uint32", "Uint64") for o in ("", "Desc")),
]
"""The types of keys and orders for which there is a skip map of its own."""

KUBERNETES_SETS = ("Set", "String", "Int", "Int32", "Int64", "Byte")

SCYLLA_SETS = (
    "b8", "b16", "b32", "b64", "f32", "f64", "i", "i8", "i16", "i32", "i64", "str", "u", "u8", "u16", "u32", "u64",
)  # fmt: skip
"""The types of elements for which there is a set of its own in scylladb's packages."""

_PROMETHEUS = "github.com/prometheus/client_golang/prometheus"

LIBRARIES: dict[str, Library] = {
    "github.com/hashicorp/golang-lru.Cache": _LRU,
    "github.com/hashicorp/golang-lru.ARCCache": _LRU,
    "github.com/hashicorp/golang-lru.TwoQueueCache": _LRU,
    "github.com/hashicorp/golang-lru/simplelru.LRU": _LRU,
    "github.com/hashicorp/golang-lru/expirable.LRU": _LRU,
    "github.com/hashicorp/golang-lru/arc.ARCCache": _LRU,
    "github.com/golang/groupcache/lru.Cache": _LRU,
    "github.com/bluele/gcache.Cache": _SIZED,
    "github.com/dgraph-io/ristretto.Cache": _SIZED,
    "github.com/allegro/bigcache.BigCache": _evicting("a cache whose entries expire"),
    "github.com/coocood/freecache.Cache": _SIZED,
    "github.com/karlseguin/ccache.Cache": _SIZED,
    "github.com/maypok86/otter.Cache": _SIZED,
    "github.com/VictoriaMetrics/fastcache.Cache": _SIZED,
    "github.com/patrickmn/go-cache.Cache": Library(
        "a cache that keeps what does not expire",
        {"Set": 0, "SetDefault": 0, "Add": 0},
        {"Delete": 0, "Flush": None, "DeleteExpired": None},
        configured=True,
    ),
    "github.com/jellydator/ttlcache.Cache": Library(
        "a cache that keeps what does not expire",
        {"Set": 0, "GetOrSet": 0},
        {"Delete": 0, "DeleteAll": None, "DeleteExpired": None, "GetAndDelete": 0},
        configured=True,
    ),
    "github.com/orcaman/concurrent-map.ConcurrentMap": _CONCURRENT,
    "github.com/puzpuzpuz/xsync.Map": _CONCURRENT,
    "github.com/puzpuzpuz/xsync.MapOf": _CONCURRENT,
    "github.com/cornelk/hashmap.Map": _CONCURRENT,
    "github.com/cornelk/hashmap.HashMap": _CONCURRENT,
    "github.com/alphadose/haxmap.Map": _CONCURRENT,
    "github.com/modern-go/concurrent.Map": _CONCURRENT,
    "golang.org/x/sync/syncmap.Map": _CONCURRENT,
    **{f"github.com/zhangyunhao116/skipmap.{kind}Map{order}": _CONCURRENT for kind, order in _SKIP_MAPS},
    "github.com/dolthub/swiss.Map": _SORTED,
    "github.com/elliotchance/orderedmap.OrderedMap": _SORTED,
    "github.com/wk8/go-ordered-map.OrderedMap": _SORTED,
    "github.com/armon/go-radix.Tree": _SORTED,
    **{f"github.com/hashicorp/go-set.{name}": _SORTED for name in ("Set", "HashSet", "TreeSet")},
    **{f"github.com/tidwall/btree.{name}": _SORTED for name in ("BTree", "BTreeG", "Map", "Set")},
    "github.com/deckarep/golang-set.Set": _SORTED,
    "github.com/emirpasic/gods/maps/hashmap.Map": _SORTED,
    "github.com/emirpasic/gods/maps/treemap.Map": _SORTED,
    "github.com/emirpasic/gods/maps/linkedhashmap.Map": _SORTED,
    "github.com/emirpasic/gods/sets/hashset.Set": _SORTED,
    "github.com/emirpasic/gods/sets/treeset.Set": _SORTED,
    "github.com/google/btree.BTree": _SORTED,
    "github.com/google/btree.BTreeG": _SORTED,
    **{f"k8s.io/apimachinery/pkg/util/sets.{name}": _SET for name in KUBERNETES_SETS},
    "k8s.io/utils/set.Set": _SET,
    **{f"github.com/scylladb/go-set/{kind}set.Set": _SET for kind in SCYLLA_SETS},
    "k8s.io/utils/lru.Cache": _LRU,
    "k8s.io/apimachinery/pkg/util/cache.LRUExpireCache": _LRU,
    "k8s.io/apimachinery/pkg/util/cache.Expiring": _evicting("a cache whose entries expire"),
    "k8s.io/client-go/util/flowcontrol.Backoff": Library(
        "a table of waiting times, which forgets only when it is told to",
        {"Next": 0},
        {"GC": None, "Reset": 0, "DeleteEntry": 0},
    ),
    "expvar.Map": Library(
        "a map of exported variables, which never evicts",
        {"Set": 0, "Add": 0, "AddFloat": 0},
        {"Delete": 0, "Init": None},
    ),
    f"{_PROMETHEUS}.CounterVec": _VECTOR,
    f"{_PROMETHEUS}.GaugeVec": _VECTOR,
    f"{_PROMETHEUS}.HistogramVec": _VECTOR,
    f"{_PROMETHEUS}.SummaryVec": _VECTOR,
}
"""Container types by qualified name."""

_INSIDE = {
    "github.com/patrickmn/go-cache.cache": "github.com/patrickmn/go-cache.Cache",
    f"{_PROMETHEUS}.MetricVec": f"{_PROMETHEUS}.CounterVec",
}
"""Types that containers embed and whose methods they are called by."""

_NEVER = frozenset({"0", "-1", "NoExpiration", "cache.NoExpiration", "gocache.NoExpiration", "ttlcache.NoTTL"})
"""How a duration is written that lets nothing expire, or never sweeps."""


class LibraryCall(NamedTuple):
    """What a method of a library's container does; ``type`` is the container's qualified name as users import it."""

    type: str
    effect: str
    key: int | None
    library: Library


@cache
def library(name: str) -> Library | None:
    """The container that a qualified type name stands for, whatever its major version."""
    plain = unversioned(name + ".")[:-1]
    return LIBRARIES.get(_INSIDE.get(plain, plain))


def is_container_method(callee: str) -> bool:
    """Whether a function is a method of a library's container."""
    return callee.startswith("(") and library(callee.rpartition(").")[0].lstrip("(*").partition("[")[0]) is not None


def library_call(callee: str) -> LibraryCall | None:
    """What calling ``(*path.Type).Method`` does to its receiver; None for all other functions."""
    head, _, method = callee.rpartition(").")
    if not head:
        return None
    name = head.lstrip("(*").partition("[")[0]
    known = library(name)
    if known is None:
        return None
    for effect, methods in (("insert", known.inserts), ("remove", known.removes)):
        if method in methods:
            return LibraryCall(name, effect, methods[method], known)
    return None


def is_made_to_evict(callee: str, args: tuple[ast.Expr, ...]) -> bool:
    """Whether a constructor's arguments let the entries of a container expire that otherwise keeps them.

    ``cache.New(ttl, interval)`` with either of them switched off keeps them; so does ttlcache without options.
    """
    plain = unversioned(callee)
    if plain == "github.com/patrickmn/go-cache.New":
        return not any(spell(arg) in _NEVER for arg in args[:2])
    return bool(args) if plain == "github.com/jellydator/ttlcache.New" else False


_OUTSIDE_WORDS = frozenset({"addr", "address", "email", "ip", "path", "session", "token", "uri", "url", "user", "uuid"})
_IDENTIFIED = frozenset(
    {
        "client", "conn", "connection", "job", "message", "msg", "order", "peer", "request", "session", "span", "task",
        "trace", "transaction", "tx", "user",
    }
)  # fmt: skip


_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def words(e: ast.Name | ast.Selector) -> tuple[str, ...]:
    """The words of a variable's or field's own name in lower case: ``userID`` gives user, id."""
    return tuple(word.lower() for word in _WORD.findall(e.name))


def names_something_outside(words: tuple[str, ...]) -> bool:
    """Whether a label value is called like what there is ever more of: an address, a path, a request's id.

    Label values are few by convention, and a metric is no place to look for a leak unless this says so.
    """
    if not words:
        return False
    return words[-1] in _OUTSIDE_WORDS or (words[-1] == "id" and len(words) > 1 and words[-2] in _IDENTIFIED)
