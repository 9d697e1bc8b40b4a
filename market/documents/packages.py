"""The directory at the end of a ZIP file (APPNOTE 4.3.12, 4.3.16), read without unpacking anything.

`zipfile` would make an object for each of as many entries as a hostile file cares to list, and forgives bytes before
and behind the archive: those are where a second file hides.
"""

import re
import struct
from collections.abc import Iterable
from typing import Final

_END: Final = b"PK\x05\x06"
_END_SIZE: Final = 22
_COMMENT: Final = 65_535
_ENTRY: Final = struct.Struct("<4s24xHHH12x")
_ENTRY_MAGIC: Final = b"PK\x01\x02"
_DIRECTORY: Final = 1_000_000
# the last bytes of a file that are enough to read its directory
REACH: Final = _DIRECTORY + _END_SIZE + _COMMENT
# parts that run: Visual Basic, ActiveX controls, and the macro sheets of Excel 4
_PROGRAMS: Final = re.compile(r"(?:^|/)(?:vbaproject[^/]*\.bin|activex/|macrosheets/)", re.IGNORECASE)


class NoPackageError(ValueError):
    """No ZIP, one that is more than a ZIP, or one whose directory is larger than an office file's."""


def ends_in_directory(tail: bytes | bytearray) -> bool:
    """Whether what ends with these bytes would open as a ZIP."""
    return tail.rfind(_END, max(0, len(tail) - _END_SIZE - _COMMENT)) >= 0


def active(names: Iterable[str]) -> bool:
    """Whether a part is a program, whatever the extension of the file says."""
    return any(_PROGRAMS.search(name) for name in names)


def names(tail: bytes | bytearray, total: int) -> frozenset[str]:
    """The names of all entries of a file of `total` bytes that ends with `tail`. Raises NoPackageError.

    The directory must be where its end record says, end where that begins, and that end with the file: so nothing
    stands before the archive or behind it.
    """
    end = len(tail) - _END_SIZE
    if end < 0 or tail[end : end + 4] != _END:
        raise NoPackageError
    count, size, offset = struct.unpack_from("<HII", tail, end + 10)
    start = end - size
    if start < 0 or size > _DIRECTORY or offset + size + _END_SIZE != total:
        raise NoPackageError
    found = []
    at = start
    while at < end:
        if at + _ENTRY.size > end:
            raise NoPackageError
        magic, name_length, extra, comment = _ENTRY.unpack_from(tail, at)
        if magic != _ENTRY_MAGIC:
            raise NoPackageError
        at += _ENTRY.size
        found.append(bytes(tail[at : at + name_length]).decode("utf-8", "replace"))
        at += name_length + extra + comment
    if at != end or len(found) != count:
        raise NoPackageError
    return frozenset(found)
