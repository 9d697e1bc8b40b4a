"""Keyset cursors: opaque, signed, and bound to the tenant and the filters that made them."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import msgspec

from specs.kit.errors import InvalidCursor

T = TypeVar("T")
R = TypeVar("R")

_TAG = 16


def sign(secret: bytes, scope: object, after: object) -> str:
    """A cursor that goes on behind `after` in the list that `scope` (tenant, filters, order) describes."""
    payload = msgspec.msgpack.encode(after)
    return _text(_tag(secret, scope, payload) + payload)


def onward(secret: bytes, scope: object, rows: Sequence[Any], limit: int, key: str = "id") -> str | None:
    """The cursor behind a page of `limit` of these rows, of which one more was asked for; None where that is all."""
    return sign(secret, scope, rows[limit - 1][key]) if len(rows) > limit else None


class Place(msgspec.Struct, Generic[T], frozen=True):
    """Where a reader stands in a list: it asks for `most` rows behind `after`, and is given a page of them."""

    secret: bytes
    scope: object
    limit: int
    after: T | None

    @property
    def most(self) -> int:
        """One more than the page has, which tells whether it goes on."""
        return self.limit + 1

    def cut(self, rows: Sequence[R], key: str = "id") -> tuple[Sequence[R], str | None]:
        """The rows of the page, and the cursor behind them where there are more."""
        return rows[: self.limit], onward(self.secret, self.scope, rows, self.limit, key)


def place(secret: bytes, scope: object, limit: int, cursor: str | None, kind: type[T]) -> Place[T]:
    """Behind a cursor of `onward`, or at the beginning. Raises InvalidCursor."""
    after = read(secret, scope, cursor, kind) if cursor else None
    return Place(secret, scope, limit, after)


def read(secret: bytes, scope: object, cursor: str, kind: type[T]) -> T:
    """What `sign` was given as `after`. Raises InvalidCursor on any other text, tenant or filter."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise InvalidCursor from None
    tag, payload = raw[:_TAG], raw[_TAG:]
    # the exact text, so that stray trailing bits do not make a second spelling of one cursor
    if not hmac.compare_digest(tag, _tag(secret, scope, payload)) or _text(raw) != cursor:
        raise InvalidCursor
    return msgspec.msgpack.decode(payload, type=kind)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _tag(secret: bytes, scope: object, payload: bytes) -> bytes:
    bound = msgspec.msgpack.encode(scope)
    message = len(bound).to_bytes(4, "big") + bound + payload
    return hmac.digest(secret, b"cursor" + message, hashlib.sha256)[:_TAG]
