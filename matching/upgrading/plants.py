"""What a plant that does not exist yet would be like: as a processor offers elsewhere, or as published of the step.

Of a step that was only published, the worst ends count, and only a step with a yield and a removal in numbers is a
plant at all. Its fee is not published, so it is left out, and what it may cost at most is the answer.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

import msgspec

from matching.reference import Catalogue, Gives, Step
from matching.upgrading.claims import Published, published
from matching.upgrading.offer import Removal, UpgradeOffer
from matching.values import Place, Price

# a plant is as large as it need be: its size is part of the answer
_BOUNDLESS = 1e12


class Plant(msgspec.Struct, frozen=True):
    """An offer without a place; `offer` is the processor's whose figures it has, else they are published."""

    like: UpgradeOffer
    offer: str | None
    figures: tuple[Published, ...] = ()

    def at(self, place: Place) -> UpgradeOffer:
        """The same plant somewhere."""
        return msgspec.structs.replace(self.like, location=place, capacity_tonnes=_BOUNDLESS)


def plants(offers: Iterable[UpgradeOffer], catalogue: Catalogue) -> Iterator[Plant]:
    """Offers in order of id, then steps in the order of the catalogue."""
    for offer in sorted(offers, key=lambda one: one.id):
        yield Plant(offer, offer.id)
    for step in catalogue.steps.values():
        if (plant := _published(step, catalogue)) is not None:
            yield plant


def _published(step: Step, catalogue: Catalogue) -> Plant | None:
    yields, removals = step.published(Gives.YIELD), step.published(Gives.REMOVAL)
    if not yields or not removals:
        return None
    analytes = dict.fromkeys(code for figure in removals for code in figure.of)
    claims = {code: min(f.low for f in step.published(Gives.REMOVAL, code)) / 100.0 for code in analytes}
    like = UpgradeOffer(
        id=step.code,
        step=step.code,
        location=Place(prefecture=min(catalogue.prefectures)),
        capacity_tonnes=_BOUNDLESS,
        fee=Price(amount=Decimal(0)),
        yield_=min(f.low for f in yields) / 100.0,
        removal=tuple(Removal(analyte=code, fraction=share) for code, share in claims.items()),
    )
    return Plant(like, None, published((*yields, *removals), catalogue))
