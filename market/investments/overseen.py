"""A coordinator's run: all open listings that its policies open to it, and what could be built for them.

Which listings these are is asked under the coordinator's own role when the job runs, and audited as any other look of
a coordinator; what they are comes from the index. The result stays with the job, and is forgotten with it.
"""

from typing import Final

import msgspec

from market.allocations import queries
from market.investments.structs import (
    MOST_LOTS,
    MOST_OFFERS,
    MOST_SPECS,
    InvestmentOutcome,
    InvestmentTerms,
    KeptInvestments,
    OverseenMarket,
)
from market.matches.current import AnyListing, Current, Kind
from market.matches.errors import TooManyListings
from market.runs.structs import Claimed, Prepared
from market.steps.across import coarse_offer
from matching.listings import Spec
from matching.tariffs import Tariff
from matching.upgrading.offer import UpgradeOffer
from specs.kit import audit
from specs.kit.tenancy import Role, Work
from specs.kit.wire import encode
from specs.lot.structs import FiledLot
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
    await work.as_role(Role.COORDINATOR)
    specs = await _seen(work, job, "spec", terms, MOST_SPECS)
    lots = await _seen(work, job, "lot", terms, MOST_LOTS)
    await work.as_role(Role.ENGINE)
    await current.refresh(work.connection)
    open_ = [one for name in (*specs, *lots) if (one := current.find(name)) is not None]
    tariffs = await current.editions.in_force(work.connection)
    gathered = _gathered(open_, terms, job.language, tariffs)
    offers = await _offers(work, terms, {one.content.material for one in open_})
    return Prepared(KIND, msgspec.msgpack.encode(msgspec.structs.replace(gathered, offers=offers)))


async def _seen(work: Work, job: Claimed, kind: Kind, terms: InvestmentTerms, most: int) -> list[str]:
    found = await queries.overseen(work, kind, terms.material, most + 1)
    if len(found) > most:
        raise TooManyListings({"kind": kind, "limit": most})
    await audit.record(work, "oversee", kind, None, material=terms.material, job=job.id, listings=len(found))
    return found


async def _offers(work: Work, terms: InvestmentTerms, materials: set[str]) -> tuple[UpgradeOffer, ...]:
    """Of processors to all, coarse; a name that the coordinator uses itself means its own figures."""
    if not terms.open_offers or not materials:
        return ()
    named = {offer.id for offer in terms.offers}
    found = await open_for(work, materials, MOST_OFFERS - len(terms.offers))
    return tuple(coarse_offer(one.offer) for one in found if one.offer.id not in named)


def _gathered(
    listings: list[AnyListing], terms: InvestmentTerms, language: str, tariffs: tuple[Tariff, ...]
) -> OverseenMarket:
    return OverseenMarket(
        asked=terms,
        specs=tuple((one.id, one.owner, one.content) for one in listings if isinstance(one.content, Spec)),
        lots=tuple((one.id, one.owner, one.content) for one in listings if isinstance(one.content, FiledLot)),
        offers=(),
        language=language,
        tariffs=tariffs,
    )


async def conclude(_work: Work, _current: Current, job: Claimed, result: bytes) -> bytes:
    """The answer with how it was asked for, and what it comes to."""
    found = msgspec.json.decode(result, type=_Found)
    outcome = InvestmentOutcome(
        plants=len(found.items), value=found.items[0].value if found.items else None, base_value=found.base_value
    )
    return encode(KeptInvestments(asked=_TERMS.decode(job.input), outcome=outcome, investments=msgspec.Raw(result)))
