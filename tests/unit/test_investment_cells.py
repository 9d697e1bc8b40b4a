"""A coordinator's answer: what fewer than five firms would use is told by region, and only once."""

import msgspec

from market.investments.cells import seen
from market.investments.structs import SeenInvestment
from matching.investing.answer import Investment, Investments
from specs.catalogue.loader import catalogue

OWNERS = {f"l{i}": f"yard {i}" for i in range(9)} | {"l9": "yard 0", "s0": "mill"}


def plant(
    prefecture: str, lots: int, value: float, *, offer: str | None = None, step: str = "HAND_PICKING"
) -> Investment:
    tonnes = {"tonnes_in": 10.0, "tonnes": 8.0}
    return Investment(
        step=step,
        prefecture=prefecture,
        site="the works",
        offer=offer,
        fee_per_tonne=900.0,
        tonnes_in=10.0,
        tonnes=8.0,
        value=value,
        per_tonne=1.0,
        lots=tuple(f"l{i}" for i in range(lots)),
        specs=("s0",),
        figures=(),
        flags=(),
        code="invest_as_assumed_priced",
        params={"step": step, "prefecture": prefecture, **tonnes, "value": value, "per_tonne": 1.0},
    )


def told(*plants: Investment, others: tuple[str, ...] = (), language: str = "en") -> list[SeenInvestment]:
    found = Investments(items=plants, left_out=(), base_value=0, unvalued=("s1",), engine="1", catalogue="x")
    return list(seen(found, OWNERS, frozenset(others), language, catalogue()).items)


def test_five_firms_are_enough_to_name_the_prefecture_and_four_are_not() -> None:
    # the mill is one of them
    five, four = told(plant("JP-27", 4, 9.0), plant("JP-13", 3, 8.0))
    assert (five.prefecture, five.region, five.site) == ("JP-27", "kinki", "the works")
    assert (five.firms, five.lots, five.specs) == (5, 4, 1)
    assert (four.prefecture, four.region, four.site) == (None, "kanto", None)
    assert (four.firms, four.lots, four.specs) == (None, None, None)
    assert (four.value, four.tonnes_in) == (8.0, 10.0)


def test_two_lots_of_one_firm_are_one_firm() -> None:
    lots = msgspec.structs.replace(plant("JP-27", 3, 1.0), lots=("l0", "l9", "l1", "l2"))
    assert told(lots)[0].prefecture is None


def test_small_cells_of_a_region_merge_into_its_best_and_only_for_one_kind_of_plant() -> None:
    found = told(
        plant("JP-13", 1, 9.0),
        plant("JP-14", 2, 8.0),
        plant("JP-14", 2, 7.0, offer="x"),
        plant("JP-12", 1, 6.0, step="BALLISTIC_LOWCU"),
        plant("JP-40", 1, 5.0),
        plant("JP-11", 5, 4.0),
    )
    assert [(one.region, one.prefecture, one.value) for one in found] == [
        ("kanto", None, 9.0),
        ("kanto", None, 7.0),
        ("kanto", None, 6.0),
        ("kyushu_okinawa", None, 5.0),
        ("kanto", "JP-11", 4.0),
    ]


def test_no_word_of_a_small_cell_names_its_prefecture() -> None:
    for language, name in (("en", "Kanto"), ("ja", "関東")):
        (one,) = told(plant("JP-13", 1, 9.0), language=language)
        assert name in one.reason
        body = msgspec.json.encode(one).decode()
        assert not any(word in body for word in ("JP-13", "Tokyo", "東京", "the works"))


def test_the_fee_of_an_offer_of_others_is_not_told_and_ones_own_is() -> None:
    theirs, own = told(plant("JP-27", 5, 2.0, offer="x"), plant("JP-27", 5, 1.0, offer="y"), others=("x",))
    assert (theirs.fee_per_tonne, own.fee_per_tonne) == (None, 900)


def test_no_more_than_twenty_plants_are_shown_after_merging() -> None:
    many = [plant("JP-13", 1, 100.0 - i) for i in range(30)] + [plant("JP-27", 5, 50.0 - i) for i in range(30)]
    found = told(*many)
    assert (len(found), found[0].prefecture, {one.prefecture for one in found[1:]}) == (20, None, {"JP-27"})
