"""The bytes of documents on their way in and out; no transaction is open while they flow.

In: look that the document awaits them, stream them into the store, then write down in one transaction what was stored.
Who fails in between leaves a file that no document has, which is deleted at once, or after a kill by the sweeper.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Final
from uuid import UUID

import msgspec
import structlog

from market.documents import queries, service
from market.documents.errors import (
    ContentDiffers,
    DigestMismatch,
    DocumentAwaiting,
    DocumentEmpty,
    DocumentInfected,
    DocumentNotScanned,
    DocumentQuota,
    DocumentTooLarge,
    DocumentUploaded,
    UploadTimedOut,
)
from market.documents.sniffing import Sniffer
from market.documents.store import ContentGoneError, Store, Stored
from market.documents.structs import DocumentState, MediaType
from market.parties.structs import Principal
from specs.kit import audit, ids
from specs.kit.errors import NotFound, Unavailable
from specs.kit.idempotency import Answer
from specs.kit.tenancy import Work
from specs.kit.versions import Versions

Opened = Callable[[], AbstractAsyncContextManager[Work]]
# much shorter than the age at which the sweeper takes a file for an orphan
UPLOAD_SECONDS: Final = 600.0
# the media type of who does not say which
ANY_BYTES: Final = "application/octet-stream"
log = structlog.get_logger(__name__)


class Limits(msgspec.Struct, frozen=True):
    """Bytes of one document, bytes of all documents of an organisation, and whether a scanner looks at them."""

    most: int
    quota: int
    scanned: bool = False


class Told(msgspec.Struct, frozen=True):
    """What a sender says of the bytes that follow, as far as it says anything."""

    size: int | None = None
    media_type: str | None = None
    sha256: bytes | None = None


class Content(msgspec.Struct, frozen=True):
    """A document's bytes as they go out."""

    name: str
    media_type: MediaType
    size: int
    sha256: bytes
    chunks: AsyncIterator[bytes]


class Contents:
    """One for a process."""

    def __init__(self, store: Store, limits: Limits, *, seconds: float = UPLOAD_SECONDS) -> None:
        """`seconds` are how long one upload may take."""
        self._store = store
        self._limits = limits
        self._seconds = seconds

    async def put(
        self,
        opened: Opened,
        document: UUID,
        content: AsyncIterator[bytes],
        told: Told | None = None,
    ) -> Answer:
        """The document with its content; the same bytes again change nothing.

        Raises NotFound, DocumentUploaded,
        DocumentTooLarge, DocumentEmpty, DocumentQuota, ContentDiffers, ContentHidden, ContentActive, DigestMismatch,
        UploadTimedOut, Unavailable, and what `content` raises.
        """
        told = told or Told()
        if told.size is not None and told.size > self._limits.most:
            raise DocumentTooLarge({"limit": self._limits.most})
        declared = await self._awaited(opened, document)
        if told.media_type not in (None, ANY_BYTES, declared):
            raise ContentDiffers({"media_type": declared.value})
        blob = ids.new_id()
        kept = False
        try:
            stored = await self._receive(blob, content, Sniffer(declared))
            if told.sha256 not in (None, stored.sha256):
                raise DigestMismatch
            async with opened() as work:
                # from here on perhaps committed: a commit that breaks leaves the file to the sweeper
                answer, kept = await self._settle(work, document, blob, stored)
        finally:
            if not kept:
                await asyncio.shield(self._store.delete(blob))
        return answer

    async def _awaited(self, opened: Opened, document: UUID) -> MediaType:
        """The media type that the content has to have."""
        async with opened() as work:
            row = await queries.read(work, document)
            if row is None:
                raise NotFound
            if row["state"] == DocumentState.AWAITING and await queries.used(work) >= self._limits.quota:
                raise DocumentQuota({"limit": self._limits.quota})
        return MediaType(row["media_type"])

    async def _receive(self, blob: UUID, content: AsyncIterator[bytes], sniffer: Sniffer) -> Stored:
        try:
            async with asyncio.timeout(self._seconds):
                return await self._store.put(blob, self._checked(content, sniffer))
        except TimeoutError:
            raise UploadTimedOut({"seconds": int(self._seconds)}) from None

    async def _checked(self, content: AsyncIterator[bytes], sniffer: Sniffer) -> AsyncIterator[bytes]:
        """What came, as long as it may still become a document."""
        size = 0
        async for chunk in content:
            size += len(chunk)
            if size > self._limits.most:
                raise DocumentTooLarge({"limit": self._limits.most})
            sniffer.feed(chunk)
            yield chunk
        if not size:
            raise DocumentEmpty
        sniffer.finish()

    async def _settle(self, work: Work, document: UUID, blob: UUID, stored: Stored) -> tuple[Answer, bool]:
        """Whether the document now has this blob: of two that upload at once, the first has."""
        row = await service.locked(work, document)
        if row["state"] != DocumentState.AWAITING:
            if row["sha256"] == stored.sha256:
                return service.own(row), False
            raise DocumentUploaded
        state = DocumentState.PENDING if self._limits.scanned else DocumentState.READY
        await queries.settle(work, document, blob, stored, state)
        answer = service.own(await queries.read(work, document))
        await audit.record(work, "upload", service.KIND, document, answer.rev, sha256=stored.sha256.hex())
        return answer, True

    async def get(self, opened: Opened, principal: Principal, document: UUID) -> Content:
        """For whoever may see the document. Raises NotFound, DocumentAwaiting, DocumentNotScanned, DocumentInfected,
        Unavailable."""
        async with opened() as work:
            row = await queries.read(work, document) or await service.found(work, principal, document)
        _refuse_unready(DocumentState(row["state"]))
        try:
            chunks = await self._store.open(row["blob"])
        except ContentGoneError as gone:
            log.error("document.content_gone", document=str(document))  # noqa: TRY400 - the trace would say no more
            raise Unavailable from gone
        sha256 = row["sha256"]
        whole = verified(chunks, sha256)
        return Content(service.name_for(row), MediaType(row["media_type"]), row["size"], sha256, whole)

    async def delete(self, opened: Opened, document: UUID, if_match: Versions = None) -> None:
        """The document, then its bytes. Raises DocumentInUse, VersionMismatch, NotFound."""
        async with opened() as work:
            blob = await service.delete(work, document, if_match)
        if blob is not None:
            await self._store.delete(blob)


class ContentDamagedError(Exception):
    """The store gave other bytes than it was given."""


async def verified(chunks: AsyncIterator[bytes], sha256: bytes) -> AsyncIterator[bytes]:
    """The same bytes; the last of them only when all are what was uploaded, so that nobody takes a damaged file for
    whole. Raises ContentDamagedError."""
    digest = hashlib.sha256()
    held = b""
    async for chunk in chunks:
        digest.update(chunk)
        if held:
            yield held
        held = chunk
    if digest.digest() != sha256:
        log.error("document.content_damaged", sha256=sha256.hex())
        raise ContentDamagedError
    yield held


def _refuse_unready(state: DocumentState) -> None:
    refusal: dict[DocumentState, type[Any]] = {
        DocumentState.AWAITING: DocumentAwaiting,
        DocumentState.PENDING: DocumentNotScanned,
        DocumentState.INFECTED: DocumentInfected,
    }
    if state in refusal:
        raise refusal[state]
