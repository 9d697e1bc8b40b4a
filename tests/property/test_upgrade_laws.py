"""Laws of upgrading: a step helps only by what it claims, and the search finds what trying every path finds."""

from decimal import Decimal
from itertools import permutations

import msgspec
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from matching.blending.candidates import haul
from matching.composition import Composition
from matching.conformity import SEVERITY
from matching.engine import evaluate
from matching.listings import Lot, Spec, Supply
from matching.ranking import is_near_miss
from matching.tolerance import quantile
from matching.upgrade import upgrade
from matching.upgrading.judging import accepted, projection
from matching.upgrading.offer import Removal, Residue, UpgradeOffer
from matching.values import Assay, Basis, Limit, Operator, Place, Price, Verdict
from specs.catalogue.loader import catalogue
from tests.support.offers import after
from tests.support.pairs import lot, spec

CODES = ("Cu", "Sn", "Pb", "Ni")
PLACES = tuple(Place(prefecture=code) for code in ("JP-01", "JP-13", "JP-14", "JP-27"))
STEPS = ("PRECISE_DISMANTLING", "BALLISTIC_LOWCU", "HAND_PICKING", "SHREDDER_MAGNET")


def amounts(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False).map(lambda x: float(f"{x:.3g}"))


@st.composite
def limits(draw: st.DrawFn) -> Limit:
    analytes = tuple(draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=2, unique=True)))
    ends = draw(st.sampled_from(({"max": 1}, {"max": 1}, {"min": 0.2}, {"min": 0.2, "max": 1})))
    scale = draw(amounts(0.05, 1.0))
    return Limit(
        analytes=analytes,
        unit="%",
        basis=draw(st.sampled_from((None, *Basis))),
        **{k: v * scale for k, v in ends.items()},
    )


@st.composite
def assays(draw: st.DrawFn, code: str) -> Assay:
    value, basis = draw(amounts(0.01, 1.0)), draw(st.sampled_from((None, *Basis)))
    shape = draw(st.sampled_from(("value", "value", "range", "bound")))
    if shape == "range":
        return Assay(analyte=code, low=value, high=value * 1.5, unit="%", basis=basis)
    operator = draw(st.sampled_from(Operator)) if shape == "bound" else Operator.EQUAL
    sample = draw(st.sampled_from((None, "a", "b")))
    return Assay(analyte=code, value=value, operator=operator, unit="%", basis=basis, sample=sample)


@st.composite
def lots(draw: st.DrawFn) -> Lot:
    results = [draw(assays(code)) for code in draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=6))]
    moisture = draw(st.none() | amounts(0.5, 15.0))
    wet = (Assay(analyte="moisture", value=moisture, unit="%"),) if moisture else ()
    return lot(
        *results,
        *wet,
        quantity=Supply(tonnes=draw(amounts(10, 500)), min_take_tonnes=draw(st.none() | st.just(10.0))),
        location=draw(st.sampled_from(PLACES)),
        form=draw(st.sampled_from((None, "shredded", "bale"))),
        ask_price=draw(st.none() | st.integers(0, 60_000).map(lambda n: Price(amount=Decimal(n)))),
    )


@st.composite
def offers(draw: st.DrawFn, id_: str = "o") -> UpgradeOffer:
    named = draw(st.lists(st.sampled_from(CODES), min_size=0, max_size=2, unique=True))
    sold = draw(st.none() | st.integers(0, 90_000).map(lambda n: Residue(credit=Price(amount=Decimal(n)))))
    return UpgradeOffer(
        id=id_,
        step=draw(st.sampled_from(STEPS)),
        location=draw(st.sampled_from(PLACES)),
        capacity_tonnes=draw(amounts(5, 500)),
        fee=Price(amount=Decimal(draw(st.integers(0, 20_000)))),
        yield_=draw(st.sampled_from((0.6, 0.8, 0.9, 0.97))),
        removal=tuple(Removal(analyte=code, fraction=draw(amounts(0.0, 0.9))) for code in named),
        residue=sold,
        forms=draw(st.sampled_from(((), (), ("shredded",)))),
        output_form=draw(st.sampled_from((None, None, "shredded"))),
    )


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    asked = draw(st.lists(limits(), min_size=1, max_size=3))
    return spec(*asked, confidence=draw(st.sampled_from((0.5, 0.8, 0.95))))


@given(specs(), lots(), offers())
def test_a_step_never_raises_a_verdict_by_what_it_does_not_claim(wanted: Spec, given_: Lot, one: UpgradeOffer) -> None:
    """Never to a pass. What was proven out may become unknown in two cases, for then the proof falls away:

    by closure, since with less of one thing claimed away there may be more of another; and for a dry content of a lot
    whose moisture nobody knows, since nobody knows then how far the step concentrates it.
    """
    before = evaluate(wanted, given_, catalogue())
    found = projection(wanted, after(given_, one, z=quantile(wanted.confidence)), before, catalogue())
    claimed = {claim.analyte for claim in one.removal}
    for earlier, later in zip(before.limits, found.limits, strict=True):
        if set(later.analytes) & claimed or earlier.code == "closure_under":
            continue
        dry = any(one.basis is Basis.DRY and one.analyte in later.analytes for one in given_.assays)
        if dry and Composition(given_, catalogue()).moisture is None and later.verdict is Verdict.NOT_EVALUATED:
            continue
        assert SEVERITY[later.verdict] <= SEVERITY[earlier.verdict], (earlier, later)


@given(specs(), lots(), offers())
def test_taking_out_nothing_is_never_a_cure(wanted: Spec, given_: Lot, one: UpgradeOffer) -> None:
    idle = UpgradeOffer(
        id="o", step=one.step, location=one.location, capacity_tonnes=500, fee=one.fee, yield_=one.yield_
    )
    found = upgrade(wanted, [("a", given_)], [idle], catalogue()).items[0]
    assert found.path is None


def cheapest_by_trying(wanted: Spec, given_: Lot, all_: list[UpgradeOffer]) -> float | None:
    """Delivered cost of the cheapest accepted sequence of up to three offers: each is tried, and none left out."""
    before = evaluate(wanted, given_, catalogue())
    mill, best = wanted.delivery.location, None
    for count in (1, 2, 3):
        for path in permutations(all_, count):
            if len({one.step for one in path}) < count:
                continue
            cost = float(given_.ask_price.amount) if given_.ask_price else 0.0
            here, form, kept, tonnes = given_.location, given_.form, 1.0, given_.quantity.tonnes
            possible = True
            for one in path:
                possible = possible and (not one.forms or form in one.forms)
                tonnes = min(tonnes, one.capacity_tonnes / kept)
                credit = float(one.residue.credit.amount) if one.residue and one.residue.credit else 0.0
                freight = haul(here, one.location, catalogue()).jpy_per_t
                cost = (cost + freight + float(one.fee.amount) - (1 - one.yield_) * credit) / one.yield_
                here, form, kept = one.location, one.output_form or form, kept * one.yield_
            if not possible or tonnes < (given_.quantity.min_take_tonnes or 0.0):
                continue
            twin = after(given_, *path, z=quantile(wanted.confidence))
            spoken = frozenset(claim.analyte for one in path for claim in one.removal)
            if accepted(projection(wanted, twin, before, catalogue()), spoken):
                delivered = cost + haul(here, mill, catalogue()).jpy_per_t
                best = delivered if best is None else min(best, delivered)
    return best


@st.composite
def nearly(draw: st.DrawFn) -> tuple[Spec, Lot, list[UpgradeOffer]]:
    """A spec, a lot with somewhat too much in it, and offers that may well suffice together."""
    codes = draw(st.lists(st.sampled_from(("Cu", "Sn", "Pb")), min_size=1, max_size=2, unique=True))
    asked = [Limit(analytes=(code,), max=draw(amounts(0.1, 0.5)), unit="%") for code in codes]
    results = [
        Assay(analyte=x.analytes[0], value=round((x.max or 0.0) * draw(amounts(0.6, 2.5)), 4), unit="%") for x in asked
    ]
    confidence = draw(st.sampled_from((0.5, 0.8, 0.95)))
    named = [
        (draw(offers(id_=f"o{i}")), tuple(Removal(analyte=c, fraction=draw(amounts(0.2, 0.8))) for c in codes))
        for i in range(draw(st.integers(2, 5)))
    ]
    claimed = [msgspec.structs.replace(one, removal=claims[: draw(st.integers(1, 2))]) for one, claims in named]
    given_ = msgspec.structs.replace(draw(lots()), assays=tuple(results))
    return spec(*asked, confidence=confidence), given_, claimed


@settings(max_examples=80, suppress_health_check=list(HealthCheck), deadline=None)
@given(nearly())
def test_the_search_finds_the_cheapest_of_all_paths(case: tuple[Spec, Lot, list[UpgradeOffer]]) -> None:
    wanted, given_, all_ = case
    assume(is_near_miss(evaluate(wanted, given_, catalogue())))
    found = upgrade(wanted, [("a", given_)], all_, catalogue()).items[0]
    best = cheapest_by_trying(wanted, given_, all_)
    event("no path" if best is None else f"{len(found.path.steps) if found.path else 0} steps")
    assert (found.path is None) == (best is None)
    if found.path is not None and best is not None:
        told = found.path.treatment_cost if found.path.delivered_cost is None else found.path.delivered_cost
        assert abs(told - best) < 1e-5


@settings(max_examples=30, suppress_health_check=list(HealthCheck), deadline=None)
@given(specs(), st.lists(lots(), min_size=1, max_size=4), st.data())
def test_capacities_are_never_exceeded_and_the_order_of_the_input_never_matters(
    wanted: Spec, several: list[Lot], data: st.DataObject
) -> None:
    all_ = [data.draw(offers(id_=f"o{i}")) for i in range(3)]
    named = [(f"l{i}", one) for i, one in enumerate(several)]
    found = upgrade(wanted, named, all_, catalogue())
    assert upgrade(wanted, named[::-1], all_[::-1], catalogue()) == found
    for one in all_:
        used = sum(s.tonnes_in for item in found.items if item.path for s in item.path.steps if s.offer == one.id)
        assert used <= one.capacity_tonnes + 1e-5
    assert all(item.path is None or item.path.projection.verdict is not Verdict.OUT for item in found.items)
