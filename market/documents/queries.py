"""SQL of documents, their links and shares; the caller's transaction has set tenant and role."""

# ruff: noqa: S608 - the texts that are put together are constants of this program; values are parameters

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from market.documents.store import Content
from market.documents.structs import DocumentDraft, DocumentFilters, DocumentLink, DocumentState
from specs.kit.tenancy import Work

Row = Any
_HEAD: Final = (
    "d.id, d.version, d.kind, d.name, d.media_type, d.state, d.size, d.sha256, d.blob, d.bare_size, d.bare_sha256,"
    " d.bare_blob, d.created_at, d.updated_at, d.uploaded_at"
)
_LINKS: Final = """(select coalesce(jsonb_agg(jsonb_build_object('object_kind', k.object_kind, 'object_id', k.object_id)
    order by k.object_kind, k.object_id), '[]') from document_link k
  where k.tenant_id = d.tenant_id and k.document_id = d.id) as links"""
# the kinds of objects that an owner links by itself, and where they are
OWN_KINDS: Final = ("assay", "lot", "permit", "spec")


async def create(work: Work, document: UUID, draft: DocumentDraft) -> None:
    """Awaiting its content."""
    await work.connection.execute(
        """insert into document (tenant_id, id, version, kind, name, media_type, state, created_at, updated_at)
           values ($1, $2, 1, $3, $4, $5, 'awaiting', $6, $6)""",
        *(work.owner, document, draft.kind.value, draft.name, draft.media_type.value, work.at),
    )


async def read(work: Work, document: UUID) -> Row | None:
    """The tenant's own."""
    return await work.connection.fetchrow(
        f"select {_HEAD}, {_LINKS} from document d where d.tenant_id = $1 and d.id = $2", work.owner, document
    )


async def lock(work: Work, document: UUID) -> Row | None:
    """As `read`, held until the transaction ends."""
    return await work.connection.fetchrow(
        f"select {_HEAD}, {_LINKS} from document d where d.tenant_id = $1 and d.id = $2 for update of d",
        work.owner,
        document,
    )


async def overseen(work: Work, document: UUID) -> Row | None:
    """Another tenant's, as role coordinator."""
    return await work.connection.fetchrow(
        f"select d.tenant_id, {_HEAD}, {_LINKS} from document d where d.id = $1", document
    )


async def shown(work: Work, document: UUID) -> Row | None:
    """Another tenant's, as role counterparty, and whether any share opens names."""
    return await work.connection.fetchrow(
        f"""select {_HEAD}, (select bool_or(s.names_open) from document_share s
              where s.owner_tenant = d.tenant_id and s.document_id = d.id) as names_open
            from document d where d.id = $1""",
        document,
    )


async def page(work: Work, filters: DocumentFilters, after: UUID | None, limit: int, *, every: bool) -> list[Row]:
    """Newest first (ids are made in order of time); with `every` all that the role may see, else the tenant's own."""
    rows: list[Row] = await work.connection.fetch(
        f"""select d.tenant_id, {_HEAD}, {_LINKS} from document d
            where ($1::uuid is null or d.tenant_id = $1) and ($2::uuid is null or d.id < $2)
              and ($3::text is null or d.kind = $3)
              and ($4::uuid is null or exists (select from document_link k
                where k.tenant_id = d.tenant_id and k.document_id = d.id and k.object_id = $4))
            order by d.id desc limit $5""",
        *(None if every else work.owner, after, filters.kind and filters.kind.value, filters.object_id, limit),
    )
    return rows


async def linked(work: Work, about: Sequence[UUID]) -> list[Row]:
    """Documents that speak of any of these objects, as far as the current role may see them, the oldest first."""
    rows: list[Row] = await work.connection.fetch(
        f"""select d.tenant_id, {_HEAD}, {_LINKS} from document d where exists (select from document_link k
              where k.tenant_id = d.tenant_id and k.document_id = d.id and k.object_id = any ($1::uuid[]))
            order by d.id""",
        list(about),
    )
    return rows


async def shared(work: Work, about: Sequence[UUID]) -> list[Row]:
    """Documents that others share on account of these objects, with whether names are open; as role counterparty."""
    rows: list[Row] = await work.connection.fetch(
        f"""select d.tenant_id, {_HEAD}, bool_or(s.names_open) as names_open from document d
            join document_share s on s.owner_tenant = d.tenant_id and s.document_id = d.id
            where s.object_id = any ($1::uuid[]) group by d.tenant_id, d.id""",
        list(about),
    )
    return rows


async def strangers(work: Work, links: Sequence[DocumentLink]) -> list[DocumentLink]:
    """Of links that an owner makes by itself, those to what is not its own, and to kinds that it does not link."""
    rows = await work.connection.fetch(
        " union all ".join(
            f"select '{kind}', id from {kind} where tenant_id = $1 and id = any ($2::uuid[])" for kind in OWN_KINDS
        ),
        *(work.owner, [link.object_id for link in links]),
    )
    own = {tuple(row) for row in rows}
    return [link for link in links if (link.object_kind.value, link.object_id) not in own]


async def link(work: Work, document: UUID, links: Sequence[DocumentLink]) -> None:
    """Links that are there already stay."""
    await work.connection.executemany(
        "insert into document_link (tenant_id, document_id, object_kind, object_id) values ($1, $2, $3, $4)"
        " on conflict do nothing",
        [(work.owner, document, one.object_kind.value, one.object_id) for one in links],
    )


async def unlink(work: Work, document: UUID, links: Sequence[DocumentLink]) -> None:
    await work.connection.executemany(
        """delete from document_link
           where tenant_id = $1 and document_id = $2 and object_kind = $3 and object_id = $4""",
        [(work.owner, document, one.object_kind.value, one.object_id) for one in links],
    )


async def touch(work: Work, document: UUID) -> None:
    """A new version of a locked document."""
    await work.connection.execute(
        "update document set version = version + 1, updated_at = $3 where tenant_id = $1 and id = $2",
        *(work.owner, document, work.at),
    )


async def settle(work: Work, document: UUID, content: Content, bare: Content | None, state: DocumentState) -> None:
    """The content of a locked document, and of its copy without metadata where there is one."""
    await work.connection.execute(
        """update document set version = version + 1, state = $3, size = $4, sha256 = $5, blob = $6,
             bare_size = $8, bare_sha256 = $9, bare_blob = $10,
             scan_after = case when $3 = 'pending' then $7::timestamptz end, updated_at = $7, uploaded_at = $7
           where tenant_id = $1 and id = $2""",
        *(work.owner, document, state.value, content.size, content.sha256, content.blob, work.at),
        *((bare.size, bare.sha256, bare.blob) if bare else (None, None, None)),
    )


async def used(work: Work) -> int:
    """Bytes of all documents of the tenant."""
    return int(
        await work.connection.fetchval(
            "select coalesce(sum(size + coalesce(bare_size, 0)), 0) from document where tenant_id = $1", work.owner
        )
    )


async def shared_as(work: Work, document: UUID) -> frozenset[UUID]:
    """The objects on whose account others see the document."""
    rows = await work.connection.fetch(
        "select object_id from document_share where owner_tenant = $1 and document_id = $2", work.owner, document
    )
    return frozenset(row[0] for row in rows)


async def delete(work: Work, document: UUID) -> None:
    """A locked document, which nothing refers to."""
    await work.connection.execute("delete from document where tenant_id = $1 and id = $2", work.owner, document)


async def share(work: Work, document: UUID, viewer: UUID, why: str, about: UUID, *, names_open: bool) -> None:
    """Again with open names opens them; they are never closed again."""
    await work.connection.execute(
        """insert into document_share (viewer_tenant, owner_tenant, document_id, why, object_id, names_open, created_at)
           values ($1, $2, $3, $4, $5, $6, $7)
           on conflict (viewer_tenant, owner_tenant, document_id, why, object_id)
           do update set names_open = document_share.names_open or excluded.names_open""",
        *(viewer, work.owner, document, why, about, names_open, work.at),
    )


async def open_names(work: Work, about: Sequence[UUID]) -> None:
    """Of everybody's shares on account of these objects; as the engine."""
    await work.connection.execute(
        "update document_share set names_open = true where object_id = any ($1::uuid[])", list(about)
    )


async def unshare(work: Work, document: UUID, viewer: UUID, why: str, about: UUID) -> None:
    await work.connection.execute(
        """delete from document_share where owner_tenant = $1 and document_id = $2 and viewer_tenant = $3
             and why = $4 and object_id = $5""",
        *(work.owner, document, viewer, why, about),
    )


async def referenced(work: Work, blobs: Sequence[UUID]) -> frozenset[UUID]:
    """Those of the blobs that a document has, as its content or its copy; as the engine."""
    rows = await work.connection.fetch(
        """select blob from document where blob = any ($1::uuid[])
           union all select bare_blob from document where bare_blob = any ($1::uuid[])""",
        list(blobs),
    )
    return frozenset(row[0] for row in rows)


async def forget_awaiting(work: Work, age: timedelta) -> int:
    """Delete documents that were never uploaded, with their links; as the engine. Returns how many."""
    gone = await work.connection.execute(
        "delete from document where state = 'awaiting' and updated_at < $1", work.at - age
    )
    return int(gone.rpartition(" ")[2])


_CLAIM: Final = """
with due as (
  select tenant_id, id from document where scan_after <= now() order by scan_after limit 1 for update skip locked
)
update document d set scan_after = now() + $1 from due where d.tenant_id = due.tenant_id and d.id = due.id
returning d.tenant_id, d.id, d.blob, d.bare_blob, d.name
"""


async def due(work: Work, lease: timedelta) -> Row | None:
    """A document to scan, nobody else's until the lease has passed; as the engine."""
    return await work.connection.fetchrow(_CLAIM, lease)


_SCANNED: Final = """
with told as (
  update document set state = $4, version = version + 1, scan_after = null, updated_at = $5,
    blob = case when $4 = 'ready' then blob end, bare_blob = case when $4 = 'ready' then bare_blob end,
    bare_size = case when $4 = 'ready' then bare_size end, bare_sha256 = case when $4 = 'ready' then bare_sha256 end
  where tenant_id = $1 and id = $2 and blob = $3 and state = 'pending' returning tenant_id, id, version
)
insert into audit_event (tenant_id, at, action, object_kind, object_id, rev, detail)
select tenant_id, $5, 'scan', 'document', id, version, jsonb_build_object('state', $4::text) from told
"""


async def scanned(work: Work, row: Row, state: DocumentState) -> bool:
    """What the scanner said; False where the document has gone meanwhile. As the engine."""
    done = await work.connection.execute(_SCANNED, row["tenant_id"], row["id"], row["blob"], state.value, work.at)
    return bool(done.endswith(" 1"))


def links_of(row: Row) -> tuple[DocumentLink, ...]:
    """As they are kept in a row's `links`."""
    return msgspec.json.decode(row["links"], type=tuple[DocumentLink, ...])
