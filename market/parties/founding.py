"""Founding an organisation as the owner of the database: the command line and the demo, never a request."""

from datetime import datetime
from typing import Any
from uuid import UUID

from market.parties import secrets
from market.parties.rights import SCOPES
from market.parties.structs import Jurisdiction, NewOrganisation, OrganisationDraft, OrganisationKind, Scope
from specs.kit import clock, ids

EVERYTHING = Jurisdiction(everything=True)


async def create_organisation(
    connection: Any,
    draft: OrganisationDraft,
    *,
    verified: bool = True,
    jurisdiction: Jurisdiction | None = None,
    id: UUID | None = None,  # noqa: A002 - the field's name
    at: datetime | None = None,
) -> NewOrganisation:
    """An organisation with one full-rights key, in one transaction on `capillary_owner`'s connection.

    A coordinator oversees everything unless a jurisdiction is given.
    """
    organisation, at = id or ids.new_id(), at or clock.now()
    async with connection.transaction():
        await connection.execute("select set_config('app.tenant_id', $1, true)", str(organisation))
        await connection.execute(
            """insert into organisation (id, kind, name, prefecture, verified_at, created_at)
               values ($1, $2, $3, $4, $5, $6)""",
            organisation,
            draft.kind.value,
            draft.name,
            draft.prefecture,
            at if verified else None,
            at,
        )
        if draft.kind is OrganisationKind.COORDINATOR:
            await set_jurisdiction(connection, organisation, jurisdiction or EVERYTHING)
        key = await issue_key(connection, organisation, SCOPES[draft.kind], "first key", at)
    return NewOrganisation(id=organisation, kind=draft.kind, name=draft.name, verified=verified, api_key=key)


async def set_jurisdiction(connection: Any, coordinator: UUID, jurisdiction: Jurisdiction) -> None:
    """Replace what a coordinator oversees; inside a transaction whose tenant is the coordinator."""
    await connection.execute("delete from jurisdiction where tenant_id = $1", coordinator)
    rows: list[tuple[UUID, UUID, bool, str | None, UUID | None]] = (
        [(coordinator, ids.new_id(), jurisdiction.everything, None, None)] if jurisdiction.everything else []
    )
    rows += [(coordinator, ids.new_id(), False, prefecture, None) for prefecture in jurisdiction.prefectures]
    rows += [(coordinator, ids.new_id(), False, None, member) for member in jurisdiction.members]
    await connection.executemany(
        "insert into jurisdiction (tenant_id, id, everything, prefecture, member_id) values ($1, $2, $3, $4, $5)", rows
    )


async def issue_key(connection: Any, organisation: UUID, scopes: frozenset[Scope], name: str, at: datetime) -> str:
    """A new key, returned the only time that anyone sees it; inside a transaction of that tenant."""
    key = secrets.fresh()
    await connection.execute(
        """insert into api_key (tenant_id, id, name, prefix, digest, scopes, created_at)
           values ($1, $2, $3, $4, $5, $6, $7)""",
        organisation,
        ids.new_id(),
        name,
        key[: secrets.SHOWN],
        secrets.digest(key),
        sorted(s.value for s in scopes),
        at,
    )
    return key
