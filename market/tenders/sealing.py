"""How a bid is sealed: a digest of what it says behind a salt that its author knows, and one digest over all of them.

SHA-256 (FIPS 180-4). 32 random bytes keep anyone from guessing a price behind a digest. The digest of a tender is
that over its id, how many bids stood at the opening, their digests, and those of bids that were replaced or withdrawn
before, each list in ascending order: everyone who knows the lists can compute it, each author finds its own bids in
them, and none can deny later what it once bid.
"""

import hashlib
import secrets
from collections.abc import Collection
from typing import Final
from uuid import UUID

import msgspec

from market.tenders.structs import Sealed

SALT: Final = 32
_DOMAIN: Final = b"capillary.tender.2"
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


def digest_of_all(tender: UUID, standing: Collection[bytes], closed: Collection[bytes]) -> bytes:
    """Of a tender at its opening; `closed` are the bids that were replaced or withdrawn before."""
    # the count keeps a bid from being moved from one list to the other unseen
    count = len(standing).to_bytes(4, "big")
    return hashlib.sha256(_DOMAIN + tender.bytes + count + b"".join((*sorted(standing), *sorted(closed)))).digest()
