"""What a solver process does for a tender: the best split of what is left, as a blend of the opened bids' lots."""

from collections.abc import Callable, Iterator
from uuid import UUID

import msgspec

from market.blends.across import coarse_spec
from market.solving.failures import Refused
from market.tenders.structs import Split, SplitShare
from matching.blend import blend
from matching.blending.mixing import BlendRefusedError
from matching.blending.telling import told
from matching.listings import Lot, Spec
from matching.tariffs import Tariff
from matching.values import Place
from specs.catalogue.loader import catalogue
from specs.kit.wire import encode
from specs.lot.structs import FiledLot

Tell = Callable[[float], None]
_SOLVED = 0.95


class Question(msgspec.Struct, frozen=True):
    """A spec, and by the ids of their bids the lots at the price and for the tonnes that were bid.

    `spec_at` and `lots_at` are where the other side is told that they are; `tariffs` the freight tables in force.
    """

    spec: Spec
    spec_at: str
    lots: tuple[tuple[str, FiledLot], ...]
    lots_at: tuple[str, ...]
    language: str
    tariffs: tuple[Tariff, ...]

    @property
    def size(self) -> int:
        """Lots × limits, which decides whether it is answered at once."""
        return len(self.lots) * max(1, len(self.spec.limits))


def _placed(asked: Question) -> Iterator[tuple[str, Lot]]:
    for (bid, lot), at in zip(asked.lots, asked.lots_at, strict=True):
        yield bid, msgspec.structs.replace(lot, title=None, location=Place(prefecture=at))


def split_bids(payload: bytes, tell: Tell) -> bytes:
    """A `Question` to a `Split` as JSON. Raises Refused."""
    asked = msgspec.msgpack.decode(payload, type=Question)
    known = catalogue().priced(asked.tariffs)
    try:
        found = blend(coarse_spec(asked.spec, asked.spec_at), list(_placed(asked)), known)
    except BlendRefusedError as refused:
        raise Refused(refused.code, refused.params) from None
    tell(_SOLVED)
    shares = (
        SplitShare(bid_id=UUID(take.lot), tonnes=take.tonnes, delivered_cost=take.delivered_cost)
        for take in found.takes
    )
    return encode(Split(awards=tuple(shares), blend=told(found, asked.language, known)))
