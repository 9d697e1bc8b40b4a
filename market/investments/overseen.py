"""A coordinator's run: all open listings that its policies open to it, and what could be built for them."""

from typing import Final

import msgspec

from market.investments.structs import (
    MOST_OFFERS,
    InvestmentOutcome,
    InvestmentTerms,
    KeptInvestments,
    OverseenMarket,
)
from market.matches.current import Current
from market.oversight.gathering import overseen
from market.runs.structs import Claimed, Prepared
from market.steps.across import coarse_offer
from matching.upgrading.offer import UpgradeOffer
from specs.kit.tenancy import Work
from specs.kit.wire import encode
from specs.offer.service import open_for

KIND: Final = "investment_run"
_TERMS: Final = msgspec.json.Decoder(InvestmentTerms)


class _Item(msgspec.Struct, frozen=True):
    value: float


class _Found(msgspec.Struct, frozen=True):
    """What is read of the answer here."""

    items: tuple[_Item, ...]
    base_value: float


async def prepare(work: Work, current: Current, job: Claimed) -> Prepared:
    """The listings as they are when the job runs. Goes on under another role. Raises TooManyListings."""
    terms = _TERMS.decode(job.input)
    listings = await overseen(work, current, job, terms.material)
    offers = await _offers(work, terms, listings.materials)
    return Prepared(KIND, msgspec.msgpack.encode(OverseenMarket(terms, listings, offers)))


async def _offers(work: Work, terms: InvestmentTerms, materials: set[str]) -> tuple[UpgradeOffer, ...]:
    """Of processors to all, coarse; a name that the coordinator uses itself means its own figures."""
    if not terms.open_offers or not materials:
        return ()
    named = {offer.id for offer in terms.offers}
    found = await open_for(work, materials, MOST_OFFERS - len(terms.offers))
    return tuple(coarse_offer(one.offer) for one in found if one.offer.id not in named)


async def conclude(_work: Work, _current: Current, job: Claimed, result: bytes) -> bytes:
    """The answer with how it was asked for, and what it comes to."""
    found = msgspec.json.decode(result, type=_Found)
    outcome = InvestmentOutcome(
        plants=len(found.items), value=found.items[0].value if found.items else None, base_value=found.base_value
    )
    return encode(KeptInvestments(asked=_TERMS.decode(job.input), outcome=outcome, investments=msgspec.Raw(result)))
