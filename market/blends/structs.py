"""A blend as it is asked for, and as it is told to one who may not know the other side's prices."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from matching.alternatives import MOST
from matching.blend import Wish
from matching.blending.answer import BlendLimit, Relaxation
from matching.blending.candidates import Sense
from matching.evaluation import Flag, Params
from matching.listings import Lot, Spec
from matching.tariffs import Tariff
from matching.upgrading.offer import UpgradeOffer
from matching.values import Value
from specs.lot.structs import FiledLot

# lots in one question; more is not a blend that anyone would load
MOST_LOTS = 10_000
# different blends proposed for a spec
MOST_PROPOSED = 5
# processors' offers in one question
MOST_OFFERS = 50

Name = Annotated[str, Meta(min_length=1, max_length=100)]
Correlation = Annotated[float, Meta(ge=0.0, le=1.0)]
Offers = Annotated[tuple[UpgradeOffer, ...], Meta(max_length=MOST_OFFERS)]


class NamedSpec(Spec, frozen=True, kw_only=True):
    """A spec with any text of the caller's as `id`; without one it is called by its place in the list."""

    id: Name | None = None


class OfferedLot(Lot, frozen=True, kw_only=True):
    """A lot with any text of the caller's as `id`; without one it is called by its place in the list."""

    id: Name | None = None


class BlendRequest(Value, frozen=True, kw_only=True):
    """Either `spec` and `lots`, or the id of one's own active spec, whose lots are those that it may be matched with.

    `sense` is what is made least; with `joint` the confidence is meant for all limits together; `lab_correlation` is
    the share of the error that laboratories have in common. With `offers` lots may also come by way of processors;
    with `spec_id` and `open_offers` those that processors offer to all count as well, the newest up to 50 in all.
    """

    spec: Spec | None = None
    lots: Annotated[tuple[OfferedLot, ...], Meta(max_length=MOST_LOTS)] = ()
    spec_id: UUID | None = None
    sense: Sense = Sense.COST
    joint: bool = False
    lab_correlation: Correlation = 0.0
    offers: Offers = ()
    open_offers: bool = False


class Envelope(Value, frozen=True, kw_only=True):
    """A `BlendRequest` with its lots, spec and offers left as text: they are read in the solver process."""

    spec: msgspec.Raw = msgspec.Raw(b"null")
    lots: Annotated[tuple[msgspec.Raw, ...], Meta(max_length=MOST_LOTS)] = ()
    spec_id: UUID | None = None
    sense: Sense = Sense.COST
    joint: bool = False
    lab_correlation: Correlation = 0.0
    offers: Annotated[tuple[msgspec.Raw, ...], Meta(max_length=MOST_OFFERS)] = ()
    open_offers: bool = False

    @property
    def posted(self) -> bool:
        """Whether there is a spec in it."""
        return bytes(self.spec) != b"null"

    @property
    def wish(self) -> Wish:
        """As the engine is asked across parties: amounts are not told."""
        return Wish(sense=self.sense, joint=self.joint, lab_correlation=self.lab_correlation, shadow_prices=False)


class Market(msgspec.Struct, frozen=True):
    """To the solver process: a spec and the lots of others (id, revision, content), which it makes coarse first.

    `spec_at` and `lots_at` are where the other side is told that they are; `offers` are the caller's own, `open_offers`
    others' with how many firms offer the step there; `tariffs` the freight tables in force.
    """

    spec: Spec
    spec_rev: int
    spec_at: str
    lots: tuple[tuple[str, int, FiledLot], ...]
    lots_at: tuple[str, ...]
    wish: Wish
    language: str
    tariffs: tuple[Tariff, ...]
    most: int = 1
    offers: tuple[UpgradeOffer, ...] = ()
    open_offers: tuple[tuple[UpgradeOffer, int], ...] = ()


class SeenStep(msgspec.Struct, frozen=True, kw_only=True):
    """A processor's step on the way, without fee or freight; `GET /v1/upgrade-offers/{id}` shows an open offer."""

    offer: str
    step: str
    name: str
    tonnes_in: float
    tonnes_out: float


class SeenTake(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Wet tonnes of one lot of another party, without its price; `GET /v1/lots/{id}` shows what may be seen of it.

    With `steps` they arrive by way of processors, and `tonnes_in` of the first step leave the lot.
    """

    lot: UUID
    tonnes: float
    steps: tuple[SeenStep, ...] = ()


class SeenProcessing(msgspec.Struct, frozen=True, kw_only=True):
    """What goes through processors: `share` of the blend is as they claim, and not measured."""

    tonnes_in: float
    tonnes: float
    share: float
    routes: int
    lots: int
    flags: tuple[Flag, ...]


class BarredCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many lots could not enter for a reason."""

    code: str
    params: Params
    lots: int
    reason: str


class PriceBand(msgspec.Struct, frozen=True, kw_only=True):
    """Where the blend's mean delivered price stands to the spec's ceiling, as it is told of a single lot."""

    code: str
    params: Params
    reason: str


class BlendSeen(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A blend of other parties' lots: shares, quality and proof, and the price as a band.

    Prices were put on a grid of 5 % and places on their prefecture's point before anything was solved, so nothing
    here is finer than that. Amounts, bounds and shadow prices in money are left out.
    """

    status: str
    sense: str
    gap: float | None
    tonnes: float
    takes: tuple[SeenTake, ...]
    price: PriceBand
    limits: tuple[BlendLimit, ...]
    relaxations: tuple[Relaxation, ...]
    joint_probability: float | None
    joint_probability_shared_error: float | None
    lab_correlation: float
    barred: tuple[BarredCount, ...]
    engine: str
    catalogue: str
    freight: tuple[str, ...] = ()
    processing: SeenProcessing | None = None


class BlendState(StrEnum):
    """Whether a stored blend can still be had.

    `current`: nothing changed; `stale`: its spec, a lot, a step's offer or a freight table did, and the same tonnes
    still conform; `impossible`: they do not, a lot or an offer is no longer open or has less left, or the spec is no
    longer open.
    """

    CURRENT = "current"
    STALE = "stale"
    IMPOSSIBLE = "impossible"


class ProposalRequest(Value, frozen=True, kw_only=True):
    """How to blend for one's own spec, and how many different blends to propose at most.

    Lots may come by way of `offers` that the buyer has been made, and with `open_offers` of those made to all.
    """

    sense: Sense = Sense.COST
    joint: bool = False
    lab_correlation: Correlation = 0.0
    offers: Offers = ()
    open_offers: bool = False
    most: Annotated[int, Meta(ge=1, le=MOST_PROPOSED)] = MOST

    @property
    def wish(self) -> Wish:
        """As the engine is asked across parties: amounts are not told."""
        return Wish(sense=self.sense, joint=self.joint, lab_correlation=self.lab_correlation, shadow_prices=False)


class Proposal(msgspec.Struct, frozen=True):
    """What a stored job for proposals holds: whose spec, and how."""

    spec_id: UUID
    request: ProposalRequest


class Proposed(msgspec.Struct, frozen=True):
    """From the solver process: one blend, to be stored with (lot, revision, kg) of what leaves each lot.

    `marks` are (offer, mark) of those whose steps are taken, as they were reckoned with.
    """

    blend: BlendSeen
    shares: tuple[tuple[str, int, int], ...]
    marks: tuple[tuple[str, str], ...] = ()


class Proposals(msgspec.Struct, frozen=True):
    """From the solver process: the blends for a revision of the spec, best first."""

    spec_rev: int
    blends: tuple[Proposed, ...]


class StoredBlend(msgspec.Struct, frozen=True, kw_only=True):
    """A proposed blend as the owner of its spec sees it: `place` 1 is the best, `state` is as of this reading."""

    id: UUID
    spec_id: UUID
    spec_rev: int
    place: int
    state: BlendState
    created_at: datetime
    blend: BlendSeen


class KeptBlend(msgspec.Struct, frozen=True):
    """A proposed blend as it lies in its row: how it was asked for, what was answered, and (offer, mark) of its steps.

    What others offer never lies in the buyer's own rows; a mark only tells whether it is still the same.
    """

    request: ProposalRequest
    blend: BlendSeen
    marks: tuple[tuple[str, str], ...] = ()


class ProposalAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The blends that were stored, best first; where none conforms none, and `unmet` says what would help."""

    items: tuple[StoredBlend, ...]
    unmet: BlendSeen | None


class StoredBlends(msgspec.Struct, frozen=True, kw_only=True):
    """What is proposed for a spec, best first; never more than one page."""

    items: tuple[StoredBlend, ...]
    next_cursor: None = None


class LotShare(msgspec.Struct, frozen=True, kw_only=True):
    """What a blend would take of one's own lot, by whatever way; who else gives, and how much, is not told."""

    blend_id: UUID
    spec_id: UUID
    tonnes: float
    lot_rev: int
    created_at: datetime


class LotShares(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the blends that would take of a lot, newest first."""

    items: tuple[LotShare, ...]
    next_cursor: str | None
