"""Members of packages and types that are not on disk, and what constructors of well-known containers give back.

Without the source of a package its functions have no result types, and a variable made by one would have no type.
Only constructors are listed; the types they return are described in mapleak.resolve.libraries. Import paths are
without major version (``/v2``).
"""

from __future__ import annotations

import re

from mapleak.program.packages import Package, Program
from mapleak.program.scope import Scope
from mapleak.program.values import Member, Value
from mapleak.types.declared import TypeName
from mapleak.types.lookup import Selection
from mapleak.types.types import UNKNOWN, Interface, Named, Pointer, Struct, Type, underlying

_PROMETHEUS = "github.com/prometheus/client_golang/prometheus"
_VECTORS = ("CounterVec", "GaugeVec", "HistogramVec", "SummaryVec")

_SKIP_MAPS = ("Int", "Int32", "Int64", "String", "Uint", "Uint32", "Uint64")

CONSTRUCTED: dict[str, tuple[str, bool]] = {
    "github.com/patrickmn/go-cache.New": ("github.com/patrickmn/go-cache.Cache", True),
    "github.com/patrickmn/go-cache.NewFrom": ("github.com/patrickmn/go-cache.Cache", True),
    "github.com/orcaman/concurrent-map.New": ("github.com/orcaman/concurrent-map.ConcurrentMap", False),
    "github.com/puzpuzpuz/xsync.NewMap": ("github.com/puzpuzpuz/xsync.Map", True),
    "github.com/puzpuzpuz/xsync.NewMapOf": ("github.com/puzpuzpuz/xsync.MapOf", True),
    "github.com/cornelk/hashmap.New": ("github.com/cornelk/hashmap.Map", True),
    "github.com/alphadose/haxmap.New": ("github.com/alphadose/haxmap.Map", True),
    "github.com/deckarep/golang-set.NewSet": ("github.com/deckarep/golang-set.Set", False),
    "github.com/deckarep/golang-set.NewThreadUnsafeSet": ("github.com/deckarep/golang-set.Set", False),
    "github.com/emirpasic/gods/maps/hashmap.New": ("github.com/emirpasic/gods/maps/hashmap.Map", True),
    "github.com/emirpasic/gods/maps/treemap.NewWithStringComparator": (
        "github.com/emirpasic/gods/maps/treemap.Map",
        True,
    ),
    "github.com/emirpasic/gods/sets/hashset.New": ("github.com/emirpasic/gods/sets/hashset.Set", True),
    "github.com/google/btree.New": ("github.com/google/btree.BTree", True),
    "github.com/google/btree.NewG": ("github.com/google/btree.BTreeG", True),
    **{
        f"github.com/{constructor}": (f"github.com/{constructor.rpartition('.')[0]}.{made}", True)
        for constructor, made in (
            ("modern-go/concurrent.NewMap", "Map"),
            ("dolthub/swiss.NewMap", "Map"),
            ("elliotchance/orderedmap.NewOrderedMap", "OrderedMap"),
            ("wk8/go-ordered-map.New", "OrderedMap"),
            ("armon/go-radix.New", "Tree"),
            ("hashicorp/go-set.New", "Set"),
            ("hashicorp/go-set.NewHashSet", "HashSet"),
            ("hashicorp/go-set.NewTreeSet", "TreeSet"),
            ("tidwall/btree.New", "BTree"),
            ("tidwall/btree.NewBTreeG", "BTreeG"),
            ("tidwall/btree.NewMap", "Map"),
            ("zhangyunhao116/skipmap.New", "OrderedMap"),
            ("zhangyunhao116/skipmap.NewFunc", "FuncMap"),
            *((f"zhangyunhao116/skipmap.New{kind}", f"{kind}Map") for kind in _SKIP_MAPS),
            *((f"zhangyunhao116/skipmap.New{kind}Desc", f"{kind}MapDesc") for kind in _SKIP_MAPS),
        )
    },
    **{
        f"k8s.io/apimachinery/pkg/util/sets.{function}": (f"k8s.io/apimachinery/pkg/util/sets.{made}", False)
        for made in ("String", "Int", "Int32", "Int64", "Byte")
        for function in (f"New{made}", f"{made}KeySet")
    },
    "k8s.io/apimachinery/pkg/util/sets.New": ("k8s.io/apimachinery/pkg/util/sets.Set", False),
    "k8s.io/apimachinery/pkg/util/sets.KeySet": ("k8s.io/apimachinery/pkg/util/sets.Set", False),
    **{
        f"github.com/scylladb/go-set/{kind}set.{function}": (f"github.com/scylladb/go-set/{kind}set.Set", True)
        for kind in ("b8", "b16", "b32", "b64", "i", "i8", "i16", "i32", "i64", "str", "u", "u8", "u16", "u32", "u64")
        for function in ("New", "NewWithSize")
    },
    "k8s.io/utils/set.New": ("k8s.io/utils/set.Set", False),
    "k8s.io/client-go/util/flowcontrol.NewBackOff": ("k8s.io/client-go/util/flowcontrol.Backoff", True),
    "k8s.io/client-go/util/flowcontrol.NewBackOffWithJitter": ("k8s.io/client-go/util/flowcontrol.Backoff", True),
    "github.com/jellydator/ttlcache.New": ("github.com/jellydator/ttlcache.Cache", True),
    "expvar.NewMap": ("expvar.Map", True),
    f"{_PROMETHEUS}/promauto.With": (f"{_PROMETHEUS}/promauto.Factory", False),
    **{f"{_PROMETHEUS}.New{vector}": (f"{_PROMETHEUS}.{vector}", True) for vector in _VECTORS},
    **{f"{_PROMETHEUS}/promauto.New{vector}": (f"{_PROMETHEUS}.{vector}", True) for vector in _VECTORS},
    **{f"(*{_PROMETHEUS}/promauto.Factory).New{vector}": (f"{_PROMETHEUS}.{vector}", True) for vector in _VECTORS},
}
"""Function to the type it makes, and whether it returns a pointer to it. From the packages' documentation."""

_MAJOR = re.compile(r"/v\d+(?=[/.])")


def unversioned(name: str) -> str:
    """A qualified name with the major versions in its import path left out."""
    return _MAJOR.sub("", name) if "/v" in name else name


def constructed(program: Program, name: str, scope: Scope) -> Type:
    """What the function ``name`` of a package that is not on disk returns; UNKNOWN when it is not listed."""
    known = CONSTRUCTED.get(unversioned(name))
    if known is None:
        return UNKNOWN
    qualified, pointer = known
    path, _, short = qualified.rpartition(".")
    given = name.lstrip("(*").rpartition(".")[0].partition(")")[0]  # as imported here, with its major version
    written = given if unversioned(given + "/") == path + "/" or unversioned(given + ".") == path + "." else path
    package = program.package(written, scope.file)
    found = package.find(short, None) if package is not None else None
    if not isinstance(found, TypeName):
        return UNKNOWN
    return Pointer(found.type) if pointer else found.type


def hidden_method(x: Value, name: str) -> Value:
    """A field or method of a type whose declaration is not on disk."""
    t = x.type.elem if isinstance(x.type, Pointer) else x.type
    if isinstance(t, Named) and not t.declaration.file:
        return Value(UNKNOWN, f"outside:{t.name}.{name}", "hidden", Member(f"(*{t.name}).{name}"), x.node)
    return Value(UNKNOWN, "", "value", None, x.node)


def hidden_field(t: Type, name: str, stored: Value) -> str:
    """The node of a field of a type whose declaration is not on disk, where a literal of it stores a function there,
    else ""."""
    return f"{t.name}.{name}" if name and isinstance(t, Named) and stored.node.startswith("func:") else ""


def only_field(package: Package | None, name: str) -> Selection | None:
    """The field that a selector of a value of unknown type selects, if only one can be meant.

    A name that is not exported selects what the package itself declares (Go spec, "Exported identifiers"), whatever
    the value is and wherever it comes from.
    """
    if package is None or name[:1].isupper():
        return None
    if package.fields is None:
        package.fields = _fields(package)
    found = package.fields.get(name, ())
    return found[0] if len(found) == 1 else None


def _fields(package: Package) -> dict[str, list[Selection]]:
    """The fields of the package's struct types, by name; generic types and methods of that name rule one out."""
    found: dict[str, list[Selection]] = {}
    ambiguous: set[str] = set()
    for declared in sorted(package.names()):
        for variant in package.variants(declared):
            if not isinstance(variant, TypeName) or variant.declaration is None:
                continue
            ambiguous.update(variant.declaration.methods)
            struct = underlying(variant.type)
            if isinstance(struct, Interface):
                ambiguous.update(struct.methods)
            if not isinstance(struct, Struct):
                continue
            if variant.declaration.params:
                ambiguous.update(field.name for field in struct.fields)
            for field in struct.fields:
                found.setdefault(field.name, []).append(
                    Selection(field.name, field.type, (), struct.owner, field, struct)
                )
    return {name: fields for name, fields in found.items() if name not in ambiguous}
