"""What a solver process does for a tender: the best split of what is left, as a blend of the opened bids' lots."""

from collections.abc import Callable
from uuid import UUID

import msgspec

from market.solving.failures import Refused
from market.tenders.structs import Split, SplitShare
from matching.blend import blend
from matching.blending.mixing import BlendRefusedError
from matching.blending.telling import told
from matching.listings import Spec
from matching.tariffs import Tariff
from specs.catalogue.loader import catalogue
from specs.kit.wire import encode
from specs.lot.structs import FiledLot

Tell = Callable[[float], None]
_SOLVED = 0.95


class Question(msgspec.Struct, frozen=True):
    """A spec, and by the ids of their bids the lots as they were bid: price, tonnes, and places as they are told."""

    spec: Spec
    lots: tuple[tuple[str, FiledLot], ...]
    language: str
    tariffs: tuple[Tariff, ...]

    @property
    def size(self) -> int:
        """Lots × limits, which decides whether it is answered at once."""
        return len(self.lots) * max(1, len(self.spec.limits))


def split_bids(payload: bytes, tell: Tell) -> bytes:
    """A `Question` to a `Split` as JSON. Raises Refused."""
    asked = msgspec.msgpack.decode(payload, type=Question)
    known = catalogue().priced(asked.tariffs)
    try:
        found = blend(asked.spec, asked.lots, known)
    except BlendRefusedError as refused:
        raise Refused(refused.code, refused.params) from None
    tell(_SOLVED)
    shares = (
        SplitShare(bid_id=UUID(take.lot), tonnes=take.tonnes, delivered_cost=take.delivered_cost)
        for take in found.takes
    )
    return encode(Split(awards=tuple(shares), blend=told(found, asked.language, known)))
