"""What leaves an approval behind, and what stays inside it."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from market.deals.approval import Approval, ApprovedLeg, ApprovedLot, FirstOffer, VoidCode
from market.deals.contract.structs import ContractTerms
from market.deals.promise import Promise
from market.deals.relaxing import Relaxation
from market.deals.review.terms import LegTerms
from market.deals.review.voiding import left_behind, moved_percent
from market.deals.review.words import told
from matching.values import Currency, Incoterm, Portion, Price
from matching.words import LANGUAGES
from tests.support.market import spec

LEG, OTHER = UUID(int=1), UUID(int=2)
LOT = UUID(int=11)
WANTED = spec(
    limits=[
        {"analytes": ["Cu"], "max": 0.25, "unit": "%", "negotiable": True},
        {"analytes": ["Cr", "Ni", "Mo"], "max": 0.17, "unit": "%"},
        {"analytes": ["Fe"], "min": 95.0, "unit": "%", "negotiable": True},
    ]
)


def price(amount: str, currency: str = "JPY", incoterm: str | None = None) -> Price:
    term = None if incoterm is None else Incoterm(incoterm)
    return Price(amount=Decimal(amount), currency=Currency(currency), incoterm=term)


def months(**tonnes: float) -> tuple[Portion, ...]:
    return tuple(Portion(month=f"2027-{name[1:]}", tonnes=one) for name, one in tonnes.items())


SORTED = Promise(step="sensor_sorting", yield_=0.9)
CONTRACT = ContractTerms(claim_days=14)


def approval(first_offer: FirstOffer = FirstOffer.NEAR_ASK, **changes: Any) -> Approval:
    leg = {
        "leg_id": LEG,
        "price": price("40000", incoterm="EXW"),
        "relaxations": (Relaxation(limit=0, relax_to=0.30),),
        "lots": (ApprovedLot(lot_id=LOT, kg=100_000),),
        "steps": (SORTED,),
        "schedule": months(m01=60, m02=40),
        "contract": CONTRACT,
    }
    leg = ApprovedLeg(**leg | changes)
    return Approval(at=datetime(2026, 11, 24, tzinfo=UTC), first_offer=first_offer, legs=(leg,))


def unseen(first_offer: FirstOffer = FirstOffer.NEAR_ASK) -> Approval:
    """Given before anything was offered."""
    return approval(first_offer, price=None, steps=(), schedule=(), contract=None)


def terms(**changes: Any) -> LegTerms:
    same = {
        "leg_id": LEG,
        "price": price("40000"),
        "relaxations": (),
        "lots": (ApprovedLot(lot_id=LOT, kg=100_000),),
        "steps": (SORTED,),
        "schedule": months(m01=60, m02=40),
        "contract": CONTRACT,
    }
    return LegTerms(**same | changes)


INSIDE: dict[str, dict[str, Any]] = {
    "the same": {},
    "at the upper edge of the band": {"price": price("44000.00")},
    "at the lower edge of the band": {"price": price("36000")},
    "without a price": {"price": None},
    "a term that was not stated before": {"price": price("40000", incoterm="EXW")},
    "less of the lot, at the edge of the band": {"lots": (ApprovedLot(lot_id=LOT, kg=50_000),)},
    "a quarter of the tonnes in another month": {"schedule": months(m01=35, m02=65)},
    "the limit relaxed as approved": {"relaxations": (Relaxation(limit=0, relax_to=0.30),)},
    "the limit relaxed less": {"relaxations": (Relaxation(limit=0, relax_to=0.26),)},
}
BEYOND: dict[str, tuple[dict[str, Any], VoidCode]] = {
    "over the band": ({"price": price("44000.01")}, VoidCode.PRICE_BEYOND_BAND),
    "under the band": ({"price": price("35999.99")}, VoidCode.PRICE_BEYOND_BAND),
    "another currency": ({"price": price("40000", "USD")}, VoidCode.OTHER_CURRENCY),
    "another delivery term": ({"price": price("40000", incoterm="DAP")}, VoidCode.OTHER_INCOTERM),
    "relaxed further": ({"relaxations": (Relaxation(limit=0, relax_to=0.301),)}, VoidCode.LIMIT_RELAXED_FURTHER),
    "another limit relaxed": ({"relaxations": (Relaxation(limit=1, relax_to=0.18),)}, VoidCode.LIMIT_RELAXED_FURTHER),
    "a lower bound relaxed": ({"relaxations": (Relaxation(limit=2, relax_to=94.9),)}, VoidCode.LIMIT_RELAXED_FURTHER),
    "another lot": ({"lots": (ApprovedLot(lot_id=UUID(int=12), kg=100_000),)}, VoidCode.OTHER_LOT),
    "more of the lot": ({"lots": (ApprovedLot(lot_id=LOT, kg=100_001),)}, VoidCode.MORE_TONNES),
    "another leg": ({"leg_id": OTHER}, VoidCode.OTHER_LOT),
}


@pytest.mark.parametrize("changes", INSIDE.values(), ids=INSIDE)
def test_what_was_agreed_to_keeps_the_approval(changes: dict[str, Any]) -> None:
    assert not list(left_behind(approval(), WANTED, [terms(**changes)], {}))


@pytest.mark.parametrize(("changes", "code"), BEYOND.values(), ids=BEYOND)
def test_what_goes_beyond_voids_the_approval(changes: dict[str, Any], code: VoidCode) -> None:
    (reason,) = left_behind(approval(), WANTED, [terms(**changes)], {})
    assert (reason.code, reason.leg_id) == (code, changes.get("leg_id", LEG))


ASKS = [price("40000"), price("50000")]
PLAIN: dict[str, Any] = {"steps": (), "schedule": (), "contract": None}
FIRST: dict[str, tuple[FirstOffer, dict[str, Any], list[Price | None], list[VoidCode]]] = {
    "at the lower edge of the lowest ask": (FirstOffer.NEAR_ASK, {"price": price("36000")}, ASKS, []),
    "at the upper edge of the highest ask": (FirstOffer.NEAR_ASK, {"price": price("55000")}, ASKS, []),
    "under it": (FirstOffer.NEAR_ASK, {"price": price("35999.99")}, ASKS, [VoidCode.FIRST_PRICE_BEYOND_BAND]),
    "over it": (FirstOffer.NEAR_ASK, {"price": price("55000.01")}, ASKS, [VoidCode.FIRST_PRICE_BEYOND_BAND]),
    "no ask": (FirstOffer.NEAR_ASK, {}, [None], [VoidCode.FIRST_OFFER]),
    "an ask of one of two lots": (FirstOffer.NEAR_ASK, {}, [price("40000"), None], [VoidCode.FIRST_OFFER]),
    "an ask in another currency": (FirstOffer.NEAR_ASK, {}, [price("40000", "USD")], [VoidCode.FIRST_OFFER]),
    "a promised step": (FirstOffer.NEAR_ASK, {"steps": (SORTED,)}, ASKS, [VoidCode.OTHER_STEPS]),
    "months and contract terms": (FirstOffer.NEAR_ASK, {"schedule": months(m02=100), "contract": CONTRACT}, ASKS, []),
    "whatever it is": (FirstOffer.REVIEW, {}, ASKS, [VoidCode.FIRST_OFFER]),
    "anything": (FirstOffer.ANY, {"price": price("1"), "steps": (SORTED,)}, ASKS, []),
    "anything but a limit": (
        FirstOffer.ANY,
        {"relaxations": (Relaxation(limit=0, relax_to=0.31),)},
        ASKS,
        [VoidCode.LIMIT_RELAXED_FURTHER],
    ),
}


@pytest.mark.parametrize(("policy", "changes", "asks", "codes"), FIRST.values(), ids=FIRST)
def test_what_holds_of_a_first_offer_is_what_the_policy_said(
    policy: FirstOffer, changes: dict[str, Any], asks: list[Price | None], codes: list[VoidCode]
) -> None:
    found = left_behind(unseen(policy), WANTED, [terms(**PLAIN | changes)], {LEG: asks})
    assert [reason.code for reason in found] == codes


def test_a_reason_about_a_first_price_does_not_tell_what_the_lot_asks() -> None:
    offer = terms(**PLAIN | {"price": price("99000")})
    (reason,) = left_behind(unseen(), WANTED, [offer], {LEG: [price("41234")]})
    assert set(reason.params) == {"given", "currency", "percent"}


def test_the_share_that_moves_does_not_depend_on_the_tonnes() -> None:
    assert moved_percent(months(m01=60, m02=40), months(m01=6, m02=4)) == pytest.approx(0.0)
    assert moved_percent(months(m01=50, m02=50), months(m02=1, m03=1)) == pytest.approx(50.0)


def test_every_leg_is_looked_at() -> None:
    legs = [terms(price=price("50000")), terms(leg_id=OTHER)]
    assert [reason.leg_id for reason in left_behind(approval(), WANTED, legs, {})] == [LEG, OTHER]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("changes", "code"), BEYOND.values(), ids=BEYOND)
def test_every_reason_is_told_without_a_gap(changes: dict[str, Any], code: VoidCode, language: str) -> None:
    (reason,) = (told("void", one, language) for one in left_behind(approval(), WANTED, [terms(**changes)], {}))
    assert reason.reason != f"void.{code}"
    assert "?" not in reason.reason


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("asks", [[None], [price("1")]])
def test_every_reason_of_a_first_offer_is_told_without_a_gap(asks: list[Price | None], language: str) -> None:
    (one,) = left_behind(unseen(), WANTED, [terms(**PLAIN)], {LEG: asks})
    reason = told("void", one, language).reason
    assert reason != f"void.{one.code}"
    assert "?" not in reason
