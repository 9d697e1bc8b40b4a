"""The bytes of documents on their way in and out; no transaction is open while they flow.

In: look that the document awaits them, stream them into the store, have a copy made that names nobody, then write down
in one transaction what was stored.
Who fails in between leaves a file that no document has, which is deleted at once, or after a kill by the sweeper.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing
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
    NamesNotOpen,
    UploadTimedOut,
)
from market.documents.sniffing import Sniffer
from market.documents.store import Content, ContentGoneError, Store
from market.documents.stripping import NoCopyError, Stripper
from market.documents.structs import PLAIN, DocumentState, MediaType
from market.parties.structs import Principal
from specs.kit import audit, ids
from specs.kit.errors import NotFound, Unavailable
from specs.kit.idempotency import Answer
from specs.kit.tenancy import Work
from specs.kit.versions import Versions

Opened = Callable[[], AbstractAsyncContextManager[Work]]
# much shorter than the age at which the sweeper takes a file for an orphan
UPLOAD_SECONDS: Final = 600.0
MEGABYTE: Final = 1_000_000
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


class Sent(msgspec.Struct, frozen=True):
    """A document's bytes as they go out."""

    name: str
    media_type: MediaType
    size: int
    sha256: bytes
    chunks: AsyncIterator[bytes]


class Contents:
    """One for a process."""

    def __init__(self, store: Store, limits: Limits, stripper: Stripper, *, seconds: float = UPLOAD_SECONDS) -> None:
        """`seconds` are how long one upload may take."""
        self._store = store
        self._stripper = stripper
        self._limits = limits
        self._seconds = seconds

    @property
    def most(self) -> int:
        """Bytes that one document may have."""
        return self._limits.most

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
        blobs = ids.new_id(), ids.new_id()
        kept = False
        try:
            stored = await self._receive(blobs[0], content, Sniffer(declared))
            if told.sha256 not in (None, stored.sha256):
                raise DigestMismatch
            bare = await self._bare(blobs, declared)
            async with opened() as work:
                # from here on perhaps committed: a commit that breaks leaves the files to the sweeper
                answer, kept = await self._settle(work, document, stored, bare)
        finally:
            if not kept:
                for blob in blobs:
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

    async def _receive(self, blob: UUID, content: AsyncIterator[bytes], sniffer: Sniffer) -> Content:
        try:
            async with asyncio.timeout(self._seconds):
                stored = await self._store.put(blob, self._checked(content, sniffer))
        except TimeoutError:
            raise UploadTimedOut({"seconds": int(self._seconds)}) from None
        return Content(blob, stored.size, stored.sha256)

    async def _bare(self, blobs: tuple[UUID, UUID], media_type: MediaType) -> Content | None:
        """The second blob as a copy of the first without metadata; None where there need be none or can be none."""
        if media_type in PLAIN:
            return None
        whole, blob = blobs
        try:
            async with aclosing(self._stripper.bare(await self._store.open(whole), media_type)) as copy:
                stored = await self._store.put(blob, copy)
        except NoCopyError as none:
            log.info("document.no_copy", media_type=media_type.value, why=str(none))
            return None
        return Content(blob, stored.size, stored.sha256)

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

    async def _settle(self, work: Work, document: UUID, stored: Content, bare: Content | None) -> tuple[Answer, bool]:
        """Whether the document now has this content: of two that upload at once, the first has."""
        row = await service.locked(work, document)
        if row["state"] != DocumentState.AWAITING:
            if row["sha256"] == stored.sha256:
                return service.own(row), False
            raise DocumentUploaded
        state = DocumentState.PENDING if self._limits.scanned else DocumentState.READY
        await queries.settle(work, document, stored, bare, state)
        answer = service.own(await queries.read(work, document))
        await audit.record(work, "upload", service.KIND, document, answer.rev, sha256=stored.sha256.hex())
        return answer, True

    async def get(self, opened: Opened, principal: Principal, document: UUID) -> Sent:
        """For whoever may see the document; for another's, until names are open, without metadata.

        Raises NotFound, DocumentAwaiting, DocumentNotScanned, DocumentInfected, NamesNotOpen, Unavailable.
        """
        async with opened() as work:
            row = await queries.read(work, document) or await service.found(work, principal, document)
        _refuse_unready(DocumentState(row["state"]))
        content = service.content_for(row)
        if content is None:
            raise NamesNotOpen
        try:
            chunks = await self._store.open(content.blob)
        except ContentGoneError as gone:
            log.error("document.content_gone", document=str(document))  # noqa: TRY400 - the trace would say no more
            raise Unavailable from gone
        whole = verified(chunks, content.sha256)
        return Sent(service.name_for(row), MediaType(row["media_type"]), content.size, content.sha256, whole)

    async def delete(self, opened: Opened, document: UUID, if_match: Versions = None) -> None:
        """The document, then its bytes. Raises DocumentInUse, VersionMismatch, NotFound."""
        async with opened() as work:
            blobs = await service.delete(work, document, if_match)
        for blob in blobs:
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
