"""Fields that configuration is read into, told by their tags: the heuristic ``setting-tags``.

Files in TOML, HCL and INI, the environment and the command line are written by whoever runs the program; nothing
else comes in these forms. YAML is configuration too, unless the same field is also sent about as JSON or in another
form of data.
"""

from __future__ import annotations

import re

CONFIGURATION_TAGS = frozenset(
    {
        "arg", "cfg", "conf", "config", "env", "envDefault", "envconfig", "flag", "hcl", "ini", "koanf", "long",
        "toml", "viper",
    }
)  # fmt: skip
"""Keys of tags that only readers of configuration look at."""

EITHER_TAGS = frozenset({"mapstructure", "yaml"})
"""Keys of tags of configuration, unless one of ``DATA_TAGS`` stands beside them."""

DATA_TAGS = frozenset(
    {"bson", "cbor", "codec", "db", "form", "gorm", "json", "msgpack", "param", "protobuf", "query", "uri", "xml"}
)
"""Keys of tags of what is stored, or sent from program to program."""

_KEY = re.compile(r'([\w-]+):"(?!-")')
_LEFT_OUT = re.compile(r'[\w-]+:"-"')


def is_left_out(tag: str) -> bool:
    """Whether decoders leave a field with this tag alone: ``toml:"-"``."""
    return _LEFT_OUT.search(tag) is not None


def is_setting(tag: str) -> bool:
    """Whether configuration is read into a field with this tag, which is given as it is written."""
    keys = set(_KEY.findall(tag))
    return bool(keys & CONFIGURATION_TAGS) or (bool(keys & EITHER_TAGS) and not keys & DATA_TAGS)
