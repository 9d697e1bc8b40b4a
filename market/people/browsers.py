"""Browsers at which somebody signed in before: their attempts are counted apart (OWASP: device cookies).

Whoever knows an address may fail at it until everyone is kept waiting; the browser where its owner sits is not.
"""

import hashlib
import hmac
import secrets

from market.people.tokens import derived, same

_NONCE = 16


def fresh(secret: bytes, email: str) -> str:
    """What a browser keeps once that address was let in there; it opens nothing."""
    return _marked(secret, email, secrets.token_urlsafe(_NONCE))


def known(secret: bytes, email: str, kept: str | None) -> str | None:
    """What it keeps, where that is ours and of this address."""
    nonce = (kept or "").partition(".")[0]
    return kept if kept is not None and same(kept, _marked(secret, email, nonce)) else None


def _marked(secret: bytes, email: str, nonce: str) -> str:
    said = f"{nonce}\0{email.strip().lower()}".encode()
    return f"{nonce}.{hmac.digest(derived(secret, 'browser'), said, hashlib.sha256).hex()}"
