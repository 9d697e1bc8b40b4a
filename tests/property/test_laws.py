"""The laws of rule 12 as properties, over specs and lots drawn from the catalogue.

Two are narrower than the design's words, for the reasons given at their tests.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import msgspec
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from matching.engine import Disclosure, evaluate
from matching.evaluation import Evaluation
from matching.listings import Delivery, Demand, Lot, Spec, Supply
from matching.ranking import is_near_miss, rank
from matching.tariffs import Tariff
from matching.values import Assay, Basis, Incoterm, Limit, Operator, Place, Price, Verdict, Window
from specs.catalogue.loader import catalogue

ELEMENTS = ("Cu", "Sn", "Cr", "Ni", "Mo", "Mn", "S", "P")
replace = msgspec.structs.replace
DAY = date(2027, 1, 1)

# Before the tests, which take the profile that is loaded when they are defined. A busy machine draws slowly, which
# says nothing of the laws.
settings.register_profile(
    "laws",
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
settings.load_profile("laws")


def amounts(low: float = 0.001, high: float = 5.0) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False).map(lambda x: float(f"{x:.4g}"))


@st.composite
def limits(draw: st.DrawFn) -> Limit:
    analytes = tuple(draw(st.lists(st.sampled_from(ELEMENTS), min_size=1, max_size=3, unique=True)))
    low, width = draw(amounts()), draw(amounts())
    shape = draw(st.sampled_from(("max", "min", "band", "exclusive_max", "exclusive_min")))
    ends: dict[str, float] = {shape: low} if shape != "band" else {"min": low, "max": low + width}
    return Limit(analytes=analytes, unit="%", basis=draw(st.sampled_from((None, *Basis))), **ends)


@st.composite
def assays(draw: st.DrawFn) -> Assay:
    value = draw(amounts())
    common = {
        "analyte": draw(st.sampled_from(ELEMENTS)),
        "unit": "%",
        "basis": draw(st.sampled_from((None, *Basis))),
        "sample": draw(st.sampled_from((None, "a", "b"))),
        "laboratory": draw(st.sampled_from((None, "x"))),
    }
    if draw(st.booleans()):
        uncertainty = draw(st.none() | amounts(0.0005, 0.5))
        return Assay(value=value, uncertainty=uncertainty, **common)
    if draw(st.booleans()):
        return Assay(low=value, high=value + draw(amounts()), **common)
    return Assay(value=value, operator=draw(st.sampled_from(Operator)), **common)


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    return Spec(
        material="carbon_steel_scrap",
        limits=tuple(draw(st.lists(limits(), min_size=1, max_size=4))),
        confidence=draw(st.sampled_from((0.5, 0.8, 0.95, 0.99))),
        quantity=Demand(tonnes=draw(amounts(1, 5000))),
        delivery=Delivery(
            location=Place(prefecture="JP-13"), from_=DAY, until=DAY + timedelta(draw(st.integers(0, 90)))
        ),
        max_price=draw(st.none() | st.just(Price(amount=Decimal(50000), incoterm=Incoterm.DAP))),
    )


@st.composite
def lots(draw: st.DrawFn) -> Lot:
    begins = DAY + timedelta(draw(st.integers(-60, 100)))
    moisture = draw(st.none() | st.floats(0.5, 20).map(lambda x: round(x, 2)))
    wet = (Assay(analyte="moisture", value=moisture, unit="%"),) if moisture else ()
    return Lot(
        material="carbon_steel_scrap",
        assays=(*draw(st.lists(assays(), max_size=8)), *wet),
        quantity=Supply(tonnes=draw(amounts(1, 5000))),
        location=Place(prefecture=draw(st.sampled_from(("JP-01", "JP-13", "JP-14", "JP-27", "JP-40", "JP-47")))),
        available=Window(from_=begins, until=begins + timedelta(draw(st.integers(0, 90)))),
        ask_price=draw(
            st.none() | st.integers(0, 90000).map(lambda n: Price(amount=Decimal(n), incoterm=Incoterm.EXW))
        ),
    )


def judged(spec: Spec, lot: Lot, disclosure: Disclosure = Disclosure.FULL) -> Evaluation:
    return evaluate(spec, lot, catalogue(), disclosure=disclosure)


def rank_class(evaluation: Evaluation) -> int:
    """Smaller is better; blocked and out of specification share the last class."""
    return 3 if is_near_miss(evaluation) else evaluation.verdict.rank


def no_worse(after: Evaluation, before: Evaluation) -> None:
    assert rank_class(after) <= rank_class(before)
    if rank_class(after) == rank_class(before):
        assert after.score >= before.score - 1e-6


@given(specs(), lots(), st.data())
def test_loosening_a_limit_never_lowers_the_class_or_within_it_the_score(
    spec: Spec, lot: Lot, data: st.DataObject
) -> None:
    """Across classes the score may fall: a limit that becomes evaluated brings its probability into the product."""
    i = data.draw(st.integers(0, len(spec.limits) - 1))
    limit, step = spec.limits[i], data.draw(amounts(0.001, 3))
    looser = {
        name: value + step if name.endswith("max") else max(0.0, value - step)
        for name in ("min", "max", "exclusive_min", "exclusive_max")
        if (value := getattr(limit, name)) is not None
    }
    moved = replace(spec, limits=(*spec.limits[:i], replace(limit, **looser), *spec.limits[i + 1 :]))
    before, after = judged(spec, lot), judged(moved, lot)
    assert rank_class(after) <= rank_class(before)
    if before.completeness == after.completeness:
        no_worse(after, before)


@given(specs(), lots(), st.integers(0, 90000), st.integers(0, 90000))
def test_lowering_the_price_never_lowers_the_score(spec: Spec, lot: Lot, ask: int, less: int) -> None:
    def asking(amount: int) -> Lot:
        return replace(lot, ask_price=Price(amount=Decimal(amount), incoterm=Incoterm.EXW))

    for disclosure in Disclosure:
        no_worse(judged(spec, asking(max(0, ask - less)), disclosure), judged(spec, asking(ask), disclosure))


@given(specs(), lots())
def test_lowering_the_freight_never_lowers_the_score(spec: Spec, lot: Lot) -> None:
    nearby = replace(lot, location=spec.delivery.location)
    no_worse(judged(spec, nearby), judged(spec, lot))


@given(specs(), lots(), st.floats(1, 3), st.integers(0, 100_000), st.sampled_from(("JP-14", "JP-40", "JP-47", "JP-01")))
def test_a_dearer_freight_table_never_lowers_a_delivered_price_nor_raises_a_score(
    spec: Spec, lot: Lot, times: float, more: int, prefecture: str
) -> None:
    """Dearer by the same share and amount at every distance: a fare that rises alone steepens the line that is
    extrapolated from it, and so lowers the price of a way under the shortest published one."""
    shipped = catalogue().freight
    fares = tuple(replace(fare, jpy=fare.jpy * times + more) for fare in shipped.fares)
    beyond = tuple(replace(one, jpy_per_50km=one.jpy_per_50km * times) for one in shipped.beyond)
    dear = replace(shipped, fares=fares, beyond=beyond, sea=replace(shipped.sea, jpy_per_tkm=5.0 * times))
    known = catalogue().priced([Tariff(stamp="t@1", set_at=datetime(2027, 1, 1, tzinfo=UTC), table=dear)])
    bought = replace(lot, location=Place(prefecture=prefecture), ask_price=Price(amount=Decimal(40_000)))
    for disclosure in Disclosure:
        cheap, dearer = (evaluate(spec, bought, k, disclosure=disclosure) for k in (catalogue(), known))
        no_worse(cheap, dearer)
        if cheap.delivered_price is not None:
            assert dearer.delivered_price is not None
            assert dearer.delivered_price.amount >= cheap.delivered_price.amount


@given(specs(), lots(), amounts(0.1, 9000))
def test_adding_tonnes_never_lowers_the_score(spec: Spec, lot: Lot, more: float) -> None:
    larger = replace(lot, quantity=replace(lot.quantity, tonnes=lot.quantity.tonnes + more))
    no_worse(judged(spec, larger), judged(spec, lot))


@given(specs(), lots(), st.integers(0, 200), st.integers(0, 200))
def test_widening_the_delivery_window_never_lowers_the_score(spec: Spec, lot: Lot, before: int, after: int) -> None:
    """Without dated assays: an earlier `delivery.from` makes the same results younger, never older."""
    window = spec.delivery
    wider = replace(window, from_=window.from_ - timedelta(before), until=window.until + timedelta(after))
    no_worse(judged(replace(spec, delivery=wider), lot), judged(spec, lot))


@given(specs(), lots(), st.sampled_from((("ppm", 1e4), ("mg/g", 10.0), ("ppb", 1e7))))
def test_rewriting_units_changes_no_verdict_and_no_probability(spec: Spec, lot: Lot, unit: tuple[str, float]) -> None:
    name, by = unit

    def scaled(assay: Assay) -> Assay:
        numbers = {f: v * by for f in ("value", "low", "high", "uncertainty") if (v := getattr(assay, f)) is not None}
        return replace(assay, unit=name, **numbers)

    rewritten = replace(lot, assays=tuple(scaled(a) for a in lot.assays))
    same(judged(spec, rewritten), judged(spec, lot))
    bounds = ("min", "max", "exclusive_min", "exclusive_max")
    limits_too = tuple(
        replace(x, unit=name, **{f: v * by for f in bounds if (v := getattr(x, f)) is not None}) for x in spec.limits
    )
    same(judged(replace(spec, limits=limits_too), lot), judged(spec, lot))


@given(specs(), lots())
def test_rewriting_the_basis_changes_no_verdict_and_no_probability(spec: Spec, lot: Lot) -> None:
    wet = [a for a in lot.assays if a.analyte == "moisture"]
    assume(wet)
    dry = 1.0 - (wet[0].value or 0.0) / 100.0

    def dried(assay: Assay) -> Assay:
        if assay.basis is not Basis.AS_RECEIVED:
            return assay
        numbers = {f: v / dry for f in ("value", "low", "high", "uncertainty") if (v := getattr(assay, f)) is not None}
        return replace(assay, basis=Basis.DRY, **numbers)

    rewritten = replace(lot, assays=tuple(dried(a) for a in lot.assays))
    same(judged(spec, rewritten), judged(spec, lot))


def same(one: Evaluation, other: Evaluation) -> None:
    assert one.verdict == other.verdict
    assert [r.verdict for r in one.limits] == [r.verdict for r in other.limits]
    assert (one.conformance_probability is None) == (other.conformance_probability is None)
    assert abs((one.conformance_probability or 0.0) - (other.conformance_probability or 0.0)) < 1e-5
    assert abs(one.score - other.score) < 1e-5


@given(specs(), lots(), st.data())
def test_leaving_out_an_uncertainty_never_pays_over_stating_the_floor(
    spec: Spec, lot: Lot, data: st.DataObject
) -> None:
    """Narrower than the design: the floor stands in for what is left out, so an *honest large* u can still cost more
    than silence. Rule 3 fixes that formula and its cases; the result says `uncertainty_assumed`, so a buyer sees it."""
    stated = [i for i, a in enumerate(lot.assays) if a.uncertainty is not None]
    assume(stated)
    i = data.draw(st.sampled_from(stated))
    assay = lot.assays[i]
    least = replace(assay, uncertainty=0.0)
    silent = replace(assay, uncertainty=None)

    def with_(a: Assay) -> Evaluation:
        return judged(spec, replace(lot, assays=(*lot.assays[:i], a, *lot.assays[i + 1 :])))

    assert with_(silent) == with_(least)
    assert all(r.uncertainty_assumed for r in with_(silent).limits if r.analytes == (assay.analyte,) and r.uncertainty)


@given(specs(), lots(), st.data())
def test_copying_a_result_changes_nothing(spec: Spec, lot: Lot, data: st.DataObject) -> None:
    assume(lot.assays)
    copy = data.draw(st.sampled_from(lot.assays))
    same(judged(spec, replace(lot, assays=(*lot.assays, copy))), judged(spec, lot))


@given(specs(), lots(), st.sampled_from(ELEMENTS))
def test_hiding_all_results_of_an_analyte_never_pays(spec: Spec, lot: Lot, hidden: str) -> None:
    before = judged(spec, lot)
    after = judged(spec, replace(lot, assays=tuple(a for a in lot.assays if a.analyte != hidden)))
    assert after.verdict is not Verdict.IN or before.verdict is Verdict.IN
    disproof_gone = before.verdict is Verdict.OUT and after.verdict is Verdict.NOT_EVALUATED
    assert disproof_gone or rank_class(after) >= rank_class(before)


@given(specs(), st.lists(lots(), max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_the_input_never_changes_the_ranking(spec: Spec, many: list[Lot], random: object) -> None:
    named = [(f"lot-{i}", lot) for i, lot in enumerate(many)]
    shuffled = list(named)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert rank(spec, shuffled, catalogue()) == rank(spec, named, catalogue())


@given(specs(), lots())
def test_moving_a_limit_to_relax_to_makes_it_hold(spec: Spec, lot: Lot) -> None:
    for i, result in enumerate(judged(spec, lot).limits):
        if result.relax_to is None:
            continue
        over = result.params["side"] == "over"
        field = next(
            f
            for f in (("max", "exclusive_max") if over else ("min", "exclusive_min"))
            if getattr(result, f) is not None
        )
        moved = (*spec.limits[:i], replace(spec.limits[i], **{field: result.relax_to}), *spec.limits[i + 1 :])
        again = judged(replace(spec, limits=moved), lot).limits[i]
        # a range may stick out of a band on both sides; one limit then cannot hold it
        assert again.verdict is Verdict.IN or again.params["side"] != result.params["side"]
