"""A secret of a person as the database keeps it: of no use without the installation's secret, nor for another person.

Encrypt-then-MAC with HMAC-SHA256 alone: the secret is shorter than one digest, so one digest of a fresh nonce is the
whole key stream.
"""

import hashlib
import hmac
import secrets
from uuid import UUID

from market.people.tokens import derived

NONCE = 16
TAG = 32
MOST = 32


class BrokenSealError(Exception):
    """Sealed for another person or by another installation's secret, or changed since."""


def seal(secret: bytes, person: UUID, plain: bytes) -> bytes:
    """Nonce, text, tag; of at most 32 bytes."""
    if len(plain) > MOST:
        raise ValueError(len(plain))
    nonce = secrets.token_bytes(NONCE)
    hidden = _masked(secret, nonce, plain)
    return nonce + hidden + _tag(secret, person, nonce + hidden)


def unseal(secret: bytes, person: UUID, sealed: bytes) -> bytes:
    """Raises BrokenSealError."""
    body, tag = sealed[:-TAG], sealed[-TAG:]
    if len(body) < NONCE or not hmac.compare_digest(tag, _tag(secret, person, body)):
        raise BrokenSealError
    return _masked(secret, body[:NONCE], body[NONCE:])


def _masked(secret: bytes, nonce: bytes, text: bytes) -> bytes:
    stream = hmac.digest(derived(secret, "seal"), nonce, hashlib.sha256)
    return bytes(a ^ b for a, b in zip(text, stream, strict=False))


def _tag(secret: bytes, person: UUID, body: bytes) -> bytes:
    return hmac.digest(derived(secret, "seal-tag"), person.bytes + body, hashlib.sha256)
