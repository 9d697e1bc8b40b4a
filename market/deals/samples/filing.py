"""Results are filed under seal: neither side reads the other's until both have filed, and then both do at once."""

import secrets
from collections.abc import Sequence

import msgspec

from market.alerts.codes import Code
from market.deals import queries as deals
from market.deals.held import Held
from market.deals.machine import Actor
from market.deals.samples import agreed as agreements
from market.deals.samples import concluding, keeping, queries
from market.deals.samples.findings import certificate, filing_faults, settled
from market.deals.samples.machine import Act, State
from market.deals.samples.moving import refuse
from market.deals.samples.sample import Filed, HeldSample, filed, sealed
from market.deals.samples.structs import ResultDraft, SettledAnalyte, Wanted
from market.matches.current import Current
from matching.fault import leaves
from matching.listings import Lot
from matching.measure_faults import assay_faults
from matching.reference import Catalogue
from specs.kit.tenancy import Work

SALT_BYTES = 16


async def file(work: Work, deal: Held, before: HeldSample, draft: ResultDraft, current: Current) -> HeldSample:
    """One side's result; with the second one the sample is settled or goes to an umpire.

    Raises SampleRefused, Invalid.
    """
    keeping.check(deal, before, Act.FILE, deal.actor)
    lot = (await agreements.of_leg(work, deal, keeping.leg_of(deal, before))).lots[before.lot_id]
    check(draft, before.facts.wanted, lot, current.catalogue)
    new = await _add(work, deal, before, draft, deal.actor)
    sides = tuple(sorted((*before.filed, deal.actor)))
    after = msgspec.structs.replace(before, filed=sides)
    told = {"side": deal.actor, "digest": new.digest.hex()}
    if len(sides) == 1:
        after = await keeping.take(work, deal, before, Act.FILE, after, told)
        await keeping.tell(work, after, keeping.others(deal, after), Code.SAMPLE_FILED)
        return after
    found = await settlement(work, deal, after, lot, current.catalogue)
    after = msgspec.structs.replace(after, opened_at=work.at)
    if all(one.how is not None for one in found):
        return await concluding.conclude(work, deal, before, after, Act.FILE, found, told, current)
    facts = msgspec.structs.replace(after.facts, settlement=found)
    after = msgspec.structs.replace(after, state=State.TO_UMPIRE, facts=facts)
    after = await keeping.take(work, deal, before, Act.FILE, after, told | {"settlement": found})
    both = (deal.buyer, after.seller_tenant)
    overseers = await deals.overseers(work, deal.prefectures, deal.parties)
    analytes = [one.analyte for one in found if one.how is None]
    await keeping.tell(work, after, (*both, *overseers), Code.SAMPLE_TO_UMPIRE, analytes=analytes)
    return after


async def decide(work: Work, deal: Held, before: HeldSample, draft: ResultDraft, current: Current) -> HeldSample:
    """The umpire's result for what is in dispute; everything is settled then. Raises SampleRefused, Invalid."""
    keeping.check(deal, before, Act.DECIDE, Actor.UMPIRE)
    lot = (await agreements.of_leg(work, deal, keeping.leg_of(deal, before))).lots[before.lot_id]
    check(draft, in_dispute(before), lot, current.catalogue)
    new = await _add(work, deal, before, draft, Actor.UMPIRE)
    found = await settlement(work, deal, before, lot, current.catalogue)
    told = {"side": Actor.UMPIRE, "digest": new.digest.hex()}
    return await concluding.conclude(work, deal, before, before, Act.DECIDE, found, told, current)


def check(draft: ResultDraft, wanted: Sequence[Wanted], lot: Lot, catalogue: Catalogue) -> None:
    """Raises Invalid with every fault."""
    refuse(leaves(draft))
    refuse(*(assay_faults(f"/assays/{i}", assay, catalogue) for i, assay in enumerate(draft.assays)))
    refuse(filing_faults(wanted, draft.assays, lot, catalogue))


def in_dispute(held: HeldSample) -> tuple[Wanted, ...]:
    """The analytes on which the sides differ by more than the limit."""
    agreed_ones = {one.analyte for one in held.facts.settlement if one.how is not None}
    return tuple(one for one in held.facts.wanted if one.analyte not in agreed_ones)


async def settlement(
    work: Work, deal: Held, held: HeldSample, lot: Lot, catalogue: Catalogue
) -> tuple[SettledAnalyte, ...]:
    """Of all that was filed; as the engine."""
    by_side = {one.side: one for one in map(filed, await queries.results(work, deal.buyer, [held.id]))}
    wanted = held.facts.wanted
    buyer, seller = (
        certificate(wanted, by_side[side].draft.assays, lot, catalogue) for side in (Actor.BUYER, Actor.SELLER)
    )
    umpire = by_side.get(Actor.UMPIRE)
    if umpire is None:
        return tuple(settled(one, buyer, seller, None) for one in wanted)
    disputed = in_dispute(held)
    decided = certificate(disputed, umpire.draft.assays, lot, catalogue)
    return tuple(settled(one, buyer, seller, decided if one in disputed else None) for one in wanted)


async def _add(work: Work, deal: Held, held: HeldSample, draft: ResultDraft, side: Actor) -> Filed:
    salt = secrets.token_bytes(SALT_BYTES)
    new = Filed(side=side, tenant=work.owner, draft=draft, salt=salt, digest=sealed(draft, salt), filed_at=work.at)
    await queries.file(work, deal, held, new)
    return new
