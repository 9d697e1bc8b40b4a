"""Documents as they are posted and shown; the bytes themselves are in a `Store`."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

import msgspec
from msgspec import Meta

# links of one document
MOST_LINKS: Final = 100
FileName = Annotated[str, Meta(min_length=1, max_length=200)]


class DocumentKind(StrEnum):
    """What a document is."""

    ASSAY_REPORT = "assay_report"
    PERMIT = "permit"
    MANIFEST = "manifest"
    WEIGHBRIDGE = "weighbridge"
    INSPECTION = "inspection"
    CLAIM_EVIDENCE = "claim_evidence"
    SDS = "sds"
    PHOTO = "photo"
    OTHER = "other"


class MediaType(StrEnum):
    """What may be uploaded; nothing that a browser would run."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    CSV = "text/csv"
    TEXT = "text/plain"


# the first is the one of generated names
EXTENSIONS: Final[dict[MediaType, tuple[str, ...]]] = {
    MediaType.PDF: (".pdf",),
    MediaType.PNG: (".png",),
    MediaType.JPEG: (".jpg", ".jpeg"),
    MediaType.XLSX: (".xlsx",),
    MediaType.DOCX: (".docx",),
    MediaType.CSV: (".csv",),
    MediaType.TEXT: (".txt",),
}


# nothing but what they say: others read these as they are
PLAIN: Final = frozenset({MediaType.CSV, MediaType.TEXT})


class DocumentState(StrEnum):
    """`awaiting` its content; `pending` while a scanner is set and has not looked; then `ready` or `infected`."""

    AWAITING = "awaiting"
    PENDING = "pending"
    READY = "ready"
    INFECTED = "infected"


class LinkedKind(StrEnum):
    """What a document may speak of."""

    ASSAY = "assay"
    LOT = "lot"
    SPEC = "spec"
    PERMIT = "permit"
    DEAL = "deal"
    SAMPLE = "sample"
    DELIVERY = "delivery"
    CLAIM = "claim"


class DocumentLink(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that a document speaks of."""

    object_kind: LinkedKind
    object_id: UUID


class DocumentLinks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What may change of a document: `links` to its owner's assays, lots, permits and specs. Others are the deals'."""

    links: Annotated[tuple[DocumentLink, ...], Meta(max_length=MOST_LINKS)] = ()


class DocumentDraft(DocumentLinks, frozen=True, kw_only=True):
    """A document to be; its content follows."""

    name: FileName
    media_type: MediaType
    kind: DocumentKind


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """As its owner sees it. `size` is in bytes, `sha256` in hexadecimal; null until the content is there.

    `bare_size` and `bare_sha256` are of the copy without author, software, comments and the like that others download
    until names are open; null where none can be made with certainty, so that they have to wait.
    """

    id: UUID
    kind: DocumentKind
    name: str
    media_type: MediaType
    state: DocumentState
    size: int | None
    sha256: str | None
    bare_size: int | None
    bare_sha256: str | None
    links: tuple[DocumentLink, ...]
    created_at: datetime
    updated_at: datetime
    uploaded_at: datetime | None


class DocumentOverseen(Document, frozen=True, kw_only=True):
    """As a coordinator sees it: with whose it is, and the links to what lies in its jurisdiction."""

    organisation_id: UUID


class DocumentSeen(msgspec.Struct, frozen=True, kw_only=True):
    """As others see it: `name` is made of kind and id unless names are open, and nothing tells whose it is.

    `size` and `sha256` are of what they download: the copy without metadata until names are open, then the file itself;
    null while there is nothing to download, as there is no such copy.
    """

    id: UUID
    kind: DocumentKind
    name: str
    media_type: MediaType
    size: int | None
    sha256: str | None


class DocumentPage(msgspec.Struct, frozen=True):
    """A page of one's own documents, newest first."""

    items: tuple[Document, ...]
    next_cursor: str | None


class DocumentOverseenPage(msgspec.Struct, frozen=True):
    """The same for a coordinator."""

    items: tuple[DocumentOverseen, ...]
    next_cursor: str | None


class DocumentFilters(msgspec.Struct, frozen=True, kw_only=True):
    """What a list is narrowed by."""

    kind: DocumentKind | None = None
    object_id: UUID | None = None
