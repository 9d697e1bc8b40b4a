"""Tenders and bids as they are posted and shown, redacted for whoever reads them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from market.deals.contract.structs import ContractTerms
from market.deals.offers.structs import Judged
from market.deals.promise import Promise
from market.deals.structs import Relaxations, Words
from market.parties.structs import Posted
from matching.blending.answer import Blend
from matching.values import Currency, Incoterm, Price, Verdict
from specs.lot.seen import LotSeen
from specs.spec.seen import SpecSeen

# recyclers of one tender
MOST_INVITED = 200


class Status(StrEnum):
    """`open → opened → awarded`, or `cancelled` before anything is awarded. Bids are shut while it is `open`."""

    OPEN = "open"
    OPENED = "opened"
    AWARDED = "awarded"
    CANCELLED = "cancelled"


class Side(StrEnum):
    """As whom someone reads a tender."""

    BUYER = "buyer"
    SELLER = "seller"
    COORDINATOR = "coordinator"


class Act(StrEnum):
    """What can be done to a tender."""

    BID = "bid"
    WITHDRAW_BID = "withdraw_bid"
    OPEN = "open"
    COMPARE = "compare"
    SPLIT = "split"
    AWARD = "award"
    CANCEL = "cancel"


class BidState(StrEnum):
    """Of one lot only the newest bid stands."""

    STANDING = "standing"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    AWARDED = "awarded"


class Wanted(Posted, frozen=True, kw_only=True):
    """What every bid has to keep to, and words to all who are invited.

    `contract` says what will hold for portions, deductions and claims; without one the contract's defaults do.
    """

    currency: Currency = Currency.JPY
    incoterm: Incoterm | None = None
    contract: ContractTerms | None = None
    message: Words | None = None


class TenderDraft(Wanted, frozen=True, kw_only=True):
    """On one's own active spec. `deadline` is the last JST day for bids; `tonnes` are by default all that is wanted.

    Without `lot_ids` the recyclers of all matching lots are invited, else those of the named ones, which must have
    been shown to the buyer.
    """

    spec_id: UUID
    deadline: date
    tonnes: float | None = None
    lot_ids: Annotated[tuple[UUID, ...], Meta(max_length=MOST_INVITED)] = ()


class TenderSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A tender as a list shows it; `deadline` is the first instant after its last day."""

    id: UUID
    side: Side
    status: Status
    allowed: tuple[Act, ...]
    material: str
    tonnes: float
    deadline: datetime
    opened_at: datetime | None
    created_at: datetime
    updated_at: datetime


class Award(msgspec.Struct, frozen=True, kw_only=True):
    """What was awarded to a bid, and the deal that came of it."""

    bid_id: UUID
    tonnes: float
    deal_id: UUID


class Tender(TenderSummary, frozen=True, kw_only=True):
    """A tender as its buyer, one who is invited, or a coordinator sees it. Who asks is not told.

    How many are invited, what was awarded and what is left is for the buyer and coordinators. `digest` is the SHA-256
    over `bid_digests` and `closed_bid_digests` (replaced or withdrawn before), which are known from the opening on.
    `reason` is why it was cancelled.
    """

    spec: SpecSeen
    spec_rev: int
    wanted: Wanted
    reason: str | None
    invited: int | None
    digest: str | None
    bid_digests: tuple[str, ...] | None
    closed_bid_digests: tuple[str, ...] | None
    remaining_tonnes: float | None
    awards: tuple[Award, ...] | None


class TenderPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of tenders, the newest first."""

    items: tuple[TenderSummary, ...]
    next_cursor: str | None


class BidTerms(Posted, frozen=True, kw_only=True):
    """What is bid. Fewer than `min_tonnes` are not to be awarded; `deliver_from` is the first JST day of delivery."""

    price: Price
    tonnes: float
    min_tonnes: float | None = None
    deliver_from: date
    relaxations: Relaxations = ()
    steps: Annotated[tuple[Promise, ...], Meta(max_length=3)] = ()
    message: Words | None = None


class BidDraft(BidTerms, frozen=True, kw_only=True):
    """For one of one's own active lots. It takes the place of the bid that stood for that lot."""

    lot_id: UUID


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """What is hashed, as canonical JSON: keys in order, no blanks."""

    tender_id: UUID
    lot_id: UUID
    lot_rev: int
    no: int
    terms: BidTerms


class Bid(msgspec.Struct, frozen=True, kw_only=True):
    """A bid as its author sees it. SHA-256 of the bytes of `salt` and then of `sealed` is `digest`."""

    id: UUID
    tender_id: UUID
    no: int
    state: BidState
    lot_id: UUID
    lot_rev: int
    terms: BidTerms
    judged: Judged
    salt: str
    sealed: str
    digest: str
    awarded_tonnes: float | None
    deal_id: UUID | None
    created_at: datetime
    closed_at: datetime | None


class Bids(msgspec.Struct, frozen=True, kw_only=True):
    """All bids of the caller for a tender, the newest first. Never more than one page."""

    items: tuple[Bid, ...]
    next_cursor: None = None


class ComparedBid(msgspec.Struct, frozen=True, kw_only=True):
    """An opened bid beside the others; `place` 1 is the best.

    `delivered_price` adds the freight where the Incoterm leaves it to the buyer (null where
    the bid is not in JPY then). `verdict` and `conformance_probability` are at the tender's own limits, with the steps
    that are promised; `judged` is under the bid's terms. `lead_days` count from the last day for bids.
    """

    id: UUID
    place: int
    state: BidState
    lot: LotSeen
    lot_rev: int
    terms: BidTerms
    delivered_price: Price | None
    verdict: Verdict
    conformance_probability: float | None
    judged: Judged
    lead_days: int
    co2_kg_per_t: float
    digest: str
    awarded_tonnes: float | None
    deal_id: UUID | None


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Every bid that stood at the opening: by verdict, then delivered price, probability and lead time."""

    items: tuple[ComparedBid, ...]
    next_cursor: None = None


class AwardedBid(Posted, frozen=True, kw_only=True):
    """How many tonnes of a bid are taken; without `tonnes` all of it."""

    bid_id: UUID
    tonnes: float | None = None


class AwardDraft(Posted, frozen=True, kw_only=True):
    """To whom is awarded: all together, or nothing."""

    awards: Annotated[tuple[AwardedBid, ...], Meta(min_length=1, max_length=50)]


class SplitShare(msgspec.Struct, frozen=True, kw_only=True):
    """What the best split takes of a bid; `delivered_cost` per tonne."""

    bid_id: UUID
    tonnes: float
    delivered_cost: float | None


class Split(msgspec.Struct, frozen=True, kw_only=True):
    """The best split of what is left over the opened bids, and the blend that it is; lots are called by their bids."""

    awards: tuple[SplitShare, ...]
    blend: Blend
