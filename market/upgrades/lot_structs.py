"""What a lot could become, as its owner is told, and the question that goes to a solver process."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from matching.evaluation import Flag, Params
from matching.listings import Spec
from matching.tariffs import Tariff
from matching.upgrading.answer import Projection
from matching.upgrading.claims import Claim
from matching.upgrading.offer import UpgradeOffer
from matching.values import Value
from specs.listing.seen import Whereabouts
from specs.lot.structs import FiledLot
from specs.spec.seen import SpecSeen

# paths are searched again for each spec
MOST_OFFERS = 50
MOST_SPECS = 1_000
SHOWN = 50


class LotUpgradesRequest(Value, frozen=True, kw_only=True):
    """What processors have offered to the seller, if anything, and whether their open offers to all count as well.

    No more than 50 offers are looked at, the seller's own before the newest of the others.
    """

    offers: Annotated[tuple[UpgradeOffer, ...], Meta(max_length=MOST_OFFERS)] = ()
    open_offers: bool = True


class SeenStep(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a path without its fee and freight; `claims` stand beside what was published of them."""

    offer: str
    step: str
    name: str
    location: Whereabouts
    tonnes_in: float
    tonnes_out: float
    residue_tonnes: float
    evidence: tuple[str, ...]
    claims: tuple[Claim, ...]
    flags: tuple[Flag, ...]


class Band(msgspec.Struct, frozen=True, kw_only=True):
    """How a price stands, without the price."""

    code: str
    params: Params
    reason: str


class LiftedLot(msgspec.Struct, frozen=True, kw_only=True):
    """A spec that the lot misses and the cheapest path into it; `projection` is the lot as it would be, never measured.

    `price` is the delivered price against the ceiling, `earning` what a tonne of the lot would fetch by the path
    against as it is: both in bands of 5 %. No more is treated than is wanted.
    """

    spec: SpecSeen
    steps: tuple[SeenStep, ...]
    tonnes_in: float
    tonnes: float
    projection: Projection
    price: Band
    earning: Band


class LotUpgrades(msgspec.Struct, frozen=True, kw_only=True):
    """The specs that would pay best first, at most 50 of the `missed`; the lot `fits` others as it is.

    `offers` is how many offers were looked at.
    """

    items: tuple[LiftedLot, ...]
    fits: int
    missed: int
    offers: int
    engine: str
    catalogue: str
    freight: tuple[str, ...]


class LotSubject(msgspec.Struct, frozen=True):
    """What a job stores: whose lot, and how it is asked for."""

    lot_id: UUID
    request: LotUpgradesRequest


class LotQuestion(msgspec.Struct, frozen=True):
    """To a solver process; with each spec and each offer the firms that stand behind its prefecture (None: told).

    `lot_at` is where the buyers are told that the lot is; `tariffs` are the freight tables in force.
    """

    lot: FiledLot
    lot_at: str
    specs: tuple[tuple[str, Spec, int], ...]
    offers: tuple[tuple[UpgradeOffer, int | None], ...]
    language: str
    tariffs: tuple[Tariff, ...]

    @property
    def size(self) -> int:
        """Specs × offers², which decides whether it is answered at once."""
        return len(self.specs) * len(self.offers) ** 2
