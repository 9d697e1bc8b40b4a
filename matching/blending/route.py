"""One way of a lot into a blend by processors' steps, as far as the blend has to know it."""

import msgspec

from matching.upgrading.offer import UpgradeOffer


class Route(msgspec.Struct, frozen=True):
    """The offers in order; tonnes are for each tonne that comes out of the last one."""

    offers: tuple[UpgradeOffer, ...]

    @property
    def kept(self) -> float:
        """Tonnes out of one tonne of the lot."""
        kept = 1.0
        for offer in self.offers:
            kept *= offer.yield_
        return kept

    @property
    def entering(self) -> tuple[float, ...]:
        """Tonnes that enter each offer."""
        tonnes, found = 1.0, []
        for offer in reversed(self.offers):
            tonnes /= offer.yield_
            found.append(tonnes)
        return tuple(reversed(found))
