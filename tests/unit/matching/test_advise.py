"""Advice to a buyer who is short: the exact values at which supply comes in, each checked by solving again."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from matching.advise import advise
from matching.advising.answer import Advice, Advised, AdvisedChange
from matching.advising.telling import told
from matching.blend import blend
from matching.listings import Delivery, Demand, Lot, Spec
from matching.values import Limit, Place, Price, Window
from matching.words import LANGUAGES
from specs.catalogue.loader import catalogue
from tests.support.blends import BLENDS, GATE, offered
from tests.support.offers import offer
from tests.support.pairs import FIRST, LAST, assay, limit, spec

replace = msgspec.structs.replace
LATE = Window(from_=date(2027, 4, 10), until=date(2027, 5, 1))


def wanted(*limits: Limit, tonnes: float = 100, ceiling: float | None = None, **rest: object) -> Spec:
    given = {
        "quantity": Demand(tonnes=tonnes),
        "delivery": Delivery(location=GATE, from_=FIRST, until=LAST),
        "max_price": None if ceiling is None else Price(amount=Decimal(str(ceiling))),
    }
    return spec(*limits, **{**given, **rest})


def copper(value: float, price: float = 30_000, tonnes: float = 50, **rest: object) -> Lot:
    return offered(price, tonnes, assay("Cu", value, uncertainty=0.001), **rest)


def advised(asked: Spec, *lots: Lot, offers: tuple[object, ...] = ()) -> Advised:
    return advise(asked, [(chr(ord("a") + i), one) for i, one in enumerate(lots)], offers, catalogue())  # type: ignore[arg-type]


def kinds(item: Advice) -> tuple[str, ...]:
    return tuple(change.kind for change in item.changes)


def only(found: Advised, *wanted_kinds: str) -> Advice:
    (item,) = [item for item in found.items if kinds(item) == wanted_kinds]
    return item


def applied(asked: Spec, change: AdvisedChange) -> Spec:
    """The spec as the buyer would write it after one change."""
    match change.kind:
        case "limit":
            assert change.limit is not None
            limits = list(asked.limits)
            side = "max" if change.params["side"] == "over" else "min"
            limits[change.limit] = replace(limits[change.limit], **{side: change.to})
            return replace(asked, limits=tuple(limits))
        case "price":
            assert asked.max_price is not None
            return replace(asked, max_price=replace(asked.max_price, amount=Decimal(str(change.to))))
        case "until":
            return replace(asked, delivery=replace(asked.delivery, until=date.fromisoformat(str(change.to))))
        case "from":
            return replace(asked, delivery=replace(asked.delivery, from_=date.fromisoformat(str(change.to))))
        case _:
            place = Place(prefecture=str(change.to))
            return replace(asked, delivery=replace(asked.delivery, location=place))


def confirmed(asked: Spec, lots: list[tuple[str, Lot]], item: Advice) -> None:
    """The changed spec really has a blend of the tonnes that were promised, of lots under its ceiling."""
    for change in item.changes:
        asked = applied(asked, change)
    asked = replace(asked, quantity=replace(asked.quantity, tonnes=item.tonnes))
    if asked.max_price is not None:
        whole = blend(replace(asked, limits=(), quantity=Demand(tonnes=0.001)), lots, catalogue())
        assert whole.status == "optimal"
        ceiling = float(asked.max_price.amount)
        lots = [one for one in lots if one[1].ask_price and float(one[1].ask_price.amount) <= ceiling]
    assert blend(asked, lots, catalogue()).status in {"optimal", "feasible"}


def test_enough_supply_needs_no_advice() -> None:
    found = advised(wanted(limit("Cu", max=0.25)), copper(0.2, tonnes=100))
    assert (found.status, found.tonnes, found.items) == ("supplied", 100, ())


def test_a_limit_moves_to_where_the_blend_needs_it() -> None:
    asked = wanted(limit("Cu", max=0.2, negotiable=True), tonnes=100)
    found = advised(asked, copper(0.1), copper(0.4))
    # at 0.2: 50 t of 0.1 carry 25 t of 0.4; for 100 t the mean is 0.25
    assert found.tonnes == pytest.approx(75, abs=0.01)
    item = found.items[0]
    assert kinds(item) == ("limit",)
    assert item.changes[0].to == pytest.approx(0.25, rel=1e-4)
    assert item.tonnes_unlocked == pytest.approx(25, abs=0.01)


def test_the_ceiling_rises_to_the_price_of_the_lot_that_suffices() -> None:
    asked = wanted(limit("Cu", max=0.25), tonnes=90, ceiling=40_000)
    found = advised(asked, copper(0.1), copper(0.1, 47_000.3), copper(0.1, 60_000))
    item = only(found, "price")
    assert (item.changes[0].to, item.tonnes_unlocked) == (47_001, 40)
    assert item.cost_per_tonne == pytest.approx(47_000.3)


def test_a_nearer_price_that_unlocks_less_is_advice_of_its_own() -> None:
    asked = wanted(limit("Cu", max=0.25), tonnes=150, ceiling=40_000)
    found = advised(asked, copper(0.1), copper(0.1, 45_000), copper(0.1, 60_000))
    assert [(item.changes[0].to, item.tonnes_unlocked) for item in found.items] == [(60_000, 100), (45_000, 50)]


def test_the_window_opens_to_the_day_on_which_the_lot_comes() -> None:
    found = advised(wanted(limit("Cu", max=0.25)), copper(0.1), copper(0.1, available=LATE))
    item = only(found, "until")
    assert (item.changes[0].to, item.tonnes_unlocked) == ("2027-04-10", 50)


def test_the_window_opens_backwards_too() -> None:
    early = Window(from_=date(2026, 11, 1), until=date(2026, 12, 20))
    item = only(advised(wanted(limit("Cu", max=0.25)), copper(0.1), copper(0.1, available=early)), "from")
    assert item.changes[0].to == "2026-12-20"


def test_delivery_taken_elsewhere_brings_far_lots_under_the_ceiling_at_the_cost_of_fetching() -> None:
    far = copper(0.1, 39_000, location=Place(prefecture="JP-40"))
    item = only(advised(wanted(limit("Cu", max=0.25), ceiling=45_000), far), "place")
    assert item.changes[0].to == "JP-40"
    assert item.cost_per_tonne is not None
    assert item.cost_per_tonne > 45_000


def test_two_changes_are_advised_where_neither_unlocks_as_much_alone() -> None:
    asked = wanted(limit("Cu", max=0.25), tonnes=50, ceiling=40_000)
    found = advised(asked, copper(0.4, 50_000))
    assert [kinds(item) for item in found.items] == [("limit", "price")]
    assert found.items[0].changes[0].to == pytest.approx(0.4, rel=1e-4)
    assert found.items[0].changes[1].to == 50_000


def test_what_is_negotiable_comes_first_whatever_the_rest_unlocks() -> None:
    asked = wanted(limit("Cu", max=0.25), tonnes=200, ceiling=40_000)
    found = advised(asked, copper(0.1), copper(0.1, 45_000, 10), copper(0.6, tonnes=90))
    assert [item.negotiable for item in found.items] == sorted((i.negotiable for i in found.items), reverse=True)
    assert {i.code for i in found.items} == {"advice", "advice_not_negotiable"}
    assert found.items[0].tonnes_unlocked < found.items[-1].tonnes_unlocked


def test_a_limit_names_the_steps_that_would_spare_the_move() -> None:
    found = advised(wanted(limit("Cu", max=0.2)), copper(0.4))
    assert [s.code for s in found.items[0].changes[0].steps][:2] == ["PRECISE_DISMANTLING", "BALLISTIC_LOWCU"]


def test_a_processors_path_unlocks_what_it_would_yield() -> None:
    sorter = offer(kept=0.8, fee=2000, Cu=0.6, location=GATE)
    item = only(advised(wanted(limit("Cu", max=0.2)), copper(0.3), offers=(sorter,)), "step")
    assert item.changes[0].offers == ("ballistic_lowcu",)
    assert item.tonnes_unlocked == pytest.approx(40)
    assert item.cost_per_tonne == pytest.approx(32_000 / 0.8)


def test_a_path_dearer_than_the_ceiling_is_no_advice_until_the_ceiling_rises() -> None:
    sorter = offer(kept=0.8, fee=2000, Cu=0.6, location=GATE)
    asked = wanted(limit("Cu", max=0.2), ceiling=35_000)
    found = advised(asked, copper(0.3), copper(0.1, 41_000, 10), offers=(sorter,))
    assert [kinds(item) for item in found.items if "step" in kinds(item)] == [("price", "step")]


def test_a_limit_that_does_not_blend_is_judged_lot_by_lot() -> None:
    asked = wanted(limit("charpy_notched_23", min=5, unit="kJ/m2", negotiable=True), material="pp", tonnes=30)
    weak, strong = (
        offered(100_000, 20, assay("charpy_notched_23", v, "kJ/m2", uncertainty=0.1), material="pp") for v in (4.0, 6.0)
    )
    found = advised(asked, weak, strong)
    assert (found.method, found.tonnes) == ("lots", 20)
    item = only(found, "limit")
    assert (item.changes[0].to, item.tonnes_unlocked) == (pytest.approx(4.0), 10)


def test_lots_without_a_price_unlock_tonnes_at_no_stated_cost() -> None:
    unpriced = replace(copper(0.3), ask_price=None)
    found = advised(wanted(limit("Cu", max=0.2)), unpriced)
    assert (found.items[0].cost_per_tonne, found.items[0].code) == (None, "advice_not_negotiable_unpriced")


def test_nothing_to_buy_is_an_answer() -> None:
    found = advised(wanted(limit("Cu", max=0.2)))
    assert (found.status, found.tonnes, found.items) == ("short", 0, ())


def test_an_unmeasured_limit_is_no_case_for_moving_it() -> None:
    assert advised(wanted(limit("Sn", max=0.2)), copper(0.1)).items == ()


@pytest.mark.parametrize("name", ["lp-30", "lp-all-lots-tight", "infeasible-tonnes"])
def test_every_advice_on_a_published_blend_is_confirmed_by_a_blend_of_its_own(name: str) -> None:
    case = next(c for c in BLENDS if c.name == name)
    asked = replace(case.spec, quantity=replace(case.spec.quantity, tonnes=3 * case.spec.quantity.tonnes))
    lots: list[tuple[str, Lot]] = [(one.id, one) for one in case.lots]
    found = advise(asked, lots, [], catalogue())
    assert found.items
    for item in found.items:
        confirmed(asked, lots, item)


def test_the_mildest_end_of_a_limit_is_the_mildest() -> None:
    case = next(c for c in BLENDS if c.name == "lp-30")
    asked = replace(case.spec, quantity=replace(case.spec.quantity, tonnes=3 * case.spec.quantity.tonnes))
    lots: list[tuple[str, Lot]] = [(one.id, one) for one in case.lots]
    for item in advise(asked, lots, [], catalogue()).items:
        if kinds(item) != ("limit",):
            continue
        change = item.changes[0]
        stated, to = change.params["limit"], change.to
        assert isinstance(stated, float)
        assert isinstance(to, float)
        short = applied(asked, replace(change, to=stated + 0.98 * (to - stated)))
        short = replace(short, quantity=replace(short.quantity, tonnes=item.tonnes))
        assert blend(short, lots, catalogue()).status == "infeasible"


def test_the_answer_is_the_same_byte_for_byte_and_whatever_the_order_of_the_lots() -> None:
    asked = wanted(limit("Cu", max=0.2, negotiable=True), tonnes=150, ceiling=40_000)
    lots = [("x", copper(0.1)), ("y", copper(0.4)), ("z", copper(0.1, 45_000, available=LATE))]
    first = msgspec.json.encode(advise(asked, lots, [], catalogue()))
    assert msgspec.json.encode(advise(asked, lots[::-1], [], catalogue())) == first


@pytest.mark.parametrize("language", LANGUAGES)
def test_advice_reads_as_a_sentence(language: str) -> None:
    asked = wanted(limit("Cu", max=0.2), tonnes=400, ceiling=40_000)
    early = Window(from_=date(2026, 11, 1), until=date(2026, 12, 20))
    lots = (
        copper(0.3),
        copper(0.1, 45_000),
        copper(0.1, available=LATE),
        copper(0.1, available=early),
        copper(0.9),
    )
    near = advised(asked, *lots, offers=(offer(kept=0.8, fee=0, Cu=0.9, location=GATE),))
    far = advised(asked, copper(0.1, 35_000, location=Place(prefecture="JP-40")))
    items = (*near.items, *far.items)
    seen = {change.kind for item in items for change in item.changes}
    assert seen == {"limit", "price", "from", "until", "place", "step"}
    for item in (told(one, language, catalogue()) for one in items):
        assert not {"?", "{"} & set(item.reason), item.reason
        assert "None" not in item.reason
        assert "JP-" not in item.reason
