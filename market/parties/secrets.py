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


def repeatable(secret: bytes, tenant: UUID, seed: str) -> str:
    """The key of a creation that may be retried: a retry is given it again, though no one stored it.

    `seed` is random and kept with the request for its day only. So a request that is repeated later makes another
    key, never one that was revoked meanwhile, and `secret` alone opens nothing.
    """
    message = b"\0".join((b"api-key", tenant.bytes, seed.encode()))
    return PREFIX + base64.urlsafe_b64encode(hmac.digest(secret, message, hashlib.sha256)).rstrip(b"=").decode()


def seed() -> str:
    """What `repeatable` makes a key of."""
    return secrets.token_urlsafe(32)


def digest(key: str) -> bytes:
    """What is stored, and looked up."""
    return hashlib.sha256(key.encode()).digest()


def well_formed(key: str) -> bool:
    """Cheap refusal before the database is asked."""
    return len(key) == LENGTH and key.startswith(PREFIX) and key.isascii()
