"""What a plant that does not exist yet would be like: as a processor offers elsewhere, or as published or assumed.

Of what was only published the worst ends count, and only a step with a yield and a removal in numbers is a plant at
all; what is assumed takes the place of what was published. Fees are not published: without an assumed one it is left
out, and what it may be at most is the answer.
"""

from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal

import msgspec

from matching.evaluation import Flag
from matching.investing.answer import LeftOut, PlantFigure
from matching.investing.assumed import AssumedStep
from matching.reference import Catalogue, Gives, Step
from matching.upgrading.claims import claim_flags, claims
from matching.upgrading.offer import Removal, UpgradeOffer
from matching.values import Place, Price

# a plant is as large as it need be: its size is part of the answer
_BOUNDLESS = 1e12
# what is said of a figure that is assumed, and of one that was published
_YIELD = ("yield_assumed", "yield_as_published")
_REMOVAL = ("removal_assumed", "removal_as_published")
# by whether the yield and the removals are wanting
_MISSING = {
    (True, True): "left_out_no_figures",
    (True, False): "left_out_no_yield",
    (False, True): "left_out_no_removal",
}


class Plant(msgspec.Struct, frozen=True):
    """An offer without a place. `offer` is the processor's whose figures it has; the others' may be `assumed`.

    `assumed` names them: analytes, and null for the yield. `priced` tells whether the fee is known.
    """

    like: UpgradeOffer
    offer: str | None
    priced: bool
    assumed: frozenset[str | None] = frozenset()

    def at(self, place: Place) -> UpgradeOffer:
        """The same plant somewhere."""
        return msgspec.structs.replace(self.like, location=place, capacity_tonnes=_BOUNDLESS)

    def figures(self, catalogue: Catalogue) -> tuple[PlantFigure, ...]:
        """The yield and the removals, each beside what was published of it."""
        return tuple(
            PlantFigure(
                analyte=claim.analyte,
                percent=claim.percent,
                code=claim.code if self.offer is not None else _code(claim.analyte, self.assumed),
                params=claim.params,
                published=claim.published,
                origin=self.origin(claim.analyte),
            )
            for claim in claims(self.like, catalogue)
        )

    def origin(self, analyte: str | None) -> str:
        """Where a figure is from."""
        return "offered" if self.offer is not None else "assumed" if analyte in self.assumed else "published"

    def flags(self, catalogue: Catalogue) -> tuple[Flag, ...]:
        """What a processor's claims, or figures that are no more than assumed, are to be held for."""
        if self.offer is not None:
            return tuple(claim_flags(self.like, catalogue))
        beyond = (flag for flag in claim_flags(self.like, catalogue) if flag.code != "claim_without_evidence")
        told = self.assumed or self.priced
        return (Flag(code="figures_assumed", params={"step": self.like.step}), *beyond) if told else ()


def _code(analyte: str | None, assumed: Collection[str | None]) -> str:
    own, published = _YIELD if analyte is None else _REMOVAL
    return own if analyte in assumed else published


def plants(
    offers: Iterable[UpgradeOffer], assumed: Iterable[AssumedStep], families: Collection[str], catalogue: Catalogue
) -> tuple[list[Plant], list[LeftOut]]:
    """Offers in order of id, then the steps for these families in the order of the catalogue, and which are none."""
    given = {one.step: one for one in assumed}
    found = [Plant(offer, offer.id, priced=True) for offer in sorted(offers, key=lambda one: one.id)]
    left_out: list[LeftOut] = []
    for step in catalogue.steps.values():
        if not set(families) & set(step.families):
            continue
        one = _plant(step, given.get(step.code) or AssumedStep(step=step.code), catalogue)
        if isinstance(one, Plant):
            found.append(one)
        else:
            left_out.append(one)
    return found, left_out


def _plant(step: Step, given: AssumedStep, catalogue: Catalogue) -> Plant | LeftOut:
    share = _yield(step) if given.yield_ is None else given.yield_
    claims_ = {claim.analyte: claim for claim in (*_removals(step), *given.removal)}
    if step.removes_nothing:
        return left_out(step.code, "left_out_removes_nothing")
    if share is None or not claims_:
        return left_out(step.code, _MISSING[share is None, not claims_])
    like = UpgradeOffer(
        id=step.code,
        step=step.code,
        location=Place(prefecture=min(catalogue.prefectures)),
        capacity_tonnes=_BOUNDLESS,
        fee=given.fee or Price(amount=Decimal(0)),
        yield_=share,
        removal=tuple(claims_.values()),
    )
    own: set[str | None] = {claim.analyte for claim in given.removal}
    own |= set() if given.yield_ is None else {None}
    return Plant(like, None, priced=given.fee is not None, assumed=frozenset(own))


def _yield(step: Step) -> float | None:
    published = step.published(Gives.YIELD)
    return min(figure.low for figure in published) / 100.0 if published else None


def _removals(step: Step) -> Iterator[Removal]:
    analytes = dict.fromkeys(code for figure in step.published(Gives.REMOVAL) for code in figure.of)
    for code in analytes:
        yield Removal(analyte=code, fraction=min(f.low for f in step.published(Gives.REMOVAL, code)) / 100.0)


def left_out(step: str, code: str) -> LeftOut:
    """A step that is none, or of no use here."""
    return LeftOut(step=step, code=code, params={"step": step})
