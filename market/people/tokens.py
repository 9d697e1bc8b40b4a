"""Tokens of sessions and links: 256 random bits, stored as a digest; and what a form proves that it is ours by.

The tokens are random, so one fast hash is enough: there is nothing to guess.
"""

import base64
import hashlib
import hmac
import secrets

LENGTH = 43


def fresh() -> str:
    """43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def repeatable(secret: bytes, seed: str) -> str:
    """The token of a link whose making may be retried: made again of its seed, which alone opens nothing."""
    return _text(hmac.digest(derived(secret, "link"), seed.encode(), hashlib.sha256))


def digest(token: str) -> bytes:
    """What is stored, and looked up."""
    return hashlib.sha256(token.encode()).digest()


def well_formed(token: str) -> bool:
    """Cheap refusal before the database is asked."""
    return len(token) == LENGTH and token.isascii() and token.replace("-", "").replace("_", "").isalnum()


def derived(secret: bytes, use: str) -> bytes:
    """A key of 32 bytes for one use of the installation's secret."""
    return hmac.digest(secret, b"capillary\0" + use.encode(), hashlib.sha256)


def form_token(secret: bytes, bound: bytes) -> str:
    """What a form carries, bound to a session or, before it, to a visitor."""
    return _text(hmac.digest(derived(secret, "form"), bound, hashlib.sha256))


def same(given: str, wanted: str) -> bool:
    """In a time that does not tell how much of it is right."""
    return hmac.compare_digest(given.encode(), wanted.encode())


def _text(made: bytes) -> str:
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()
