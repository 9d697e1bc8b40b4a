"""How little may be taken of each lot."""

from decimal import Decimal

import pytest

from market.deals.offers.structs import Terms
from market.deals.offers.terms import Room, term_faults
from market.deals.sharing import shared_out
from market.deals.taking import Take, take_faults
from matching.values import Incoterm, Price
from specs.catalogue.loader import catalogue
from tests.support.market import lot, spec

WANTED = spec(quantity={"tonnes": 300, "min_lot_tonnes": 30})
BIG, SMALL = lot(quantity={"tonnes": 60, "min_take_tonnes": 20}), lot(quantity={"tonnes": 20, "min_take_tonnes": 10})


@pytest.mark.parametrize(
    ("kg", "left", "blended", "codes"),
    [
        (29_999, 60_000, False, ["less_than_least"]),
        (30_000, 60_000, False, []),
        # all that is left may be taken
        (25_000, 25_000, False, []),
        # the buyer's own blend: only the recycler's word counts
        (20_000, 60_000, True, []),
        (19_999, 60_000, True, ["less_than_least"]),
    ],
)
def test_the_least_of_a_lot_is_what_both_sides_ask_for(kg: int, left: int, blended: bool, codes: list[str]) -> None:
    found = take_faults("/tonnes", WANTED, [Take(BIG, kg, left)], blended=blended)

    assert [one.code for one in found] == codes


def test_each_lot_of_a_leg_keeps_its_own_least() -> None:
    room = Room(
        spec=WANTED,
        lots=(BIG, SMALL),
        left=(60_000, 20_000),
        parts=(60_000, 20_000),
        most=80_000,
        blended=True,
        today=WANTED.delivery.from_,
    )
    terms = Terms(price=Price(amount=Decimal(44000), incoterm=Incoterm.DAP), tonnes=36)

    # 27 t and 9 t: together more than both leasts together, and less than the second one's
    assert shared_out(36_000, room.parts) == (27_000, 9_000)
    assert [(one.pointer, one.code, one.params) for one in term_faults(terms, room, catalogue())] == [
        ("/tonnes", "less_of_a_lot", {"given": 9.0, "least": 10.0})
    ]
