"""API keys: 256 random bits, shown once, stored as a digest.

The keys are random, so one fast hash is enough: there is nothing to guess.
"""

import base64
import hashlib
import hmac
import secrets
from uuid import UUID

PREFIX = "cap_"
LENGTH = len(PREFIX) + 43
SHOWN = len(PREFIX) + 6


def fresh() -> str:
    """`cap_` and 43 URL-safe characters."""
    return PREFIX + secrets.token_urlsafe(32)


def repeatable(secret: bytes, tenant: UUID, request: str, path: str) -> str:
    """The key for a request with an `Idempotency-Key`: a retry is given it again, though no one stored it."""
    message = b"\0".join((b"api-key", tenant.bytes, path.encode(), request.encode()))
    return PREFIX + base64.urlsafe_b64encode(hmac.digest(secret, message, hashlib.sha256)).rstrip(b"=").decode()


def digest(key: str) -> bytes:
    """What is stored, and looked up."""
    return hashlib.sha256(key.encode()).digest()


def well_formed(key: str) -> bool:
    """Cheap refusal before the database is asked."""
    return len(key) == LENGTH and key.startswith(PREFIX) and key.isascii()
