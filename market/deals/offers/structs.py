"""Offers as they are posted and shown: to the buyer and to the recycler of that leg, and to nobody else."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from market.deals.contract.structs import ContractTerms
from market.deals.machine import Actor
from market.deals.money import Amount
from market.deals.promise import Promise
from market.deals.structs import Relaxations, Words
from market.parties.structs import Posted
from matching.evaluation import Evaluation
from matching.upgrading.answer import Projection
from matching.upgrading.claims import Claim
from matching.values import Portion, Price


class Terms(Posted, frozen=True, kw_only=True):
    """What is offered. `valid_until` is an inclusive JST day; without one it stands for seven days.

    `contract` says what holds for portions, deductions and claims; without one the contract's defaults do.
    """

    price: Price
    tonnes: float
    schedule: Annotated[tuple[Portion, ...], Meta(max_length=60)] = ()
    relaxations: Relaxations = ()
    steps: Annotated[tuple[Promise, ...], Meta(max_length=3)] = ()
    contract: ContractTerms | None = None
    valid_until: date | None = None
    message: Words | None = None


class OfferDraft(Terms, frozen=True, kw_only=True):
    """`leg_id` says which recycler's; without one it is the only leg that the caller has."""

    leg_id: UUID | None = None


class OfferState(StrEnum):
    """Only the newest counts."""

    STANDING = "standing"
    ACCEPTED = "accepted"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    ENDED = "ended"


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """How the leg would stand under the offer's terms: each lot as it is, and as the promised steps would make it.

    `claims`: of each promised step, what it claims beside what was published. `blend_holds`: whether the whole blend
    still conforms, with the other legs as they stand; null without a blend, and to recyclers, whom it would tell of the
    other legs.
    """

    evaluations: tuple[Evaluation, ...]
    projections: tuple[Projection, ...] = ()
    claims: tuple[tuple[Claim, ...], ...] = ()
    blend_holds: bool | None = None


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """An offer with what it means. `changed` names the terms that differ from the offer before on the same leg.

    A contract that is left out differs in nothing from one that says the defaults.
    """

    id: UUID
    leg_id: UUID
    no: int
    side: Actor
    state: OfferState
    terms: Terms
    changed: tuple[str, ...]
    amount: Amount
    judged: Judged
    valid_until: datetime
    created_at: datetime
    closed_at: datetime | None


class Offers(msgspec.Struct, frozen=True, kw_only=True):
    """All offers of a deal that concern the caller: by leg, the newest first. Never more than one page."""

    items: tuple[Offer, ...]
    next_cursor: None = None
