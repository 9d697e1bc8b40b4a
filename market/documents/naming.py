"""File names: what one may be called, what others are shown instead, and how HTTP says it."""

import unicodedata
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote
from uuid import UUID

from market.documents.structs import EXTENSIONS, DocumentKind, MediaType
from matching.fault import Fault, fault

# controls, invisible formatting (right-to-left marks turn fdp.exe into exe.pdf), surrogates, private use, separators
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# no folder and no drive, on any system
_PLACES: Final = frozenset('/\\:*?"<>|')
_SHORT: Final = 12


def composed(name: str) -> str:
    """One spelling for what looks alike: some systems take が apart."""
    return unicodedata.normalize("NFC", name)


def name_faults(name: str, media_type: MediaType) -> Iterator[Fault]:
    """Why a file may not be called so. The name is shown and never used as a path all the same."""
    if any(unicodedata.category(character) in _HIDDEN for character in name):
        yield fault("/name", "file_name_hidden")
    if _PLACES & set(name):
        yield fault("/name", "file_name_path")
    if name != name.strip() or name.startswith("."):
        yield fault("/name", "file_name_ends")
    allowed = EXTENSIONS[media_type]
    if not name.lower().endswith(allowed):
        yield fault("/name", "file_name_extension", allowed=list(allowed), media_type=media_type.value)


def generated(document: UUID, kind: DocumentKind, media_type: MediaType) -> str:
    """A name that tells nothing: the last digits of a UUIDv7 are random, the first would tell when."""
    return f"{kind.value}-{document.hex[-_SHORT:]}{EXTENSIONS[media_type][0]}"


def disposition(name: str) -> str:
    """Always to be saved, never shown in place (RFC 6266, RFC 8187)."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
