"""Decoders of well-known libraries that keep a map which is there, and where such a map may sit in a target.

Each was run on a target that held a map and given another message, with the versions named:

=================================  ===================  =========================  =======================
decoder                            a map that is there  of a struct field, through  in an element of a
                                                        pointers, embedded          slice or array
=================================  ===================  =========================  =======================
encoding/json, gob                 gets the new keys    the same                    the same
encoding/json/v2                   gets the new keys    the same                    is replaced
yaml.v2 2.4, yaml.v3 3.0           gets the new keys    the same                    is replaced
sigs.k8s.io/yaml 1.6               gets the new keys    the same                    the same
BurntSushi/toml 1.6                gets the new keys    the same                    the same
mapstructure 1.5, 2.5              gets the new keys    the same                    the same, up to its length
json-iterator 1.1, goccy/go-json   gets the new keys    the same                    the same
pelletier/go-toml/v2 2.0 to 2.4    gets the new keys    the same                    is replaced
pelletier/go-toml 1.9              is replaced          is replaced                 is replaced
goccy/go-yaml 1.19                 is replaced          is replaced                 is replaced
=================================  ===================  =========================  =======================

A slice is cut to length 0 and filled again, element by element, each of which is what it was: ``s = s[:0]`` before
does not help, but with mapstructure, which makes the elements behind the length anew. encoding/json/v2 is that of Go
1.26 under GOEXPERIMENT=jsonv2. go-toml/v2 replaces the map for an inline table since 2.4 (``limits = {a = 1}``), and
gets the new keys of one under a header (``[limits]``); before 2.2 it added the elements to those of the slice.

What is stored in a map is decoded anew by all that keep a map but json/v2, mapstructure and go-toml/v2, and counts for
none here. A map in an ``any`` is decoded anew by all but those three, which put the new keys into the one that an
earlier message has left there. Types that decode themselves are theirs to judge.
"""

from __future__ import annotations

from typing import NamedTuple

from mapleak.types.lookup import select
from mapleak.types.types import UNKNOWN, Array, Interface, Map, Named, Pointer, Slice, Struct, Type, underlying

DECODERS: dict[str, int] = {
    "encoding/json.Unmarshal": 1,
    "(*encoding/json.Decoder).Decode": 0,
    "encoding/json/v2.Unmarshal": 1,
    "encoding/json/v2.UnmarshalRead": 1,
    "encoding/json/v2.UnmarshalDecode": 1,
    "(*encoding/gob.Decoder).Decode": 0,
    "gopkg.in/yaml.v2.Unmarshal": 1,
    "gopkg.in/yaml.v2.UnmarshalStrict": 1,
    "(*gopkg.in/yaml.v2.Decoder).Decode": 0,
    "gopkg.in/yaml.v3.Unmarshal": 1,
    "(*gopkg.in/yaml.v3.Decoder).Decode": 0,
    "sigs.k8s.io/yaml.Unmarshal": 1,
    "sigs.k8s.io/yaml.UnmarshalStrict": 1,
    "github.com/BurntSushi/toml.Unmarshal": 1,
    "github.com/BurntSushi/toml.Decode": 1,
    "github.com/BurntSushi/toml.DecodeFile": 1,
    "(*github.com/BurntSushi/toml.Decoder).Decode": 0,
    "github.com/pelletier/go-toml/v2.Unmarshal": 1,
    "(*github.com/pelletier/go-toml/v2.Decoder).Decode": 0,
    "github.com/mitchellh/mapstructure.Decode": 1,
    "github.com/mitchellh/mapstructure.WeakDecode": 1,
    "github.com/mitchellh/mapstructure.DecodeMetadata": 1,
    "github.com/mitchellh/mapstructure.WeakDecodeMetadata": 1,
    "github.com/go-viper/mapstructure/v2.Decode": 1,
    "github.com/go-viper/mapstructure/v2.WeakDecode": 1,
    "github.com/go-viper/mapstructure/v2.DecodeMetadata": 1,
    "github.com/go-viper/mapstructure/v2.WeakDecodeMetadata": 1,
    "github.com/json-iterator/go.Unmarshal": 1,
    "github.com/json-iterator/go.UnmarshalFromString": 1,
    "(*github.com/json-iterator/go.Decoder).Decode": 0,
    "github.com/goccy/go-json.Unmarshal": 1,
    "(*github.com/goccy/go-json.Decoder).Decode": 0,
}
"""Function to the number of the argument that is decoded into."""

_FRESH_ELEMENTS = ("encoding/json/v2.", "gopkg.in/yaml.v2.", "gopkg.in/yaml.v3.", "github.com/pelletier/go-toml/v2.")
"""Packages whose decoders begin each element of a slice or array anew."""

_INTO_INTERFACES = (
    "encoding/json/v2.", "github.com/mitchellh/mapstructure.", "github.com/go-viper/mapstructure/",
    "github.com/pelletier/go-toml/v2.",
)  # fmt: skip
"""Packages whose decoders go on with the map that an interface holds."""

ELEMENT = "[]"

_OWN_DECODING = ("UnmarshalJSON", "UnmarshalYAML", "UnmarshalText", "UnmarshalTOML", "GobDecode", "UnmarshalJSONFrom")
_DEPTH = 4


class Inside(NamedTuple):
    """A map in a target: the names of the fields that lead to it, none for the target itself, and its node.

    ``[]`` stands for the elements of a slice or array. ``interface``: it is no map by its type, but an interface that
    may hold one.
    """

    fields: tuple[str, ...]
    node: str
    interface: bool = False


def map_inside(t: Type, node: str) -> Inside | None:
    """The first map that decoding into a value of type ``t`` at ``node`` fills and keeps, else the first interface that
    may hold one; None when there is neither."""
    return _find(t, node, 0, interface=False) or _find(t, node, 0, interface=True)


def keeps_interfaces(decoder: str) -> bool:
    """Whether a decoder goes on with the map that an interface holds."""
    return decoder.lstrip("(*").startswith(_INTO_INTERFACES)


def begins_anew(decoder: str, path: str) -> bool:
    """Whether a decoder replaces the map that ``path`` leads to: it is in an element, and those are made anew."""
    return ELEMENT in path and decoder.lstrip("(*").startswith(_FRESH_ELEMENTS)


def fills_cut_slices(decoder: str) -> bool:
    """Whether a decoder goes on with the elements that a slice had before it was cut to length 0."""
    return "/mapstructure" not in decoder


def _find(t: Type, node: str, depth: int, *, interface: bool) -> Inside | None:
    if isinstance(t, Pointer):
        t = t.elem
    if t is UNKNOWN or isinstance(t, Pointer) or depth > _DEPTH or _decodes_itself(t):
        return None
    u = underlying(t)
    if isinstance(u, Map):
        return Inside((), node)
    if isinstance(u, Interface):
        return Inside((), node, interface=True) if interface and not u.methods else None
    if isinstance(u, Slice | Array):
        found = _find(u.elem, f"{node}[]" if node else "", depth + 1, interface=interface)
        return found._replace(fields=(ELEMENT, *found.fields)) if found is not None else None
    return _in_fields(u, depth, interface=interface) if isinstance(u, Struct) else None


def _in_fields(struct: Struct, depth: int, *, interface: bool) -> Inside | None:
    for field in struct.fields:
        if not (field.name[:1].isupper() or field.embedded) or ':"-"' in field.tag:
            continue
        found = _find(field.type, f"{struct.owner}.{field.name}", depth + 1, interface=interface)
        if found is not None:
            return found._replace(fields=(field.name, *found.fields))
    return None


def _decodes_itself(t: Type) -> bool:
    return isinstance(t, Named) and any(select(t, method, "") is not None for method in _OWN_DECODING)
