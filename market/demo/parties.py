"""Who the demo's parties are in the database: ids of their codes, the same everywhere."""

import hashlib
from datetime import UTC, datetime
from uuid import UUID

FOUNDED = datetime(2026, 1, 1, tzinfo=UTC)


def organisation_id(code: str) -> UUID:
    """The same for a code everywhere: a UUIDv7 of the demo's founding whose random bits are a digest of the code."""
    digest = hashlib.sha256(f"capillary demo {code}".encode()).digest()
    millis = int(FOUNDED.timestamp() * 1000)
    number = (millis << 80) | int.from_bytes(digest[:10], "big")
    number = (number & ~(0xF << 76)) | (7 << 76)
    return UUID(int=(number & ~(0b11 << 62)) | (0b10 << 62))
