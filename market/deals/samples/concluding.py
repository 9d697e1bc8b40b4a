"""When every analyte is settled: the lot gains what was found, and the match is judged again, in one transaction."""

from collections.abc import Sequence
from typing import Any

import msgspec

from market.alerts.codes import Code
from market.deals.held import Held
from market.deals.machine import Actor
from market.deals.samples import agreed as agreements
from market.deals.samples import keeping, queries, rejudging
from market.deals.samples.machine import Act, State
from market.deals.samples.sample import Filed, HeldSample, filed
from market.deals.samples.settling import Payer
from market.deals.samples.structs import SettledAnalyte
from market.matches.current import Current
from matching.values import Assay
from specs.kit.tenancy import Work
from specs.lot import gaining

_TEXT = 300


async def conclude(  # noqa: PLR0917 - what a settlement is made of
    work: Work,
    deal: Held,
    before: HeldSample,
    after: HeldSample,
    act: Act,
    found: tuple[SettledAnalyte, ...],
    told: dict[str, Any],
    current: Current,
) -> HeldSample:
    """The sample is settled. As the engine, the deal locked; raises SampleRefused."""
    results = [filed(row) for row in await queries.results(work, deal.buyer, [after.id])]
    named = tuple(_named(one, after, results) for one in found)
    assays = [one.assay for one in named if one.assay is not None]
    rev = await gaining.gain(work, after.seller_tenant, after.lot_id, assays)
    leg = keeping.leg_of(deal, after)
    agreed = await agreements.of_leg(work, deal, leg)
    others = await rejudging.settled_assays(work, deal)
    others.setdefault(after.lot_id, []).extend(assays)
    judged = await rejudging.rejudged(work, deal, leg, after.lot_id, agreed, others, current)
    facts = msgspec.structs.replace(after.facts, settlement=named, judged=judged, lot_rev=rev)
    after = msgspec.structs.replace(after, state=State.SETTLED, facts=facts)
    payload = told | {"settlement": named, "lot_rev": rev, "before": judged.before, "after": judged.after}
    actor = Actor.UMPIRE if act is Act.DECIDE else None
    after = await keeping.take(work, deal, before, act, after, payload, actor)
    await keeping.tell(work, after, (deal.buyer, after.seller_tenant), Code.SAMPLE_SETTLED)
    await _bill(work, deal, after)
    if judged.fails:
        await keeping.tell(work, after, (deal.buyer, after.seller_tenant), Code.SAMPLE_FAILED)
    return after


async def _bill(work: Work, deal: Held, held: HeldSample) -> None:
    """Tell each side for which analytes it pays the umpire, alone or with the other."""
    for tenant, payer in ((deal.buyer, Payer.BUYER), (held.seller_tenant, Payer.SELLER)):
        owed = [one.analyte for one in held.facts.settlement if one.payer in (payer, Payer.SHARED)]
        if owed:
            await keeping.tell(work, held, (tenant,), Code.UMPIRE_OWED, analytes=owed)


def _named(one: SettledAnalyte, held: HeldSample, results: Sequence[Filed]) -> SettledAnalyte:
    """With where it comes from: the laboratories that took part, the seal, the method, and the day of sampling."""
    if one.assay is None:
        return one
    parts = [part for part in results if any(assay.analyte == one.analyte for assay in part.draft.assays)]
    sending = held.facts.sending
    assert sending is not None  # noqa: S101 - sent before
    assay = msgspec.structs.replace(
        one.assay,
        method=_method(one.analyte, parts),
        laboratory=" / ".join(dict.fromkeys(part.draft.laboratory for part in parts))[:_TEXT],
        sample=sending.seal,
        sampled_on=sending.sampled_on,
    )
    return msgspec.structs.replace(one, assay=assay)


def _method(analyte: str, parts: Sequence[Filed]) -> str | None:
    """Theirs, where all of them name the same one: evidence of two methods is of neither."""
    assays: list[Assay] = [assay for part in parts for assay in part.draft.assays if assay.analyte == analyte]
    methods = {assay.method for assay in assays}
    return methods.pop() if len(methods) == 1 else None
