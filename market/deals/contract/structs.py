"""What a contract says, as it is offered, and the contract of a deal as its readers see it."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, field

from market.deals.machine import Status
from market.deals.money import Amount, TaxKind
from market.deals.promise import Promise
from market.deals.relaxing import Relaxation
from market.parties.structs import Posted
from matching.values import Basis, Code, Portion, Price


class AnalyteDeduction(Posted, frozen=True, kw_only=True):
    """For what a portion has of an analyte beyond `from`: `amount` per tonne for each `per` of it, fractions pro rata.

    `from` and `per` are in `unit`, the amount is money in the currency of the price.
    """

    analyte: Code
    from_: Decimal = field(name="from")
    per: Decimal
    unit: Code
    basis: Basis | None = None
    amount: Decimal


class Splitting(Posted, frozen=True, kw_only=True):
    """How far two laboratories may differ, in `unit`, before an umpire decides."""

    analyte: Code
    limit: Decimal
    unit: Code


class ContractTerms(Posted, frozen=True, kw_only=True):
    """What holds for each portion.

    A claim is possible until `claim_days` after the receipt (inclusive JST day). The seller's weight counts where the
    buyer's differs by no more than `weight_tolerance_percent` of it, else the buyer's. Moisture above
    `moisture_above_percent` is deducted from the mass that is paid.

    `tax`: every place of delivery is in Japan, so the standard rate holds in any currency unless it says otherwise.
    What was due by the schedule and has not come `grace_days` after is overdue, and so is a portion that was not
    received and decided `receipt_days` after its dispatch. Both sides file their results of a sample within
    `result_days` after its receipt. All are inclusive JST days.
    """

    claim_days: int = 30
    weight_tolerance_percent: Decimal = Decimal("0.5")
    moisture_above_percent: Decimal | None = None
    deductions: Annotated[tuple[AnalyteDeduction, ...], Meta(max_length=20)] = ()
    splitting: Annotated[tuple[Splitting, ...], Meta(max_length=20)] = ()
    tax: TaxKind = TaxKind.STANDARD
    grace_days: int = 14
    receipt_days: int = 14
    result_days: int = 30


class ContractLeg(msgspec.Struct, frozen=True, kw_only=True):
    """What was agreed with one recycler, and what it comes to: without tax, the tax, and both together.

    `steps` are what it will have done to its lots before they leave, `message` is that of the accepted offer.
    """

    leg_id: UUID
    offer_id: UUID
    price: Price
    tonnes: float
    schedule: tuple[Portion, ...]
    relaxations: tuple[Relaxation, ...]
    steps: tuple[Promise, ...]
    terms: ContractTerms
    message: str | None
    amount: Amount
    signed: bool


class Contract(msgspec.Struct, frozen=True, kw_only=True):
    """The contract of a deal from `agreed` on. A recycler sees its own leg and its own and the buyer's signature."""

    deal_id: UUID
    status: Status
    buyer_signed: bool
    legs: tuple[ContractLeg, ...]
    updated_at: datetime
