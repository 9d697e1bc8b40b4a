"""Codes of the second factor: TOTP (RFC 6238: SHA-1, 30 s, six digits, what every app knows) and recovery codes."""

import base64
import hashlib
import hmac
import secrets
import unicodedata
from datetime import datetime

import pyotp
import segno

from market.people.tokens import derived

ISSUER = "Capillary"
SECRET_BYTES = 20
STEP_SECONDS = 30
DIGITS = 6
# clocks of telephones are off by less than this
STEPS = (-1, 0, 1)
RECOVERY = 8
# no 0, 1, i, l, o: they are read aloud and typed from paper
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
RECOVERY_LENGTH = 12


def fresh() -> bytes:
    """The secret that the app and we share."""
    return secrets.token_bytes(SECRET_BYTES)


def typed(secret: bytes) -> str:
    """As a person types it where no camera is at hand: in groups of four."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def address(secret: bytes, email: str) -> str:
    """What the QR code says."""
    return _app(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def picture(secret: bytes, email: str) -> str:
    """The QR code as a data URI of an SVG: nothing is loaded, and no style is needed."""
    return segno.make(address(secret, email), error="m").svg_data_uri(scale=4, border=4)


def counter_of(secret: bytes, code: str, at: datetime) -> int | None:
    """The step whose code it is, now or one step off; None for a wrong one. Each is compared in the same time."""
    now = int(at.timestamp()) // STEP_SECONDS
    app = _app(secret)
    fits = [now + step for step in STEPS if hmac.compare_digest(app.generate_otp(now + step), code)]
    return fits[0] if fits else None


def plain(text: str) -> str:
    """What was typed without the spaces and dashes of groups, and narrow where an IME left it wide."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isascii() and c.isalnum())


def is_totp(code: str) -> bool:
    """Six digits, as against a recovery code."""
    return len(code) == DIGITS and code.isdigit()


def recovery_codes() -> tuple[str, ...]:
    """Eight of 59 bits, in groups of four."""
    made = ("".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY))
    return tuple("-".join(code[i : i + 4] for i in range(0, RECOVERY_LENGTH, 4)) for code in made)


def recovery_digest(secret: bytes, code: str) -> bytes:
    """What is stored: keyed, because a stolen table would let 59 bits be tried out."""
    return hmac.digest(derived(secret, "recovery"), plain(code).encode(), hashlib.sha256)


def _app(secret: bytes) -> pyotp.TOTP:
    return pyotp.TOTP(base64.b32encode(secret).decode(), digits=DIGITS, interval=STEP_SECONDS)
