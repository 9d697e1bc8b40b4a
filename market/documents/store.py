"""Where the bytes are: a port. A folder fills it; so could an object store, for nothing here is a path."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from market.documents.errors import DocumentsUnset


class Stored(msgspec.Struct, frozen=True):
    """What was written: its size in bytes and its SHA-256."""

    size: int
    sha256: bytes


class Content(msgspec.Struct, frozen=True):
    """Where something written is."""

    blob: UUID
    size: int
    sha256: bytes


class ContentGoneError(Exception):
    """The store has not what a document refers to: lost, or not restored with the database."""


class Store(Protocol):
    """Contents by ids that only this program makes; each is written once."""

    async def put(self, blob: UUID, content: AsyncIterator[bytes]) -> Stored:
        """All of it or nothing, and on disk when this returns. Raises what `content` raises, and Unavailable."""

    async def open(self, blob: UUID) -> AsyncIterator[bytes]:
        """Its bytes in order. Raises ContentGoneError before the first, and Unavailable."""

    async def delete(self, blob: UUID) -> None:
        """Deleting what is not there is no error."""

    async def older(self, before: datetime, most: int) -> list[UUID]:
        """Contents written before then, in any order; drafts of that age, which nobody will finish, are deleted."""


class NoStore:
    """For an installation that has no place for documents."""

    async def put(self, blob: UUID, content: AsyncIterator[bytes]) -> Stored:  # noqa: ARG002 - the port's
        """Raises DocumentsUnset."""
        raise DocumentsUnset

    async def open(self, blob: UUID) -> AsyncIterator[bytes]:  # noqa: ARG002 - same
        """Raises DocumentsUnset."""
        raise DocumentsUnset

    async def delete(self, blob: UUID) -> None:
        """There is nothing."""

    async def older(self, before: datetime, most: int) -> list[UUID]:  # noqa: ARG002 - same
        """There is nothing."""
        return []
