"""Advice as the owner of a spec is told it, and the question that goes to a solver process."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from matching.advising.answer import AdvisedChange
from matching.evaluation import Params
from matching.listings import Spec
from matching.tariffs import Tariff
from matching.upgrading.offer import UpgradeOffer
from matching.values import Value
from specs.lot.structs import FiledLot

# paths are searched again for what each change leaves missing
MOST_OFFERS = 50


class AdviceRequest(Value, frozen=True, kw_only=True):
    """What processors have offered to the buyer, if anything, and whether their open offers to all count as well.

    Steps then are changes too. No more than 50 offers are looked at, the buyer's own before the newest of the others.
    """

    offers: Annotated[tuple[UpgradeOffer, ...], Meta(max_length=MOST_OFFERS)] = ()
    open_offers: bool = False


class SeenAdvice(msgspec.Struct, frozen=True, kw_only=True):
    """One or two changes: `tonnes` conform with them, `tonnes_unlocked` more than without.

    Where `negotiable` is false a change is of a limit that the buyer calls fixed.
    """

    changes: tuple[AdvisedChange, ...]
    tonnes: float
    tonnes_unlocked: float
    negotiable: bool
    code: str
    params: Params
    reason: str


class AdviceSeen(msgspec.Struct, frozen=True, kw_only=True):
    """`tonnes` of the `wanted` conform to the spec as it is; where that is `short`, what would bring more, best first.

    `method` says whether supply is the best `blend` or the `lots` that conform by themselves. Costs are left out: no
    price is told before an offer. A ceiling is advised in steps of 5 %, a place where its prefecture may be named.
    """

    status: str
    method: str
    wanted: float
    tonnes: float
    items: tuple[SeenAdvice, ...]
    engine: str
    catalogue: str
    freight: tuple[str, ...]


class Subject(msgspec.Struct, frozen=True):
    """What a stored job for advice holds: whose spec, and what the buyer has been offered."""

    spec_id: UUID
    request: AdviceRequest


class Question(msgspec.Struct, frozen=True):
    """To the solver process: a spec, the lots of others, which it makes coarse first, and what may be named of them.

    `spec_at` and `lots_at` are where the other side is told that they are; `offers` are the buyer's own, `open_offers`
    others' with how many firms offer the step there; `tariffs` the freight tables in force.
    """

    spec: Spec
    spec_at: str
    lots: tuple[tuple[str, FiledLot], ...]
    lots_at: tuple[str, ...]
    offers: tuple[UpgradeOffer, ...]
    open_offers: tuple[tuple[UpgradeOffer, int], ...]
    places: frozenset[str]
    language: str
    tariffs: tuple[Tariff, ...]

    @property
    def size(self) -> int:
        """Lots × (limits + offers²), which decides whether it is answered at once."""
        offers = len(self.offers) + len(self.open_offers)
        return len(self.lots) * (max(1, len(self.spec.limits)) + offers**2)
