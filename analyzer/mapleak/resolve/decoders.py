"""Decoders of well-known libraries that keep a map which is there, and where such a map may sit in a target.

Each was run on a target that held a map and given another message, with the versions named:

=================================  ==========================  ==================================
decoder                            a map that is there         of a struct field, pointed-to or embedded struct
=================================  ==========================  ==================================
encoding/json, json/v2, gob        gets the new keys           the same
yaml.v2 2.4, yaml.v3 3.0           gets the new keys           the same
sigs.k8s.io/yaml 1.6               gets the new keys           the same
BurntSushi/toml 1.6                gets the new keys           the same
mapstructure 1.5, 2.5              gets the new keys           the same
json-iterator 1.1, goccy/go-json   gets the new keys           the same
pelletier/go-toml 2.4              gets the new keys           is replaced
goccy/go-yaml 1.19                 is replaced                 is replaced
=================================  ==========================  ==================================

What is stored in a map, and a map in an ``any``, is decoded anew by all of the first group but json/v2 and
mapstructure, and counts for none here. Types that decode themselves are theirs to judge.
"""

from __future__ import annotations

from typing import NamedTuple

from mapleak.types.lookup import select
from mapleak.types.types import UNKNOWN, Map, Named, Pointer, Struct, Type, underlying

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
    "github.com/mitchellh/mapstructure.Decode": 1,
    "github.com/mitchellh/mapstructure.WeakDecode": 1,
    "github.com/go-viper/mapstructure/v2.Decode": 1,
    "github.com/go-viper/mapstructure/v2.WeakDecode": 1,
    "github.com/json-iterator/go.Unmarshal": 1,
    "github.com/json-iterator/go.UnmarshalFromString": 1,
    "(*github.com/json-iterator/go.Decoder).Decode": 0,
    "github.com/goccy/go-json.Unmarshal": 1,
    "(*github.com/goccy/go-json.Decoder).Decode": 0,
}
"""Function to the number of the argument that is decoded into."""

_OWN_DECODING = ("UnmarshalJSON", "UnmarshalYAML", "UnmarshalText", "UnmarshalTOML", "GobDecode", "UnmarshalJSONFrom")
_DEPTH = 4


class Inside(NamedTuple):
    """A map in a target: the names of the fields that lead to it, none for the target itself, and its node."""

    fields: tuple[str, ...]
    node: str


def map_inside(t: Type, node: str) -> Inside | None:
    """The first map that decoding into a value of type ``t`` at ``node`` fills and keeps; None when there is none."""
    return _find(t, node, 0)


def _find(t: Type, node: str, depth: int) -> Inside | None:
    if isinstance(t, Pointer):
        t = t.elem
    if t is UNKNOWN or isinstance(t, Pointer) or depth > _DEPTH or _decodes_itself(t):
        return None
    u = underlying(t)
    if isinstance(u, Map):
        return Inside((), node)
    return _in_fields(u, depth) if isinstance(u, Struct) else None


def _in_fields(struct: Struct, depth: int) -> Inside | None:
    for field in struct.fields:
        if not (field.name[:1].isupper() or field.embedded) or ':"-"' in field.tag:
            continue
        found = _find(field.type, f"{struct.owner}.{field.name}", depth + 1)
        if found is not None:
            return Inside((field.name, *found.fields), found.node)
    return None


def _decodes_itself(t: Type) -> bool:
    return isinstance(t, Named) and any(select(t, method, "") is not None for method in _OWN_DECODING)
