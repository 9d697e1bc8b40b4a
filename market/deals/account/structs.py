"""The statement of money of a deal, as both sides of a leg and coordinators read it."""

from decimal import Decimal
from uuid import UUID

import msgspec

from market.deals.claims.structs import Kind, Remedy
from market.deals.deliveries.machine import State
from market.deals.machine import Actor, Status
from market.deals.money import Amount, TaxKind
from matching.values import Currency


class PortionLine(msgspec.Struct, frozen=True, kw_only=True):
    """A portion that was decided: `at_price`, what was deducted (negative), and both together, without tax."""

    delivery_id: UUID
    no: int
    state: State
    tonnes: float
    at_price: Decimal
    deducted: Decimal
    net: Decimal


class ClaimLine(msgspec.Struct, frozen=True, kw_only=True):
    """What a claim was settled or decided at: negative in favour of the buyer, positive in favour of the recycler.

    `changes_price`: a price reduction or refund is taxed like the price; a compensation bears no tax, and of what was
    not delivered or not accepted nothing else can be had.
    """

    claim_id: UUID
    no: int
    by: Actor
    kind: Kind
    remedy: Remedy
    changes_price: bool
    amount: Decimal


class LegAccount(msgspec.Struct, frozen=True, kw_only=True):
    """All that the buyer owes one recycler; a negative `total` is owed to the buyer.

    `net` is the sum of portions and of claims that change the price, `tax` on that is worked out once, its fraction
    dropped, and may differ by less than a minor unit a portion from the sum of theirs. `compensation` bears none.
    `contract` is what the agreed tonnes come to: it is no part of the sum.
    """

    leg_id: UUID
    currency: Currency
    contract: Amount
    portions: tuple[PortionLine, ...]
    claims: tuple[ClaimLine, ...]
    net: Decimal
    tax_kind: TaxKind
    tax_rate: Decimal
    tax: Decimal
    compensation: Decimal
    total: Decimal


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """The account of a deal from `agreed` on. A recycler sees its own leg only."""

    deal_id: UUID
    status: Status
    legs: tuple[LegAccount, ...]
