"""The question for paths of steps, as it is posted."""

from typing import Annotated

import msgspec
from msgspec import Meta

from market.blends.structs import OfferedLot
from matching.listings import Spec
from matching.upgrading.offer import UpgradeOffer
from matching.values import Value

MOST_LOTS = 2_000
# the paths of one lot grow with the cube of the offers that take it
MOST_OFFERS = 200


class UpgradeRequest(Value, frozen=True, kw_only=True):
    """A spec, a lot or several, and processors' offers, whose capacities the lots share."""

    spec: Spec
    lot: OfferedLot | None = None
    lots: Annotated[tuple[OfferedLot, ...], Meta(max_length=MOST_LOTS)] = ()
    offers: Annotated[tuple[UpgradeOffer, ...], Meta(max_length=MOST_OFFERS)]

    @property
    def all_lots(self) -> tuple[OfferedLot, ...]:
        """Whichever way they came."""
        return self.lots if self.lot is None else (self.lot,)


class Envelope(Value, frozen=True, kw_only=True):
    """An `UpgradeRequest` with its parts left as text: they are read in the solver process."""

    spec: msgspec.Raw
    lot: msgspec.Raw = msgspec.Raw(b"null")
    lots: Annotated[tuple[msgspec.Raw, ...], Meta(max_length=MOST_LOTS)] = ()
    offers: Annotated[tuple[msgspec.Raw, ...], Meta(max_length=MOST_OFFERS)]

    @property
    def size(self) -> int:
        """Lots × offers², which decides whether it is answered at once."""
        return max(1, len(self.lots)) * len(self.offers) ** 2
