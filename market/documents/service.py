"""Documents without their bytes: made, read as whoever asks, linked, shared, deleted."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import msgspec

from market.documents import queries
from market.documents.errors import DocumentAwaiting, DocumentInUse
from market.documents.naming import composed, generated, name_faults
from market.documents.store import Content
from market.documents.structs import (
    PLAIN,
    Document,
    DocumentDraft,
    DocumentFilters,
    DocumentKind,
    DocumentLink,
    DocumentLinks,
    DocumentOverseen,
    DocumentOverseenPage,
    DocumentPage,
    DocumentSeen,
    DocumentState,
    MediaType,
)
from market.parties.structs import OrganisationKind, Principal
from matching.fault import Fault, fault
from specs.kit import audit, idempotency, ids, paging, versions, wire
from specs.kit.errors import Invalid, NotFound
from specs.kit.idempotency import Answer, Idempotency
from specs.kit.tenancy import Role, Work
from specs.kit.versions import Versions

KIND = "document"


async def create(work: Work, draft: DocumentDraft, request: Idempotency | None = None) -> Answer:
    """Awaiting its content. Raises Invalid with every fault."""
    draft = msgspec.structs.replace(draft, name=composed(draft.name))
    faults = [*name_faults(draft.name, draft.media_type), *await _link_faults(work, draft.links)]
    if faults:
        raise Invalid(faults=faults)
    first = await idempotency.claim(work, request)
    if first is not None:
        return first
    document = ids.new_id()
    await queries.create(work, document, draft)
    await queries.link(work, document, draft.links)
    answer = msgspec.structs.replace(own(await queries.read(work, document)), status=201)
    await audit.record(work, "create", KIND, document, answer.rev)
    await idempotency.keep(work, request, answer)
    return answer


async def read(work: Work, principal: Principal, document: UUID) -> Answer:
    """Whole for its owner and a coordinator (audited), else as a share opens it. Raises NotFound.

    A document that is hidden from the caller is not there.
    """
    row = await queries.read(work, document)
    if row is not None:
        return own(row)
    return await elsewhere(work, principal, document)


async def elsewhere(work: Work, principal: Principal, document: UUID) -> Answer:
    """Another's. Goes on under the caller's role. Raises NotFound."""
    row = await found(work, principal, document)
    if principal.kind is OrganisationKind.COORDINATOR:
        return _answer(row, _overseen(row))
    content = content_for(row)
    body = DocumentSeen(
        id=row["id"],
        kind=DocumentKind(row["kind"]),
        name=name_for(row),
        media_type=MediaType(row["media_type"]),
        size=None if content is None else content.size,
        sha256=None if content is None else content.sha256.hex(),
    )
    return _answer(row, body, redacted=True)


async def found(work: Work, principal: Principal, document: UUID) -> Any:
    """The row of another's document as the caller may see it. Goes on under the caller's role. Raises NotFound."""
    coordinates = principal.kind is OrganisationKind.COORDINATOR
    await work.as_role(Role.COORDINATOR if coordinates else Role.COUNTERPARTY)
    row = await (queries.overseen if coordinates else queries.shown)(work, document)
    if row is None:
        raise NotFound
    if coordinates:
        await audit.record(work, "oversee", KIND, document, row["version"], owner=row["tenant_id"])
    return row


def name_for(row: Any) -> str:
    """What the file is called to who reads the row: its own name for all but counterparties without open names."""
    if row.get("names_open") is False:
        return generated(row["id"], DocumentKind(row["kind"]), MediaType(row["media_type"]))
    return str(row["name"])


def content_for(row: Any) -> Content | None:
    """What is downloaded by who reads the row, which has content: until names are open a copy without metadata."""
    if row.get("names_open") is False:
        return _bare(row)
    return Content(row["blob"], row["size"], row["sha256"])


def _bare(row: Any) -> Content | None:
    if MediaType(row["media_type"]) in PLAIN and row["size"] is not None:
        return Content(row["blob"], row["size"], row["sha256"])
    return None if row["bare_size"] is None else Content(row["bare_blob"], row["bare_size"], row["bare_sha256"])


async def page(
    work: Work, principal: Principal, filters: DocumentFilters, limit: int, cursor: str | None = None
) -> bytes:
    """One's own, newest first; a coordinator's are those of its jurisdiction, and audited. Raises InvalidCursor."""
    coordinates = principal.kind is OrganisationKind.COORDINATOR
    if coordinates:
        await work.as_role(Role.COORDINATOR)
    scope = (KIND, work.owner, filters.kind, filters.object_id)
    after = paging.read(work.secret, scope, cursor, UUID) if cursor else None
    rows = await queries.page(work, filters, after, limit + 1, every=coordinates)
    more = paging.onward(work.secret, scope, rows, limit)
    if coordinates:
        await audit.record(work, "oversee", KIND, None, filters=filters, limit=limit)
        return wire.encode(DocumentOverseenPage(tuple(map(_overseen, rows[:limit])), more))
    return wire.encode(DocumentPage(tuple(map(_shown, rows[:limit])), more))


async def about(work: Work, objects: Sequence[UUID]) -> tuple[Document, ...]:
    """One's own that speak of any of these objects, the oldest first."""
    return tuple(map(_shown, await queries.linked(work, objects)))


async def overseen_about(work: Work, objects: Sequence[UUID]) -> tuple[DocumentOverseen, ...]:
    """For a coordinator, those of its jurisdiction, audited. Goes on as role coordinator."""
    await work.as_role(Role.COORDINATOR)
    rows = await queries.linked(work, objects)
    await audit.record(work, "oversee", KIND, None, about=tuple(objects))
    return tuple(map(_overseen, rows))


async def patch(work: Work, document: UUID, body: bytes, if_match: Versions) -> Answer:
    """Merge (RFC 7396); only links change, and those that the deals made stay.

    Raises msgspec.DecodeError and its ValidationError, Invalid, DocumentInUse, VersionMismatch, NotFound.
    """
    row = await locked(work, document, if_match)
    before = queries.links_of(row)
    merged = wire.merged({"links": wire.plain(row["links"])}, wire.plain(body))
    after = msgspec.json.decode(wire.encode(merged), type=DocumentLinks).links
    faults = await _link_faults(work, after, known=before)
    if faults:
        raise Invalid(faults=faults)
    gone = [link for link in before if link not in after]
    held = await queries.shared_as(work, document) if gone else frozenset()
    if any(link.object_kind not in queries.OWN_KINDS or link.object_id in held for link in gone):
        raise DocumentInUse
    await queries.unlink(work, document, gone)
    await queries.link(work, document, after)
    await queries.touch(work, document)
    answer = own(await queries.read(work, document))
    await audit.record(work, "patch", KIND, document, answer.rev)
    return answer


async def link(work: Work, document: UUID, link: DocumentLink) -> None:
    """For services whose objects a document proves: a permit, a sample, a delivery, a claim. Raises NotFound."""
    await locked(work, document)
    await queries.link(work, document, [link])
    await queries.touch(work, document)


async def share(work: Work, document: UUID, viewer: UUID, why: str, about: UUID, *, names_open: bool = False) -> None:
    """Open one's own document to another organisation on account of an object (`why` is its kind, `about` its id).

    For services, in the owner's transaction; repeated with `names_open` it opens the file name too. The viewer sees it
    once it is ready, while the viewer is verified. Raises NotFound, DocumentAwaiting.
    """
    row = await locked(work, document)
    if row["state"] == DocumentState.AWAITING:
        raise DocumentAwaiting
    await queries.share(work, document, viewer, why, about, names_open=names_open)
    await audit.record(work, "share", KIND, document, row["version"], viewer=viewer, why=why, about=about)


async def open_names(work: Work, about: Sequence[UUID]) -> None:
    """Show the file names of all that is shared on account of these objects, whoever owns it; as the engine.

    For the deal whose last party has opened its name.
    """
    await queries.open_names(work, about)


async def unshare(work: Work, document: UUID, viewer: UUID, why: str, about: UUID) -> None:
    """Take that one share back; others of the same document stay. Raises NotFound."""
    row = await locked(work, document)
    await queries.unshare(work, document, viewer, why, about)
    await audit.record(work, "unshare", KIND, document, row["version"], viewer=viewer, why=why, about=about)


async def delete(work: Work, document: UUID, if_match: Versions = None) -> tuple[UUID, ...]:
    """Blobs that are nobody's once the transaction is committed. Raises DocumentInUse, VersionMismatch, NotFound."""
    row = await locked(work, document, if_match)
    if queries.links_of(row) or await queries.shared_as(work, document):
        raise DocumentInUse
    await queries.delete(work, document)
    await audit.record(work, "delete", KIND, document, row["version"])
    return tuple(blob for blob in (row["blob"], row["bare_blob"]) if blob is not None)


async def locked(work: Work, document: UUID, if_match: Versions = None) -> Any:
    """One's own, for a change. Raises NotFound, VersionMismatch."""
    row = await queries.lock(work, document)
    if row is None:
        raise NotFound
    versions.check(row["version"], if_match)
    return row


async def _link_faults(work: Work, links: Sequence[DocumentLink], known: Sequence[DocumentLink] = ()) -> list[Fault]:
    """Links given twice, and new ones to what is not the owner's to link."""
    fresh = [link for link in links if link not in known]
    strange = await queries.strangers(work, fresh) if fresh else []
    return list(_told(links, strange))


def _told(links: Sequence[DocumentLink], strange: Sequence[DocumentLink]) -> Iterator[Fault]:
    for i, link in enumerate(links):
        if link in strange:
            yield fault(f"/links/{i}", "link_unknown", kind=link.object_kind.value)
        if link in links[:i]:
            yield fault(f"/links/{i}", "link_twice")


def own(row: Any) -> Answer:
    """A row of one's own as an answer."""
    return _answer(row, _shown(row))


def _answer(row: Any, body: Any, *, redacted: bool = False) -> Answer:
    return Answer(id=row["id"], rev=row["version"], version=row["version"], body=wire.encode(body), redacted=redacted)


def _shown(row: Any) -> Document:
    return Document(**_fields(row))


def _overseen(row: Any) -> DocumentOverseen:
    return DocumentOverseen(**_fields(row), organisation_id=row["tenant_id"])


def _fields(row: Any) -> dict[str, Any]:
    bare = _bare(row)
    plain = ("id", "name", "size", "created_at", "updated_at", "uploaded_at")
    return {
        **{name: row[name] for name in plain},
        "kind": DocumentKind(row["kind"]),
        "media_type": MediaType(row["media_type"]),
        "state": DocumentState(row["state"]),
        "sha256": row["sha256"] and row["sha256"].hex(),
        "bare_size": None if bare is None else bare.size,
        "bare_sha256": None if bare is None else bare.sha256.hex(),
        "links": queries.links_of(row),
    }
