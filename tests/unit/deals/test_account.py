"""The account of a leg, added up by hand."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from market.deals.account.statement import leg_account
from market.deals.account.structs import LegAccount
from market.deals.claims.held import HeldClaim
from market.deals.claims.machine import State as ClaimState
from market.deals.claims.structs import Answered, ClaimDraft, ClaimFacts, Finding, Kind, Remedy, Ruling, Severity
from market.deals.contract.agreed import Agreed
from market.deals.contract.structs import ContractTerms
from market.deals.deliveries.machine import State
from market.deals.deliveries.portion import HeldPortion
from market.deals.deliveries.structs import Facts
from market.deals.held import HeldLeg
from market.deals.machine import Actor, Turn
from market.deals.money import TaxKind
from market.deals.offers.structs import Terms
from matching.values import Currency, Price
from specs.kit import ids

AT = datetime(2027, 1, 1, tzinfo=UTC)
LEG = HeldLeg(id=ids.new_id(), seller_tenant=ids.new_id(), turn=Turn.NOBODY, kg=100_000, accepted_offer=None, lots=())


def portion(kg: int, net: int | str, state: State = State.SETTLED) -> HeldPortion:
    return HeldPortion(
        id=ids.new_id(), leg_id=LEG.id, seller_tenant=LEG.seller_tenant, lot_id=ids.new_id(), no=1, version=1,
        state=state, outcome=State.ACCEPTED, planned_kg=kg or 1, declared_kg=kg or 1, measured_kg=kg or 1,
        accepted_kg=kg, booked_kg=kg, dispatched_on=date(2027, 1, 1), received_on=date(2027, 1, 1), net=Decimal(net),
        currency="JPY", facts=Facts(), created_at=AT, updated_at=AT,
    )  # fmt: skip


def claim(by: Actor, state: ClaimState, remedy: Remedy, amount: int | str, kind: Kind = Kind.QUALITY) -> HeldClaim:
    """Asked for 9,999, answered or awarded at `amount`."""
    draft = ClaimDraft(kind=kind, severity=Severity.MINOR, text="x", remedy=remedy, amount=Decimal(9999))
    answers: tuple[Answered, ...] = ()
    ruling = None
    if state is ClaimState.DECIDED:
        ruling = Ruling(claim_id=ids.new_id(), finding=Finding.UPHELD, text="x", amount=Decimal(amount))
    else:
        answers = (Answered(text="x", amount=Decimal(1), at=AT), Answered(text="x", amount=Decimal(amount), at=AT))
    return HeldClaim(
        id=ids.new_id(), leg_id=LEG.id, seller_tenant=LEG.seller_tenant, delivery_id=None, no=1, version=1, by=by,
        state=state, kind=kind, severity=Severity.MINOR, amount=draft.amount, currency=Currency.JPY,
        facts=ClaimFacts(draft=draft, answers=answers, ruling=ruling), created_at=AT, updated_at=AT,
    )  # fmt: skip


def added(*of: HeldPortion | HeldClaim, price: str = "44000", currency: str = "JPY", **contract: Any) -> LegAccount:
    terms = Terms(price=Price(amount=Decimal(price), currency=Currency(currency)), tonnes=100.0)
    agreed = Agreed(offer_id=ids.new_id(), terms=terms, contract=ContractTerms(**contract))
    moved = [one for one in of if isinstance(one, HeldPortion)]
    return leg_account(LEG, agreed, moved, [one for one in of if isinstance(one, HeldClaim)])


def test_before_anything_moves_nothing_is_owed_beside_what_was_agreed() -> None:
    found = added()

    assert (found.contract.net, found.contract.tax) == (4_400_000, 440_000)
    assert (found.net, found.tax, found.total) == (0, 0, 0)


def test_portions_deductions_and_settled_claims_come_to_one_total() -> None:
    found = added(
        portion(40_000, 1_745_000),
        portion(0, 0, State.REJECTED),
        portion(20_000, 880_000),
        claim(Actor.BUYER, ClaimState.SETTLED, Remedy.PRICE_REDUCTION, 25_000),
        claim(Actor.SELLER, ClaimState.DECIDED, Remedy.PAYMENT, 3_000),
    )

    assert [(line.at_price, line.deducted, line.net) for line in found.portions] == [
        (1_760_000, -15_000, 1_745_000), (0, 0, 0), (880_000, 0, 880_000),
    ]  # fmt: skip
    assert [(line.amount, line.changes_price) for line in found.claims] == [(-25_000, True), (3_000, False)]
    # 1,745,000 + 880,000 - 25,000, a tenth of that, and 3,000 without tax
    assert (found.net, found.tax, found.compensation, found.total) == (2_600_000, 260_000, 3_000, 2_863_000)


@pytest.mark.parametrize("state", [ClaimState.OPEN, ClaimState.ANSWERED, ClaimState.ESCALATED, ClaimState.WITHDRAWN])
def test_a_claim_that_is_not_over_or_was_withdrawn_moves_no_money(state: ClaimState) -> None:
    assert added(claim(Actor.BUYER, state, Remedy.REFUND, 500)).claims == ()


def test_the_tax_is_rounded_once_a_leg() -> None:
    # of each portion alone it would be 0 yen
    found = added(*(portion(1_000, 9) for _ in range(4)), price="9")

    assert (found.net, found.tax, found.total) == (36, 3, 39)


def test_more_given_back_than_owed_is_owed_to_the_buyer_with_its_tax() -> None:
    found = added(portion(1_000, 1_005), claim(Actor.BUYER, ClaimState.DECIDED, Remedy.REFUND, 2_020))

    assert (found.net, found.tax, found.total) == (-1_015, -101, -1_116)


@pytest.mark.parametrize(("by", "kind"), [(Actor.BUYER, Kind.NON_DELIVERY), (Actor.SELLER, Kind.NON_ACCEPTANCE)])
@pytest.mark.parametrize("remedy", [Remedy.REFUND, Remedy.PRICE_REDUCTION])
def test_what_was_never_supplied_has_no_price_to_lower_and_bears_no_tax(by: Actor, kind: Kind, remedy: Remedy) -> None:
    found = added(claim(by, ClaimState.DECIDED, remedy, 5_000, kind))

    assert (found.net, found.tax, abs(found.compensation), abs(found.total)) == (0, 0, 5_000, 5_000)


def test_dollars_keep_their_cents_and_exports_bear_no_tax() -> None:
    found = added(portion(1_500, "465.38"), price="310.255", currency="USD", tax=TaxKind.EXPORT_EXEMPT)

    assert (found.net, found.tax, found.total, found.tax_rate) == (Decimal("465.38"), 0, Decimal("465.38"), 0)
