"""The life of a freight table: set by a coordinator for prefectures of its own, changed by revisions that stay, and
withdrawn once. Every organisation may read all of it, since every price rests on it.
"""

from typing import Any
from uuid import UUID

import msgspec

from matching.fares import FreightTable
from specs.catalogue.loader import catalogue
from specs.freight import queries
from specs.freight.editions import Editions
from specs.freight.errors import FreightTableWithdrawn, NoTerritory, OutsideJurisdiction, TooManyFreightTables
from specs.freight.faults import draft_faults
from specs.freight.seen import found, head, listed, shipped
from specs.freight.structs import (
    MOST_OPEN,
    FreightTableDraft,
    FreightTableHead,
    FreightTableRevisions,
    TableStatus,
)
from specs.kit import audit, clock, idempotency, ids, paging, versions, wire
from specs.kit.errors import Invalid, NotFound
from specs.kit.idempotency import Answer, Idempotency
from specs.kit.tenancy import Role, Work
from specs.kit.versions import Versions

_KIND = "freight_table"
_CONTENT = msgspec.json.Decoder(FreightTable)
# how the audit and a refusal name all of Japan (ISO 3166)
JAPAN = ("JP",)


async def create(work: Work, draft: FreightTableDraft, request: Idempotency | None = None) -> Answer:
    """Goes on as role coordinator. Raises Invalid with every fault, NoTerritory, OutsideJurisdiction,
    TooManyFreightTables."""
    draft = _checked(work, draft)
    await _oversee(work, draft)
    first = await idempotency.claim(work, request)
    if first is not None:
        return first
    table = ids.new_id()
    if not await queries.create(work, table):
        raise TooManyFreightTables({"limit": MOST_OPEN})
    answer = await _revised(work, table, 1, draft, status=201)
    await idempotency.keep(work, request, answer)
    return answer


async def replace(work: Work, table: UUID, draft: FreightTableDraft, if_match: Versions) -> Answer:
    """A new revision. Goes on as role coordinator.

    Raises Invalid with every fault, NoTerritory, OutsideJurisdiction, FreightTableWithdrawn, VersionMismatch, NotFound.
    """
    draft = _checked(work, draft)
    await _oversee(work, draft)
    row = await _locked(work, table, if_match)
    await queries.turn(work, table, rev=row["rev"] + 1, status=TableStatus.ACTIVE)
    return await _revised(work, table, row["rev"] + 1, draft)


async def withdraw(work: Work, table: UUID, if_match: Versions = None, request: Idempotency | None = None) -> Answer:
    """Its prefectures go back to what else covers them, in the end to the shipped table. Goes on as role coordinator.

    Raises FreightTableWithdrawn, VersionMismatch, NotFound.
    """
    await work.as_role(Role.COORDINATOR)
    first = await idempotency.claim(work, request)
    if first is not None:
        return first
    row = await _locked(work, table, if_match)
    await queries.turn(work, table, rev=row["rev"], status=TableStatus.CANCELLED)
    await audit.record(work, "withdraw", _KIND, table, row["rev"])
    answer = await _written(work, table)
    await idempotency.keep(work, request, answer)
    return answer


async def read(work: Work, table: UUID) -> Answer:
    """The newest edition of anyone's. Goes on as role counterparty. Raises NotFound."""
    await work.as_role(Role.COUNTERPARTY)
    row = await queries.read(work, table)
    if row is None:
        raise NotFound
    return _answer(row)


async def revision(work: Work, table: UUID, rev: int) -> bytes:
    """One edition, as its stamp names it. Goes on as role counterparty. Raises NotFound."""
    await work.as_role(Role.COUNTERPARTY)
    row = await queries.read(work, table, rev)
    if row is None:
        raise NotFound
    return wire.encode(found(row, _CONTENT.decode(row["content"])))


async def revisions(work: Work, table: UUID, limit: int, cursor: str | None = None) -> bytes:
    """Every edition, newest first. Goes on as role counterparty. Raises NotFound, InvalidCursor."""
    scope = (_KIND, table)
    before = paging.read(work.secret, scope, cursor, int) if cursor else None
    await work.as_role(Role.COUNTERPARTY)
    rows = await queries.revisions(work, table, before, limit + 1)
    if not rows and cursor is None:
        raise NotFound
    more = paging.onward(work.secret, scope, rows, limit, "rev")
    items = tuple(head(row, _CONTENT.decode(row["content"])) for row in rows[:limit])
    return wire.encode(FreightTableRevisions(items=items, next_cursor=more))


async def own(work: Work) -> tuple[FreightTableHead, ...]:
    """The newest editions of the coordinator's own, the newest table first, withdrawn ones too. Goes on as role
    counterparty."""
    await work.as_role(Role.COUNTERPARTY)
    rows = await queries.own(work)
    return tuple(head(row, _CONTENT.decode(row["content"])) for row in rows)


async def page(work: Work, editions: Editions) -> bytes:
    """What prices today, the shipped table first, and what is to come. Goes on as role counterparty."""
    await work.as_role(Role.COUNTERPARTY)
    rows = await queries.in_force(work.connection)
    coming = [head(row, _CONTENT.decode(row["content"])) for row in await queries.coming(work)]
    return wire.encode(listed(rows, await editions.of(work.connection, rows), coming))


def of_catalogue() -> bytes:
    """The shipped table."""
    return wire.encode(shipped())


def _checked(work: Work, draft: FreightTableDraft) -> FreightTableDraft:
    today = clock.today(work.at)
    faults = tuple(draft_faults(draft, today, catalogue()))
    if faults:
        raise Invalid(faults=faults)
    return msgspec.structs.replace(draft, prefectures=tuple(sorted(draft.prefectures)), from_=draft.from_ or today)


async def _oversee(work: Work, draft: FreightTableDraft) -> None:
    await work.as_role(Role.COORDINATOR)
    everything, own = await queries.territory(work)
    if everything:
        return
    if not own:
        raise NoTerritory
    outside = tuple(code for code in draft.prefectures if code not in own) if draft.prefectures else JAPAN
    if outside:
        raise OutsideJurisdiction({"prefectures": list(outside)})


async def _locked(work: Work, table: UUID, if_match: Versions) -> Any:
    row = await queries.lock(work, table)
    if row is None:
        raise NotFound
    versions.check(row["version"], if_match)
    if row["status"] != TableStatus.ACTIVE:
        raise FreightTableWithdrawn
    return row


async def _revised(work: Work, table: UUID, rev: int, draft: FreightTableDraft, status: int = 200) -> Answer:
    await queries.revise(work, table, rev, draft)
    told = {"prefectures": draft.prefectures or JAPAN, "from": draft.from_}
    await audit.record(work, "create" if rev == 1 else "replace", _KIND, table, rev, **told)
    return msgspec.structs.replace(await _written(work, table), status=status)


async def _written(work: Work, table: UUID) -> Answer:
    """As it is read now. Goes on as role coordinator again."""
    answer = await read(work, table)
    await work.as_role(Role.COORDINATOR)
    return answer


def _answer(row: Any) -> Answer:
    body = wire.encode(found(row, _CONTENT.decode(row["content"])))
    return Answer(id=row["id"], rev=row["rev"], version=row["version"], body=body)
