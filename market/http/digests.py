"""Digests of bytes in headers: RFC 9530, whose fields are dictionaries of RFC 8941."""

import base64
import binascii
import re
from typing import Final

from market.http.call import Call
from market.http.refusal import FieldError, Refusal

FIELDS: Final = ("Content-Digest", "Repr-Digest")
# one member with its parameters; of other algorithms no more than that they are well formed
_MEMBER: Final = re.compile(r"[ \t]*([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/=]*):(?:;[^,]*)?[ \t]*", re.ASCII)


def announced(request: Call) -> bytes | None:
    """The SHA-256 of a body as its sender gives it; what it announces is sent as it is, so both fields say the same.

    Raises Refusal where a field is malformed, or the two disagree.
    """
    found = {digest for name in FIELDS if (digest := _sha256(request, name)) is not None}
    if len(found) > 1:
        raise Refusal("digest_mismatch")
    return found.pop() if found else None


def field(sha256: bytes) -> str:
    """The value of a field."""
    return f"sha-256=:{base64.b64encode(sha256).decode()}:"


def _sha256(request: Call, name: str) -> bytes | None:
    found = None
    for value in request.headers.getall(name, []):
        # an empty field is a dictionary without members
        for part in value.split(",") if value.strip() else ():
            member = _MEMBER.fullmatch(part)
            if member is None:
                raise _malformed(name)
            if member[1] == "sha-256":
                found = _decoded(member[2], name)
    return found


def _decoded(text: str, name: str) -> bytes:
    try:
        digest = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise _malformed(name) from None
    if len(digest) != 32:
        raise _malformed(name)
    return digest


def _malformed(name: str) -> Refusal:
    return Refusal("invalid_header", errors=(FieldError(parameter=name, code="digest_form"),))
