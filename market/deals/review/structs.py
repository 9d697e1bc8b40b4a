"""Reviews as they are posted and shown, and the coordinator's queue."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from market.deals.approval import VoidReason
from market.deals.machine import Actor
from market.deals.structs import DealSummary, Named, RiskCode, Words
from market.parties.structs import Posted

ManyWords = Annotated[tuple[Words, ...], Meta(max_length=20)]


class Decision(StrEnum):
    """What a coordinator may decide."""

    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"


class RejectReason(StrEnum):
    """Why a deal is rejected."""

    QUALITY = "quality"
    EVIDENCE = "evidence"
    HAZARD = "hazard"
    PERMIT = "permit"
    PRICE = "price"
    LEGAL_STATUS = "legal_status"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    BETTER_USE = "better_use"
    OTHER = "other"


class ReviewDraft(Posted, frozen=True, kw_only=True):
    """`approve` takes conditions, `return` needs questions, `reject` a reason code. Every party reads what is said."""

    act: Decision
    conditions: ManyWords = ()
    questions: ManyWords = ()
    reason_code: RejectReason | None = None
    note: Words | None = None


class Answers(Posted, frozen=True, kw_only=True):
    """One for each question, in their order. The coordinators read them, and of the parties whoever gives them and the
    buyer; every party where they are `for_all`.
    """

    answers: ManyWords
    note: Words | None = None
    for_all: bool = False


class ReviewContent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is stored of a review beside its act."""

    conditions: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    voided: tuple[VoidReason, ...] = ()
    note: str | None = None


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened in the review of a deal.

    `act` is `approve`, `return`, `reject`, `resubmit`, or `void` where accepted terms left the approval behind. `no`
    counts what its reader may read.
    """

    no: int
    at: datetime
    by: Actor
    act: str
    reason_code: RejectReason | None
    reason: str | None
    conditions: tuple[str, ...]
    questions: tuple[str, ...]
    answers: tuple[str, ...]
    voided: tuple[VoidReason, ...]
    note: str | None


class ReviewPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a deal's reviews, the newest first."""

    items: tuple[Review, ...]
    next_cursor: str | None


class QueuedDeal(DealSummary, frozen=True, kw_only=True):
    """A deal that waits for review; `prefectures` are those of its spec and lots, `sellers` one a leg."""

    buyer: Named
    sellers: tuple[Named, ...]
    prefectures: tuple[str, ...]
    overdue: bool


class ReviewQueue(msgspec.Struct, frozen=True, kw_only=True):
    """A page of deals that wait for review: the highest risk first, of one risk the oldest."""

    items: tuple[QueuedDeal, ...]
    next_cursor: str | None


class QueueFilters(msgspec.Struct, frozen=True, kw_only=True):
    """What narrows the queue; `overdue` either way, the risk from `min_risk` on and below `below_risk`."""

    material: str | None = None
    prefecture: str | None = None
    reason: RiskCode | None = None
    overdue: bool | None = None
    min_risk: float = 0.0
    below_risk: float | None = None


class ReviewCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers for badges: deals that wait for review, of them overdue or of high risk (0.5 and more), by what speaks
    for a closer look; and deals that were returned.
    """

    waiting: int
    overdue: int
    high_risk: int
    returned: int
    by_reason: dict[RiskCode, int]
