"""Organisations: one's own, and those in a coordinator's jurisdiction, which it verifies."""

from typing import Any
from uuid import UUID

import msgspec

from market.alerts import service as notices
from market.alerts.codes import Code
from market.parties import queries
from market.parties.errors import OwnOrganisation
from market.parties.structs import Organisation, OrganisationKind, OrganisationPage, Principal
from specs.kit import audit, idempotency, paging, wire
from specs.kit.errors import Forbidden, NotFound
from specs.kit.idempotency import Answer, Idempotency
from specs.kit.tenancy import Role, Work


async def read(work: Work, principal: Principal, organisation: UUID) -> Answer:
    """One's own, or as a coordinator one in the jurisdiction (audited). Raises NotFound."""
    if organisation != principal.tenant and principal.kind is OrganisationKind.COORDINATOR:
        await work.as_role(Role.COORDINATOR)
    row = await queries.organisation(work, organisation)
    if row is None:
        raise NotFound
    if organisation != principal.tenant:
        await audit.record(work, "oversee", "organisation", organisation)
    return _answer(row)


async def oneself(work: Work, key: UUID) -> Principal:
    """The tenant as a caller without any scope: for what goes on after its request. Raises NotFound."""
    row = await queries.organisation(work, work.owner)
    if row is None:
        raise NotFound
    return Principal(
        tenant=work.owner,
        kind=OrganisationKind(row["kind"]),
        verified=row["verified_at"] is not None,
        key=key,
        scopes=frozenset(),
    )


async def page(
    work: Work,
    principal: Principal,
    limit: int,
    cursor: str | None = None,
    *,
    verified: bool | None = None,
    kind: OrganisationKind | None = None,
) -> bytes:
    """One's own organisation; for a coordinator those of its jurisdiction (audited). Raises InvalidCursor."""
    coordinates = principal.kind is OrganisationKind.COORDINATOR
    if coordinates:
        await work.as_role(Role.COORDINATOR)
    scope = ("organisation", work.owner, verified, kind)
    after = paging.read(work.secret, scope, cursor, UUID) if cursor else None
    rows = await queries.organisations(work, after, limit + 1, verified, kind)
    if coordinates:
        await audit.record(work, "oversee", "organisation", None, limit=limit)
    more = paging.onward(work.secret, scope, rows, limit)
    return wire.encode(OrganisationPage(items=tuple(map(_shown, rows[:limit])), next_cursor=more))


async def verify(
    work: Work, principal: Principal, organisation: UUID, request: Idempotency | None = None, *, verified: bool = True
) -> Answer:
    """A coordinator vouches for an organisation of its jurisdiction, or takes that back; a change is told to it.

    Raises Forbidden for other kinds, OwnOrganisation, NotFound.
    """
    if principal.kind is not OrganisationKind.COORDINATOR:
        raise Forbidden({"kind": principal.kind.value})
    if organisation == principal.tenant:
        raise OwnOrganisation
    await work.as_role(Role.COORDINATOR)
    first = await idempotency.claim(work, request)
    if first is not None:
        return first
    row = await queries.organisation(work, organisation)
    if row is not None and (row["verified_at"] is not None) != verified:
        row = await queries.set_verified(work, organisation, work.at if verified else None)
        code = Code.ORGANISATION_VERIFIED if verified else Code.ORGANISATION_UNVERIFIED
        await notices.tell(work, organisation, code, {}, "organisation", organisation)
    if row is None:
        raise NotFound
    await audit.record(work, "verify" if verified else "unverify", "organisation", organisation)
    answer = _answer(row)
    await idempotency.keep(work, request, answer)
    return answer


def _answer(row: Any) -> Answer:
    body = wire.encode(_shown(row))
    return Answer(id=row["id"], rev=row["version"], version=row["version"], body=body)


def _shown(row: Any) -> Organisation:
    return msgspec.convert({k: v for k, v in row.items() if k != "version"}, Organisation)
