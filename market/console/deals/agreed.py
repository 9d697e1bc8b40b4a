"""The contract of a deal in words: what each recycler agreed to, with the steps and the message."""

import msgspec

from market.console.deals.whole import Whole
from market.console.terms.told import Line, Speaker
from market.console.text import Language
from market.deals.money import Amount
from specs.lot.seen import LotSeen


class AgreedLeg(msgspec.Struct, frozen=True, kw_only=True):
    """One recycler's: `bargain` before the amount that it comes to, `terms` after it."""

    title: LotSeen
    bargain: tuple[Line, ...]
    amount: Amount
    terms: tuple[Line, ...]
    message: str | None
    signed: bool


def agreed(found: Whole, language: Language) -> tuple[AgreedLeg, ...]:
    """Leg by leg; nothing before anything is agreed."""
    if found.contract is None:
        return ()
    speaker = Speaker(language, found.deal.spec.limits)
    titles = {leg.id: leg.lots[0].lot for leg in found.deal.legs}
    return tuple(
        AgreedLeg(
            title=titles[leg.leg_id],
            bargain=speaker.bargain(leg.price, leg.tonnes, leg.schedule),
            amount=leg.amount,
            terms=(
                *speaker.material(leg.relaxations, leg.steps),
                *speaker.contract(leg.terms, leg.price.currency),
            ),
            message=leg.message,
            signed=leg.signed,
        )
        for leg in found.contract.legs
    )
