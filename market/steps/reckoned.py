"""The processors' offers that someone may reckon with beside those that it was made itself."""

from collections.abc import Sequence

from market.steps.across import coarse_offer
from matching.upgrading.offer import UpgradeOffer
from specs.kit.tenancy import Work
from specs.offer.service import open_for


async def open_beside(
    work: Work, material: str, own: Sequence[UpgradeOffer], *, most: int
) -> tuple[tuple[UpgradeOffer, int], ...]:
    """What processors offer to all, coarse, each with how many firms offer its step there; `most` with one's own.

    Goes on as role counterparty.
    """
    named = {offer.id for offer in own}
    found = await open_for(work, (material,), most - len(own))
    return tuple((coarse_offer(one.offer), one.firms) for one in found if one.offer.id not in named)
