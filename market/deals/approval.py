"""What a coordinator approved of a deal, leg by leg, and what leaves it behind."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from market.deals.contract.structs import ContractTerms
from market.deals.promise import Promise
from market.deals.relaxing import Relaxation
from market.parties.structs import Posted
from matching.evaluation import Params
from matching.values import Portion, Price


class FirstOffer(StrEnum):
    """What becomes of an approval that was given before anything was offered.

    `near_ask`: it holds for a price that stays within the band of what the lots ask, and for no promised steps.
    `review`: the first terms that are accepted come back, whatever they are. `any`: it holds for whatever is offered.
    """

    NEAR_ASK = "near_ask"
    REVIEW = "review"
    ANY = "any"


class Bands(Posted, frozen=True, kw_only=True):
    """How far terms may move from what was approved, in percent: a price either way, tonnes down, and the share of the
    tonnes that comes in another month. `first_offer` says what holds where nothing was offered before the approval.
    """

    price_band_percent: float = 10.0
    tonnes_band_percent: float = 50.0
    schedule_band_percent: float = 25.0
    first_offer: FirstOffer = FirstOffer.NEAR_ASK


class ApprovedLot(msgspec.Struct, frozen=True, kw_only=True):
    """A lot and the most that was approved of it."""

    lot_id: UUID
    kg: int


class ApprovedLeg(msgspec.Struct, frozen=True, kw_only=True):
    """What one recycler may sell, under which limits that give way; and as far as an offer said so by then, at which
    price, with which promised steps, in which months and under which contract terms.
    """

    leg_id: UUID
    price: Price | None = None
    relaxations: tuple[Relaxation, ...] = ()
    lots: tuple[ApprovedLot, ...]
    steps: tuple[Promise, ...] = ()
    schedule: tuple[Portion, ...] = ()
    contract: ContractTerms | None = None


class Approval(Bands, frozen=True, kw_only=True):
    """What a coordinator approved last; what leaves it behind voids it. `conditions` are the coordinator's words.

    The bands are those of its policy then. A recycler sees its own leg only.
    """

    at: datetime
    conditions: tuple[str, ...] = ()
    legs: tuple[ApprovedLeg, ...] = ()


class VoidCode(StrEnum):
    """What leaves an approval behind."""

    PRICE_BEYOND_BAND = "price_beyond_band"
    FIRST_OFFER = "first_offer"
    FIRST_PRICE_BEYOND_BAND = "first_price_beyond_band"
    OTHER_CURRENCY = "other_currency"
    OTHER_INCOTERM = "other_incoterm"
    LIMIT_RELAXED_FURTHER = "limit_relaxed_further"
    OTHER_STEPS = "other_steps"
    OTHER_LOT = "other_lot"
    MORE_TONNES = "more_tonnes"
    LESS_TONNES = "less_tonnes"
    OTHER_MONTHS = "other_months"
    OTHER_CONTRACT = "other_contract"


class VoidReason(msgspec.Struct, frozen=True, kw_only=True):
    """In which leg an approval was left behind, and by what."""

    leg_id: UUID
    code: VoidCode
    params: Params
    reason: str = ""
