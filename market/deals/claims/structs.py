"""Claims as they are posted and shown: to the buyer, the recycler of that leg, and coordinators who oversee them."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from market.deals.claims.machine import Act, State
from market.deals.deliveries.structs import PortionRuling
from market.deals.machine import Actor, Turn
from market.deals.structs import Words
from market.parties.structs import Posted
from matching.values import Currency

Evidence = Annotated[tuple[UUID, ...], Meta(max_length=20)]


class Kind(StrEnum):
    """What a claim is about."""

    QUALITY = "quality"
    WEIGHT = "weight"
    CONTAMINATION = "contamination"
    DAMAGE = "damage"
    DOCUMENTS = "documents"
    DELAY = "delay"
    PAYMENT = "payment"
    NON_DELIVERY = "non_delivery"
    NON_ACCEPTANCE = "non_acceptance"
    OTHER = "other"

    @property
    def of_lateness(self) -> bool:
        """That something does not come, or is not taken: about a leg, and no portion that was received."""
        return self in (Kind.NON_DELIVERY, Kind.NON_ACCEPTANCE)

    @property
    def of_the_leg(self) -> bool:
        """About all that a leg is worth, not about one portion."""
        return self.of_lateness or self is Kind.DELAY

    @property
    def harmful(self) -> bool:
        """About what the material did to other things."""
        return self in (Kind.CONTAMINATION, Kind.DAMAGE)


class Severity(StrEnum):
    """How bad it is."""

    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


class Remedy(StrEnum):
    """What would make it good."""

    PRICE_REDUCTION = "price_reduction"
    REFUND = "refund"
    REPLACEMENT = "replacement"
    TAKE_BACK = "take_back"
    PAYMENT = "payment"
    OTHER = "other"


class Finding(StrEnum):
    """What a coordinator finds."""

    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    DISMISSED = "dismissed"


class Outcome(StrEnum):
    """How a disputed deal goes on."""

    DELIVERING = "delivering"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"


class ClaimDraft(Posted, frozen=True, kw_only=True):
    """`evidence` are ids of the caller's own documents; `amount` is money in the currency of the price, without tax.

    About a portion that was received; `non_delivery`, by the buyer, and `non_acceptance`, by the recycler, are about a
    leg, and about a portion only where one is on its way. `leg_id` is needed where the caller has several.
    """

    delivery_id: UUID | None = None
    leg_id: UUID | None = None
    kind: Kind
    severity: Severity
    text: Words
    evidence: Evidence = ()
    remedy: Remedy
    amount: Decimal | None = None


class ClaimAnswer(Posted, frozen=True, kw_only=True):
    """What the other side says to it, and offers; `amount` as the claim's."""

    text: Words
    evidence: Evidence = ()
    remedy: Remedy | None = None
    amount: Decimal | None = None


class ClaimEvidence(Posted, frozen=True, kw_only=True):
    """What came to light after the claim was made: ids of the caller's own documents, and what they show."""

    text: Words
    evidence: Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=20)]


class Ruling(Posted, frozen=True, kw_only=True):
    """A coordinator's decision on one claim, for the two sides of its leg to read; `amount` as the claim's."""

    claim_id: UUID
    finding: Finding
    text: Words
    remedy: Remedy | None = None
    amount: Decimal | None = None


class Resolution(Posted, frozen=True, kw_only=True):
    """How a disputed deal goes on, and a ruling on each escalated claim. Every party reads the reason.

    To end it, everything that is open is ruled on: other claims in `rulings`, and in `portions` those that are on
    their way or were received and not decided.
    """

    outcome: Outcome
    reason: Words
    rulings: Annotated[tuple[Ruling, ...], Meta(max_length=100)]
    portions: Annotated[tuple[PortionRuling, ...], Meta(max_length=100)] = ()


class Answered(ClaimAnswer, frozen=True, kw_only=True):
    """An answer and when it was given."""

    at: datetime


class Added(ClaimEvidence, frozen=True, kw_only=True):
    """Evidence that was added later, by which side and when."""

    by: Actor
    at: datetime


class ClaimFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What was said, as it is stored; answers and what was added are the oldest first."""

    draft: ClaimDraft
    answers: tuple[Answered, ...] = ()
    added: tuple[Added, ...] = ()
    ruling: Ruling | None = None


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A claim; `no` counts within its leg, `by` is the side that makes it; `added` came after `evidence`."""

    id: UUID
    leg_id: UUID
    delivery_id: UUID | None
    no: int
    by: Actor
    state: State
    turn: Turn
    allowed: tuple[Act, ...]
    kind: Kind
    severity: Severity
    text: str
    evidence: tuple[UUID, ...]
    remedy: Remedy
    amount: Decimal | None
    currency: Currency
    answers: tuple[Answered, ...]
    added: tuple[Added, ...]
    ruling: Ruling | None
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None


class ClaimPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a deal's claims, the newest first."""

    items: tuple[Claim, ...]
    next_cursor: str | None
