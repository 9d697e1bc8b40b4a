"""Reading a tender under the caller's own policies, holding it, and writing what was done to it into its chain."""

from typing import Any
from uuid import UUID

import msgspec

from market.alerts import service as notices
from market.alerts.codes import Code
from market.parties.structs import OrganisationKind, Principal
from market.tenders import queries
from market.tenders.held import Held, held
from specs.kit import audit, chain, versions
from specs.kit.errors import NotFound
from specs.kit.tenancy import Role, Work
from specs.kit.versions import Versions


async def read(work: Work, principal: Principal, tender: UUID) -> Held:
    """As its buyer, one who is invited, or a coordinator who oversees it (audited). Goes on as role engine.

    Raises NotFound.
    """
    coordinates = principal.kind is OrganisationKind.COORDINATOR
    if coordinates:
        await work.as_role(Role.COORDINATOR)
    row = await queries.read(work, tender)
    if row is None:
        raise NotFound
    if coordinates:
        await audit.record(work, "oversee", "tender", tender)
    await work.as_role(Role.ENGINE)
    return held(row, principal.tenant)


async def lock(work: Work, principal: Principal, tender: UUID, if_match: Versions = None) -> Held:
    """As `read`, and nobody else bids or changes it until the transaction ends. Raises NotFound, VersionMismatch."""
    await read(work, principal, tender)
    found = held(await queries.lock(work, tender), principal.tenant)
    versions.check(found.version, if_match)
    return found


async def share(work: Work, principal: Principal, tender: UUID) -> Held:
    """As `read`, and it stays as it is until the transaction ends, while others may bid too. Raises NotFound."""
    await read(work, principal, tender)
    return held(await queries.share(work, tender), principal.tenant)


async def save(work: Work, tender: Held, **changes: Any) -> Held:
    """With these changes, as its next version; as the engine, locked."""
    after = msgspec.structs.replace(tender, **changes, version=tender.version + 1, updated_at=work.at)
    await queries.save(work, after)
    return after


async def note(work: Work, tender: Held, action: str, audience: tuple[UUID, ...], payload: Any) -> None:
    """One event in the tender's chain, for these to read."""
    await chain.append(
        work,
        chain.Entry(
            chain=tender.id,
            action=f"tender.{action}",
            object_kind="tender",
            object_id=tender.id,
            audience=audience,
            payload=payload,
        ),
    )


async def tell(work: Work, tender: Held, code: Code, tenants: tuple[UUID, ...]) -> None:
    """Of each kind of news a tenant is told once."""
    told = {"material": tender.material}
    for tenant in tenants:
        dedupe = f"{code.value} {tender.id}"
        await notices.tell(work, tenant, code, dict(told), "tender", tender.id, dedupe=dedupe)
