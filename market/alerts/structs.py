"""A notice as its organisation is answered, but for the words, which depend on who reads."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to which object; unread until `read_at`."""

    id: UUID
    at: datetime
    code: str
    params: dict[str, Any]
    object_kind: str
    object_id: UUID
    read_at: datetime | None


class Inbox(msgspec.Struct, frozen=True, kw_only=True):
    """How many notices are unread."""

    unread: int
