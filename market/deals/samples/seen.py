"""Samples as their readers see them: results as far as they are open, names as far as those are."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from market.deals import queries as deals
from market.deals.held import Held
from market.deals.machine import Actor, Status
from market.deals.samples import filing, machine
from market.deals.samples.machine import State
from market.deals.samples.sample import Filed, HeldSample
from market.deals.samples.structs import FiledResult, Rejudged, Sample, UmpireSample, Wanted
from market.deals.structs import Named
from market.matches.across import told_to_seller
from matching.explain import explain
from matching.reference import Catalogue
from specs.kit.tenancy import Work


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """What a sample is shown with: what its reader may see of the results, names, and which lots are still open."""

    results: dict[UUID, tuple[Filed, ...]]
    names: dict[UUID, str]
    open_lots: frozenset[tuple[UUID, UUID]]


def around(results: dict[UUID, list[Filed]], names: dict[UUID, str], every: Sequence[HeldSample]) -> Around:
    """Of all samples of a deal."""
    return Around(
        results={sample: tuple(found) for sample, found in results.items()},
        names=names,
        open_lots=frozenset((one.leg_id, one.lot_id) for one in every if not one.state.over),
    )


def sample(deal: Held, held: HeldSample, known: Around, language: str, catalogue: Catalogue) -> Sample:
    """For a party or a coordinator."""
    facts = held.facts
    return Sample(
        id=held.id,
        leg_id=held.leg_id,
        lot_id=held.lot_id,
        no=held.no,
        state=held.state,
        turn=_turn(deal, held),
        allowed=_allowed(deal, held, deal.actor),
        analytes=facts.wanted,
        taken=facts.taken,
        message=facts.message,
        sending=facts.sending,
        receiving=facts.receiving,
        filed=held.filed,
        results=tuple(_result(one) for one in known.results.get(held.id, ())),
        proposed_umpires=facts.proposed,
        umpire=None if held.umpire is None else Named(organisation_id=held.umpire, name=known.names[held.umpire]),
        settlement=facts.settlement,
        provisional=held.state is not State.SETTLED or (held.leg_id, held.lot_id) in known.open_lots,
        judged=_told(facts.judged, deal.actor, language, catalogue),
        lot_rev=facts.lot_rev,
        reason=facts.reason,
        created_at=held.created_at,
        updated_at=held.updated_at,
    )


async def for_umpire(work: Work, deal: Held, held: HeldSample, own: Filed | None) -> UmpireSample:
    """For the laboratory that was asked; as the engine.

    That a deal is agreed opens names to its sides; to a third party only they themselves do.
    """
    sides = (deal.buyer, held.seller_tenant)
    names = await deals.names(work, sides) if set(sides) <= set(deal.names_opened) else {}
    buyer, seller = (Named(organisation_id=one, name=names[one]) if one in names else None for one in sides)
    sending = held.facts.sending
    return UmpireSample(
        id=held.id,
        state=held.state,
        turn=_turn(deal, held),
        allowed=_allowed(deal, held, Actor.UMPIRE),
        material=deal.material,
        analytes=filing.in_dispute(held) if own is None else _decided(held, own),
        taken=held.facts.taken,
        seal=sending.seal if sending else None,
        sampled_on=sending.sampled_on if sending else None,
        buyer=buyer,
        seller=seller,
        result=None if own is None else _result(own),
        updated_at=held.updated_at,
    )


def _turn(deal: Held, held: HeldSample) -> machine.Turn:
    """Nobody's where the deal has gone on, or ended."""
    return machine.turn(held.state, held.filed) if deal.status is Status.SAMPLING else machine.Turn.NOBODY


def _allowed(deal: Held, held: HeldSample, actor: Actor) -> tuple[machine.Act, ...]:
    return machine.allowed(held.state, held.filed, actor) if deal.status is Status.SAMPLING else ()


def _decided(held: HeldSample, own: Filed) -> tuple[Wanted, ...]:
    given = {assay.analyte for assay in own.draft.assays}
    return tuple(one for one in held.facts.wanted if one.analyte in given)


def _result(one: Filed) -> FiledResult:
    return FiledResult(
        side=one.side,
        laboratory=one.draft.laboratory,
        measured_on=one.draft.measured_on,
        assays=one.draft.assays,
        filed_at=one.filed_at,
        salt=one.salt.hex(),
        digest=one.digest.hex(),
    )


def _told(found: Rejudged | None, reader: Actor, language: str, catalogue: Catalogue) -> Rejudged | None:
    if found is None:
        return None
    evaluation = told_to_seller(found.evaluation) if reader is Actor.SELLER else found.evaluation
    return msgspec.structs.replace(found, evaluation=explain(evaluation, language, catalogue))
