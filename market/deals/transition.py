"""Carrying a deal from one state to the next: checked against the table, saved, and written into the deal's chain."""

from typing import Any, NoReturn
from uuid import UUID

import msgspec

from market.deals import machine, queries, telling
from market.deals.errors import OwnDeal, TransitionRefused
from market.deals.held import Held, held
from market.deals.machine import Act, Actor, Turn
from market.documents import service as documents
from market.parties.structs import OrganisationKind, Principal
from specs.kit import audit, chain, versions
from specs.kit.errors import NotFound
from specs.kit.tenancy import Role, Work
from specs.kit.versions import Versions


async def read(work: Work, principal: Principal, deal: UUID) -> Held:
    """As a party, or as a coordinator who oversees it (audited). Goes on as role engine. Raises NotFound."""
    return await _whole(work, await _shown(work, principal, deal), principal.tenant)


async def _shown(work: Work, principal: Principal, deal: UUID) -> Any:
    """The row as the caller's own policies show it. Goes on as role engine. Raises NotFound."""
    coordinates = principal.kind is OrganisationKind.COORDINATOR
    if coordinates:
        await work.as_role(Role.COORDINATOR)
    row = await queries.read(work, deal)
    if row is None:
        raise NotFound
    if coordinates:
        await audit.record(work, "oversee", "deal", deal)
    await work.as_role(Role.ENGINE)
    return row


async def lock(work: Work, principal: Principal, deal: UUID, if_match: Versions = None) -> Held:
    """As `read`, and nobody else changes it until the transaction ends. Raises NotFound, VersionMismatch."""
    await _shown(work, principal, deal)
    row = await queries.lock(work, deal)
    if row is None:
        raise NotFound
    locked = await _whole(work, row, principal.tenant)
    if if_match is not None:
        versions.check((await queries.stamp(work, locked)).version, if_match)
    return locked


async def of(work: Work, deal: UUID) -> Held:
    """A deal for one who was shown something of it by itself; as the engine, not locked. Raises NotFound."""
    row = await queries.read(work, deal)
    if row is None:
        raise NotFound
    return await _whole(work, row, None)


async def again(work: Work, deal: Held) -> Held:
    """A deal that is locked already, as it is now; as the engine."""
    return await _whole(work, await queries.lock(work, deal.id), deal.caller)


async def lock_as_system(work: Work, deal: UUID) -> Held:
    """For what passes by itself, as the engine. Raises NotFound."""
    row = await queries.lock(work, deal)
    if row is None:
        raise NotFound
    return await _whole(work, row, None)


def check(deal: Held, act: Act) -> machine.Transition:
    """Whether the table lets the caller do it now. Raises TransitionRefused."""
    return machine.check(act, deal.status, deal.seen_turn, deal.actor)


def refuse(deal: Held, act: Act, turn: Turn | None = None) -> NoReturn:
    """What the table allows in general and the case does not. Raises TransitionRefused."""
    turn = deal.seen_turn if turn is None else turn
    allowed = [one.value for one in machine.allowed(deal.status, turn, deal.actor) if one is not act]
    raise TransitionRefused({"act": act.value, "status": deal.status.value, "turn": turn.value, "allowed": allowed})


async def take(work: Work, before: Held, act: Act, after: Held, payload: Any, *, leg: UUID | None = None) -> Held:
    """Save `after` and append the event; of a leg's event only the buyer and that recycler read, and the others no more
    than where the deal went by it.

    Raises TransitionRefused, OwnDeal.
    """
    step = check(before, act)
    if before.actor is Actor.COORDINATOR and before.caller in before.parties:
        raise OwnDeal
    if after.status not in step.ends(before.status):
        raise RuntimeError(f"{act} may not lead to {after.status}")
    after = msgspec.structs.replace(after, version=before.version + 1, updated_at=work.at)
    await queries.save(work, before, after)
    if after.status.over:
        await queries.end_offers(work, after)
    moved = {"from": before.status, "to": after.status}
    await note(work, after, act, {**moved, "turn": after.turn_on(leg), "what": payload}, leg)
    others = _elsewhere(after, leg)
    if others and (before.status, before.names_open) != (after.status, after.names_open):
        await note_for(work, after, act, moved, others)
    await telling.tell(work, before, after, act, leg)
    if after.names_open and not before.names_open:
        await documents.open_names(work, [after.id])
    return after


async def note(work: Work, deal: Held, action: str, payload: Any, leg: UUID | None = None) -> None:
    """One event in the deal's chain, for all parties or for those of one leg."""
    seller = next((one.seller_tenant for one in deal.legs if one.id == leg), None)
    await note_for(work, deal, action, payload, deal.parties if seller is None else (deal.buyer, seller))


def _elsewhere(deal: Held, leg: UUID | None) -> tuple[UUID, ...]:
    """The recyclers whom an event of a leg is nothing to."""
    return () if leg is None else tuple(one.seller_tenant for one in deal.legs if one.id != leg)


async def note_for(work: Work, deal: Held, action: str, payload: Any, audience: tuple[UUID, ...]) -> None:
    """One event in the deal's chain, for these parties."""
    await chain.append(
        work,
        chain.Entry(
            chain=deal.id, action=f"deal.{action}", object_kind="deal", object_id=deal.id, audience=audience,
            payload=payload,
        ),
    )  # fmt: skip


async def _whole(work: Work, row: Any, caller: UUID | None) -> Held:
    legs, lots = await queries.legs(work, row["tenant_id"], row["id"])
    return held(row, legs, lots, caller)
