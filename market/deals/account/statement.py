"""What a leg comes to: accepted portions as they were settled, and claims as they were; nothing is counted twice.

A price reduction or refund lowers the base of the consumption tax with the price (消費税法 art. 38, 対価の返還等). What
makes good a loss is no consideration and bears none (消費税法基本通達 5-2-5); so is what is given for material that
never came or was never taken, whatever it is called: nothing was supplied whose price it could lower. What was accepted
is owed by itself, so a payment that was awarded comes on top of it. Amounts are Decimals in minor units; the tax is
rounded once a leg.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from market.deals.account.structs import Account, ClaimLine, LegAccount, PortionLine
from market.deals.claims import queries as claims
from market.deals.claims.held import HeldClaim, claim
from market.deals.claims.outcome import outcome
from market.deals.claims.structs import Remedy
from market.deals.contract import agreed as agreements
from market.deals.contract.agreed import Agreed
from market.deals.deliveries import queries as portions
from market.deals.deliveries.portion import HeldPortion, portion
from market.deals.held import Held, HeldLeg
from market.deals.machine import Actor
from market.deals.money import amount, taxed
from specs.kit.errors import NotFound
from specs.kit.tenancy import Work
from specs.listing.structs import KG

_OF_THE_PRICE: Final = (Remedy.PRICE_REDUCTION, Remedy.REFUND)


async def account(work: Work, deal: Held) -> Account:
    """As the engine. Raises NotFound where nothing is agreed."""
    if not agreements.struck(deal):
        raise NotFound
    moved = [portion(row) for row in await portions.of_deal(work, deal)]
    made = [claim(row) for row in await claims.of_deal(work, deal)]
    legs = [
        leg_account(
            leg,
            await agreements.of_leg(work, deal, leg),
            [one for one in moved if one.leg_id == leg.id],
            [one for one in made if one.leg_id == leg.id],
        )
        for leg in deal.seen_legs
    ]
    return Account(deal_id=deal.id, status=deal.status, legs=tuple(legs))


def leg_account(leg: HeldLeg, agreed: Agreed, moved: Sequence[HeldPortion], made: Sequence[HeldClaim]) -> LegAccount:
    """Of all portions and claims of the leg, in their order."""
    price, tax = agreed.terms.price, agreed.contract.tax
    own, awarded = tuple(_portions(moved, agreed)), tuple(_claims(made))
    net = sum((line.net for line in own), Decimal(0))
    net += sum((line.amount for line in awarded if line.changes_price), Decimal(0))
    compensation = sum((line.amount for line in awarded if not line.changes_price), Decimal(0))
    due = taxed(net, price.currency, tax)
    return LegAccount(
        leg_id=leg.id,
        currency=price.currency,
        contract=amount(price, leg.kg, tax),
        portions=own,
        claims=awarded,
        net=net,
        tax_kind=tax,
        tax_rate=tax.rate,
        tax=due,
        compensation=compensation,
        total=net + due + compensation,
    )


def _portions(moved: Sequence[HeldPortion], agreed: Agreed) -> Iterator[PortionLine]:
    for one in moved:
        if one.accepted_kg is None or one.net is None:
            continue
        full = amount(agreed.terms.price, one.accepted_kg, agreed.contract.tax).net
        yield PortionLine(
            delivery_id=one.id,
            no=one.no,
            state=one.state,
            tonnes=one.accepted_kg / KG,
            at_price=full,
            deducted=one.net - full,
            net=one.net,
        )


def _claims(made: Sequence[HeldClaim]) -> Iterator[ClaimLine]:
    for one in made:
        found = outcome(one)
        if found is None:
            continue
        remedy, money = found
        yield ClaimLine(
            claim_id=one.id,
            no=one.no,
            by=one.by,
            kind=one.kind,
            remedy=remedy,
            changes_price=remedy in _OF_THE_PRICE and not one.kind.of_lateness,
            amount=-money if one.by is Actor.BUYER else money,
        )
