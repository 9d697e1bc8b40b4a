"""How a bid is sealed: a digest of what it says behind a salt that its author knows, and one digest over all of them.

SHA-256 (FIPS 180-4). 32 random bytes keep anyone from guessing a price behind a digest. The digest of a tender is
that over its id and the digests of all bids that stood at the opening, in ascending order, so that everyone who knows
the list can compute it, and each author finds its own bid in the list.
"""

import hashlib
import secrets
from collections.abc import Iterable
from typing import Final
from uuid import UUID

import msgspec

from market.tenders.structs import Sealed

SALT: Final = 32
_DOMAIN: Final = b"capillary.tender.1"
_CANONICAL: Final = msgspec.json.Encoder(decimal_format="number", order="sorted")


def new_salt() -> bytes:
    """Fresh for each bid."""
    return secrets.token_bytes(SALT)


def canonical(sealed: Sealed) -> str:
    """The text that is hashed, stored and shown to its author, byte for byte."""
    return _CANONICAL.encode(sealed).decode()


def digest(salt: bytes, text: str) -> bytes:
    """Of one bid."""
    return hashlib.sha256(salt + text.encode()).digest()


def digest_of_all(tender: UUID, digests: Iterable[bytes]) -> bytes:
    """Of a tender at its opening."""
    return hashlib.sha256(_DOMAIN + tender.bytes + b"".join(sorted(digests))).digest()
