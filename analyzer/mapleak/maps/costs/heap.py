"""What Go's allocator really takes for an object: size classes (runtime/sizeclasses.go), the same since Go 1.21."""

from __future__ import annotations

from bisect import bisect_left

from mapleak.model import Block

_CLASSES = (
    8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352, 384, 416, 448,
    480, 512, 576, 640, 704, 768, 896, 1024, 1152, 1280, 1408, 1536, 1792, 2048, 2304, 2688, 3072, 3200, 3456, 4096,
    4864, 5376, 6144, 6528, 6784, 6912, 8192, 9472, 9728, 10240, 10880, 12288, 13568, 14336, 16384, 18432, 19072,
    20480, 21760, 24576, 27264, 28672, 32768,
)  # fmt: skip
_PAGE = 8192
_HEADER = 8
"""Bytes in front of an object with pointers that is too large to have its pointer map beside it (Go 1.22 and later)."""


def block(size: int, word: int, *, pointers: bool = True) -> Block:
    """The block that an object of ``size`` bytes gets; ``pointers``: the collector looks into it."""
    header = _HEADER if pointers and size > word * 8 * word else 0
    if size + header <= _CLASSES[-1]:
        return Block(size, _CLASSES[bisect_left(_CLASSES, max(size + header, 1))])
    return Block(size, -(-size // _PAGE) * _PAGE)
