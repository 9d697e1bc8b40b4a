"""Runs the statements: rows in, rows out. The caller's transaction has set tenant and role."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from specs.kit.idempotency import Idempotency
from specs.kit.tenancy import Database, Work
from specs.listing.statements import Statements
from specs.listing.structs import Columns, Filters, NewAssay, Status

Row = Any


class Keeping:
    """The idempotency parameters of a statement: all null where the client gave no key."""

    def __init__(self, request: Idempotency | None, status: int, heading: str, body: bytes) -> None:
        self.values: tuple[Any, ...] = (None,) * 6
        if request is not None:
            self.values = (request.path, request.key, request.body_hash, status, heading, body)


async def read(work: Work, sql: Statements, listing: UUID) -> Row | None:
    """The tenant's own listing."""
    return await work.connection.fetchrow(sql.read, work.owner, listing)


async def own(database: Database, sql: Statements, tenant: UUID, listing: UUID) -> Row | None:
    """As `read`, in one round trip and without a unit of work."""
    return await database.glance(sql.own, tenant, listing)


async def lock(work: Work, sql: Statements, listing: UUID) -> Row | None:
    """The tenant's own listing, held until the transaction ends."""
    return await work.connection.fetchrow(sql.lock, work.owner, listing)


async def elsewhere(work: Work, sql: Statements, listing: UUID) -> Row | None:
    """Another tenant's listing, as far as the current role may see it."""
    return await work.connection.fetchrow(sql.elsewhere, listing)


async def seen(work: Work, sql: Statements, listings: Sequence[UUID]) -> list[UUID]:
    """Which of these the current role may see."""
    rows = await work.connection.fetch(sql.which, listings)
    return [row["id"] for row in rows]


async def create(
    work: Work,
    sql: Statements,
    listing: UUID,
    *,
    status: Status,
    columns: Columns,
    content: str,
    assays: Sequence[NewAssay],
    keeping: Keeping,
) -> bool:
    """Listing, revision, assays, stored answer, event and audit in one statement; False where the key is taken."""
    published = work.at if status is Status.ACTIVE else None
    filed = _filed(assays) if sql.table == "lot" else ()
    made = await work.connection.fetchval(
        sql.create,
        work.owner,
        listing,
        status.value,
        *columns.values,
        content,
        work.at,
        published,
        work.actor,
        work.request_id,
        *keeping.values,
        *filed,
    )
    return made is not None


async def patch(
    work: Work,
    sql: Statements,
    listing: UUID,
    *,
    version: int,
    columns: Columns,
    content: str,
    assays: Sequence[NewAssay],
    dropped: Sequence[UUID],
) -> Row | None:
    """(rev, version) of the new revision; None where the version has moved on."""
    filed = (list(dropped), *_filed(assays)) if sql.table == "lot" else ()
    return await work.connection.fetchrow(
        sql.patch,
        work.owner,
        listing,
        version,
        *columns.values,
        content,
        work.at,
        work.actor,
        work.request_id,
        *filed,
    )


async def turn(
    work: Work,
    sql: Statements,
    listing: UUID,
    *,
    version: int,
    status: Status,
    action: str,
    tell: bool,
    keeping: Keeping,
) -> bool:
    """Change the status; `tell` writes the event. False where the version has moved on."""
    found = await work.connection.fetchval(
        sql.turn,
        work.owner,
        listing,
        version,
        status.value,
        work.at,
        work.actor,
        work.request_id,
        action,
        tell,
        *keeping.values,
    )
    return found is not None


async def page(
    work: Work, sql: Statements, filters: Filters, after: UUID | None, limit: int, *, overseen: bool = False
) -> list[Row]:
    """Newest first (ids are made in order of time); `after` is the last id of the page before.

    `overseen` lists other tenants' listings, as far as the current role's policies open them.
    """
    where, values = conditions(sql, filters)
    values = [work.owner, *values]
    if after is not None:
        values.append(after)
        where.append(f"l.id < ${len(values)}")
    values.append(limit)
    whose = "<>" if overseen else "="
    narrowed = "".join(f" and {clause}" for clause in where)
    rows: list[Row] = await work.connection.fetch(
        f"select {sql.seen}, l.tenant_id from {sql.table} l where l.tenant_id {whose} $1{narrowed} "  # noqa: S608 - ours
        f"order by l.id desc limit ${len(values)}",
        *values,
    )
    return rows


async def numbers(work: Work, sql: Statements) -> dict[str, int]:
    """How many of the tenant's own are in each status."""
    rows = await work.connection.fetch(
        f"select status, count(*) as many from {sql.table} where tenant_id = $1 group by status",  # noqa: S608 - ours
        work.owner,
    )
    return {row["status"]: row["many"] for row in rows}


def conditions(sql: Statements, filters: Filters) -> tuple[list[str], list[Any]]:
    """Clauses and values for the filters that are set, numbered from $2."""
    by_grade = "{} = any (l.grades)" if sql.table == "spec" else "l.grade = {}"
    wanted = (
        ("l.material = {}", filters.material),
        (by_grade, filters.grade),
        ("l.status = {}", filters.status.value if filters.status else None),
        ("l.prefecture = {}", filters.prefecture),
        ("l.window_until >= {}", filters.from_),
        ("l.window_from <= {}", filters.until),
    )
    given = [(clause, value) for clause, value in wanted if value is not None]
    return [clause.format(f"${i}") for i, (clause, _) in enumerate(given, 2)], [value for _, value in given]


async def revisions(work: Work, sql: Statements, listing: UUID, before: int, limit: int) -> list[Row]:
    """Newest first, below revision `before`."""
    rows: list[Row] = await work.connection.fetch(sql.revisions, work.owner, listing, before, limit)
    return rows


async def revision(work: Work, sql: Statements, listing: UUID, rev: int) -> Row | None:
    """One immutable revision."""
    return await work.connection.fetchrow(sql.revision, work.owner, listing, rev)


def _filed(assays: Sequence[NewAssay]) -> tuple[list[UUID], list[int], list[str], list[Any], list[str]]:
    return (
        [a.id for a in assays],
        [a.position for a in assays],
        [a.analyte for a in assays],
        [a.sampled_on for a in assays],
        [a.content for a in assays],
    )
