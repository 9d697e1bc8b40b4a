"""The life of a permit: declared by its holder, checked by a coordinator of the place, changed under its version.

A check is of one content: the first change takes it away. Every change, and every look of a coordinator, is audited;
changes are also events in the chain of the permit, which the holder and whoever checked it read.
"""

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from market.alerts import service as notices
from market.alerts.codes import Code
from market.parties.structs import OrganisationKind, Principal
from market.permits import queries
from market.permits.errors import OwnPermit, PermitWithdrawn
from market.permits.structs import Check, CheckDraft, OverseenPermit, OverseenPermits, PermitListing, PermitPage
from matching.fault import Fault, leaves
from matching.permits.faults import permit_faults
from matching.permits.numbers import parts, prefecture_of
from matching.permits.permit import HeldPermit, Outcome, Permit
from matching.permits.validity import days_left, state
from specs.catalogue.loader import catalogue
from specs.kit import audit, chain, clock, idempotency, ids, paging, versions, wire
from specs.kit.errors import Invalid, NotFound, Params
from specs.kit.idempotency import Answer, Idempotency
from specs.kit.tenancy import Role, Work
from specs.kit.versions import Versions
from specs.listing.structs import Status

_KIND: Final = "permit"
# as long before the end of a permit it is shown as ending
ENDING: Final = timedelta(days=60)
_CONTENT = msgspec.json.Decoder(Permit)


async def create(work: Work, draft: Permit, request: Idempotency | None = None) -> Answer:
    """Raises Invalid with every fault."""
    content = _checked(draft)
    first = await idempotency.claim(work, request)
    if first is not None:
        return first
    row = await queries.create(work, ids.new_id(), draft, content)
    await _note(work, "create", row)
    answer = _answer(work, row, status=201)
    await idempotency.keep(work, request, answer)
    return answer


async def read(work: Work, principal: Principal, permit_id: UUID) -> Answer:
    """One's own, or as a coordinator one of the jurisdiction (audited). Raises NotFound."""
    own = await queries.read(work, permit_id)
    if own is not None:
        return _answer(work, own)
    row = None
    if principal.kind is OrganisationKind.COORDINATOR:
        await work.as_role(Role.COORDINATOR)
        row = await queries.elsewhere(work, permit_id)
    if row is None:
        raise NotFound
    await audit.record(work, "oversee", _KIND, permit_id, row["version"], owner=row["tenant_id"])
    return _answer(work, row)


async def page(
    work: Work, principal: Principal, limit: int, cursor: str | None = None, *, checked: bool | None = None
) -> bytes:
    """One's own, newest first, withdrawn ones too; for a coordinator those of its jurisdiction that are not (audited).

    Raises InvalidCursor.
    """
    coordinates = principal.kind is OrganisationKind.COORDINATOR
    if coordinates:
        await work.as_role(Role.COORDINATOR)
    scope = (_KIND, work.owner, checked)
    after = paging.read(work.secret, scope, cursor, UUID) if cursor else None
    rows = await queries.page(work, after, limit + 1, checked, own=not coordinates)
    more = paging.onward(work.secret, scope, rows, limit)
    shown = tuple(_shown(work, row) for row in rows[:limit])
    if not coordinates:
        return wire.encode(PermitPage(items=shown, next_cursor=more))
    await audit.record(work, "oversee", _KIND, None, limit=limit, checked=checked)
    overseen = tuple(one for one in shown if isinstance(one, OverseenPermit))
    return wire.encode(OverseenPermits(items=overseen, next_cursor=more))


async def ending(work: Work, principal: Principal, limit: int) -> tuple[PermitListing, ...]:
    """Permits that end within `ENDING`, or ended lately: one's own, or those of the jurisdiction (audited)."""
    coordinates = principal.kind is OrganisationKind.COORDINATOR
    if coordinates:
        await work.as_role(Role.COORDINATOR)
        await audit.record(work, "oversee", _KIND, None, limit=limit)
    rows = await queries.ending(work, clock.today(work.at) + ENDING, limit, own=not coordinates)
    return tuple(_shown(work, row) for row in rows)


async def of(work: Work, principal: Principal, holder: UUID, limit: int) -> tuple[PermitListing, ...]:
    """What an organisation holds, the first to end first: one's own, or as a coordinator one's of the jurisdiction
    (audited)."""
    if holder != principal.tenant:
        await work.as_role(Role.COORDINATOR)
        await audit.record(work, "oversee", _KIND, None, limit=limit, holder=holder)
    return tuple(_shown(work, row) for row in await queries.of(work, holder, limit))


async def patch(work: Work, permit_id: UUID, body: bytes, if_match: Versions) -> Answer:
    """Merge (RFC 7396); what was checked is so no more. Raises msgspec.DecodeError and its ValidationError, Invalid,
    VersionMismatch, PermitWithdrawn, NotFound."""
    row = await _locked(work, permit_id, if_match)
    changed = _CONTENT.decode(wire.encode(wire.merged(wire.plain(row["content"]), wire.plain(body))))
    after = await queries.patch(work, permit_id, changed, _checked(changed))
    await _note(work, "patch", after, before=row)
    return _answer(work, after)


async def withdraw(
    work: Work, permit_id: UUID, if_match: Versions = None, request: Idempotency | None = None
) -> Answer:
    """Active to cancelled. Raises PermitWithdrawn, VersionMismatch, NotFound."""
    first = await idempotency.claim(work, request)
    if first is not None:
        return first
    await _locked(work, permit_id, if_match)
    row = await queries.withdraw(work, permit_id)
    await _note(work, "withdraw", row)
    answer = _answer(work, row)
    await idempotency.keep(work, request, answer)
    return answer


async def check(
    work: Work,
    permit_id: UUID,
    found: CheckDraft,
    if_match: Versions = None,
    request: Idempotency | None = None,
) -> Answer:
    """A coordinator of the place confirms or refuses what was declared; the newest check counts.

    Raises Invalid, OwnPermit, PermitWithdrawn, VersionMismatch, NotFound.
    """
    today = clock.today(work.at)
    faults = (*leaves(found), *_later(found, today))
    if faults:
        raise Invalid(faults=faults)
    if await queries.read(work, permit_id) is not None:
        raise OwnPermit
    await work.as_role(Role.COORDINATOR)
    first = await idempotency.claim(work, request)
    if first is not None:
        return first
    await _locked(work, permit_id, if_match)
    row = await queries.check(work, permit_id, found, found.checked_on or today)
    await _note(work, "check", row)
    await _tell(work, row)
    answer = _answer(work, row)
    await idempotency.keep(work, request, answer)
    return answer


def _later(found: CheckDraft, today: date) -> tuple[Fault, ...]:
    if found.checked_on is None or found.checked_on <= today:
        return ()
    return (Fault("/checked_on", "check_in_future", {"given": found.checked_on.isoformat()}),)


async def _locked(work: Work, permit_id: UUID, if_match: Versions) -> Any:
    row = await queries.lock(work, permit_id)
    if row is None:
        raise NotFound
    versions.check(row["version"], if_match)
    if row["status"] != Status.ACTIVE:
        raise PermitWithdrawn
    return row


async def _note(work: Work, action: str, row: Any, before: Any = None) -> None:
    """In the audit trail of who acts, and in the chain of the permit."""
    owner = row["tenant_id"]
    await audit.record(work, action, _KIND, row["id"], row["version"], owner=owner)
    told = {"before": before and msgspec.Raw(before["content"].encode()), "after": msgspec.Raw(row["content"].encode())}
    found = _check(row)
    entry = chain.Entry(
        chain=row["id"],
        action=f"{_KIND}.{action}",
        object_kind=_KIND,
        object_id=row["id"],
        audience=(owner, work.owner),
        payload={**told, "check": found, "version": row["version"]},
    )
    await chain.append(work, entry)


async def _tell(work: Work, row: Any) -> None:
    """Its holder learns what a check found."""
    permit = _CONTENT.decode(row["content"])
    code = Code.PERMIT_CONFIRMED if row["outcome"] == Outcome.CONFIRMED else Code.PERMIT_REFUSED
    params: Params = {
        "number": permit.number or permit.kind,
        "permit": permit.kind,
    }
    await notices.tell(work, row["tenant_id"], code, params, _KIND, row["id"])


def _checked(permit: Permit) -> str:
    """The content of a row. Raises Invalid."""
    faults = permit_faults(permit, catalogue())
    if faults:
        raise Invalid(faults=faults)
    return wire.encode(permit).decode()


def _check(row: Any) -> Check | None:
    if row["outcome"] is None:
        return None
    return msgspec.convert({name: row[name] for name in Check.__struct_fields__}, Check)


def _shown(work: Work, row: Any) -> PermitListing:
    """Whole for its holder; with whose it is for anyone else."""
    rules, today = catalogue().permits, clock.today(work.at)
    permit, found = _CONTENT.decode(row["content"]), _check(row)
    declared = msgspec.structs.asdict(permit)
    taken = parts(permit.number or "") if permit.kind in rules.numbered else None
    kind = rules.kinds[permit.kind]
    shape, whose = (PermitListing, {}) if row["tenant_id"] == work.owner else (
        OverseenPermit, {"organisation_id": row["tenant_id"]}
    )  # fmt: skip
    return shape(
        **declared,
        **whose,
        id=row["id"],
        status=Status(row["status"]),
        state=state(HeldPermit(**declared, outcome=found.outcome if found else None), today),
        days_left=days_left(permit, today),
        holds_in=(prefecture_of(taken.authority, rules) if taken else None) or permit.prefecture,
        check=found,
        documents=tuple(row["documents"]),
        src=kind.src,
        flag=kind.flag,
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def _answer(work: Work, row: Any, status: int = 200) -> Answer:
    body = wire.encode(_shown(work, row))
    return Answer(id=row["id"], rev=row["version"], version=row["version"], body=body, status=status)
