"""What leaves an approval behind, and what stays inside it."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from market.deals.relaxing import Relaxation
from market.deals.review.terms import LegTerms
from market.deals.review.voiding import left_behind
from market.deals.review.words import told
from market.deals.structs import Approval, ApprovedLeg, ApprovedLot, VoidCode
from matching.values import Currency, Incoterm, Price
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


def approval(**changes: Any) -> Approval:
    leg = {
        "leg_id": LEG,
        "price": price("40000", incoterm="EXW"),
        "relaxations": (Relaxation(limit=0, relax_to=0.30),),
        "lots": (ApprovedLot(lot_id=LOT, kg=100_000),),
    }
    return Approval(
        at=datetime(2026, 11, 24, tzinfo=UTC), price_band_percent=10.0, legs=(ApprovedLeg(**leg | changes),)
    )


def terms(**changes: Any) -> LegTerms:
    same = {
        "leg_id": LEG,
        "price": price("40000"),
        "relaxations": (),
        "lots": (ApprovedLot(lot_id=LOT, kg=100_000),),
    }
    return LegTerms(**same | changes)


INSIDE: dict[str, dict[str, Any]] = {
    "the same": {},
    "at the upper edge of the band": {"price": price("44000.00")},
    "at the lower edge of the band": {"price": price("36000")},
    "without a price": {"price": None},
    "a term that was not stated before": {"price": price("40000", incoterm="EXW")},
    "less of the lot": {"lots": (ApprovedLot(lot_id=LOT, kg=1),)},
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
    "another lot": ({"lots": (ApprovedLot(lot_id=UUID(int=12), kg=1),)}, VoidCode.OTHER_LOT),
    "more of the lot": ({"lots": (ApprovedLot(lot_id=LOT, kg=100_001),)}, VoidCode.MORE_TONNES),
    "another leg": ({"leg_id": OTHER}, VoidCode.OTHER_LOT),
}


@pytest.mark.parametrize("changes", INSIDE.values(), ids=INSIDE)
def test_what_was_agreed_to_keeps_the_approval(changes: dict[str, Any]) -> None:
    assert not list(left_behind(approval(), WANTED, [terms(**changes)]))


@pytest.mark.parametrize(("changes", "code"), BEYOND.values(), ids=BEYOND)
def test_what_goes_beyond_voids_the_approval(changes: dict[str, Any], code: VoidCode) -> None:
    (reason,) = left_behind(approval(), WANTED, [terms(**changes)])
    assert (reason.code, reason.leg_id) == (code, changes.get("leg_id", LEG))


def test_where_no_price_was_approved_any_price_is_inside() -> None:
    assert not list(left_behind(approval(price=None), WANTED, [terms(price=price("1"))]))


def test_every_leg_is_looked_at() -> None:
    legs = [terms(price=price("50000")), terms(leg_id=OTHER)]
    assert [reason.leg_id for reason in left_behind(approval(), WANTED, legs)] == [LEG, OTHER]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("changes", "code"), BEYOND.values(), ids=BEYOND)
def test_every_reason_is_told_without_a_gap(changes: dict[str, Any], code: VoidCode, language: str) -> None:
    (reason,) = (told("void", one, language) for one in left_behind(approval(), WANTED, [terms(**changes)]))
    assert reason.reason != f"void.{code}"
    assert "?" not in reason.reason
