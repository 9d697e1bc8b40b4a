"""What cannot be blended comes with the smallest change that makes it possible, and the change is enough."""

import math

import msgspec
import pytest

from matching.blend import blend
from matching.blending.portions import Portioned
from matching.listings import Delivery, Demand
from specs.catalogue.loader import catalogue
from tests.support.blends import BLENDS, GATE, blended, offered
from tests.support.pairs import FIRST, LAST, assay, limit, spec

AT = {"delivery": Delivery(location=GATE, from_=FIRST, until=LAST)}


def test_too_few_tonnes_name_the_most_that_conform() -> None:
    lots = [offered(1, 60, assay("Cu", 0.3)), offered(2, 60, assay("Cu", 0.2))]
    (change,) = blended(spec(limit("Cu", max=0.25), quantity=Demand(tonnes=500), **AT), *lots).relaxations
    assert (change.limit, change.to) == (None, None)
    assert change.tonnes == pytest.approx(120, rel=1e-5)
    fewer = spec(limit("Cu", max=0.25), quantity=Demand(tonnes=change.tonnes), **AT)
    assert blended(fewer, *lots).status == "optimal"


def test_lots_that_are_too_few_and_do_not_conform_name_tonnes_and_limits_that_suffice() -> None:
    case = next(c for c in BLENDS if c.expect.status == "infeasible")
    lots = [(one.id, one) for one in case.lots]
    changes = blend(case.spec, lots, catalogue()).relaxations
    limits, quantity = list(case.spec.limits), case.spec.quantity
    for change in changes:
        if change.tonnes is not None:
            quantity = Demand(tonnes=change.tonnes)
        else:
            limits[change.limit] = msgspec.structs.replace(limits[change.limit], max=change.to)
    eased = msgspec.structs.replace(case.spec, limits=tuple(limits), quantity=quantity)
    assert changes
    assert blend(eased, lots, catalogue()).status == "optimal"


@pytest.mark.parametrize("confidence", [0.5, 0.95])
def test_the_limit_that_is_in_the_way_is_named_and_moved_no_further_than_needed(confidence: float) -> None:
    lots = [offered(1, 60, assay("Cu", 0.26), assay("Sn", 0.01)), offered(2, 60, assay("Cu", 0.3), assay("Sn", 0.01))]
    asked = [limit("Sn", max=0.02), limit("Cu", max=0.25)]
    found = blended(spec(*asked, confidence=confidence, **AT), *lots)
    (change,) = found.relaxations
    assert (found.status, change.limit, change.tonnes) == ("infeasible", 1, None)
    assert change.to is not None
    for factor, status in ((1.0, "optimal"), (0.999, "infeasible")):
        moved = [asked[0], limit("Cu", max=change.to * factor)]
        assert blended(spec(*moved, confidence=confidence, **AT), *lots).status == status


def test_two_limits_in_the_way_are_named_together() -> None:
    found = blended(
        spec(limit("Cu", max=0.1), limit("Mn", min=0.5), **AT),
        offered(1, 200, assay("Cu", 0.2), assay("Mn", 0.4)),
    )
    assert [(r.limit, r.to) for r in found.relaxations] == [
        (0, pytest.approx(0.2, rel=1e-5)),
        (1, pytest.approx(0.4, rel=1e-5)),
    ]


def test_nothing_to_take_has_nothing_to_relax() -> None:
    assert blended(spec(limit("Cu", max=0.25), **AT), offered(1, 200)).relaxations == ()


def test_a_limit_is_moved_for_lots_that_go_whole_and_would_conform_in_part() -> None:
    lots = [
        offered(1, 60, assay("Cu", 0.215), assay("Sn", 0.1), least=60),
        offered(2, 60, assay("Cu", 0.1), assay("Sn", 0.25), least=60),
    ]
    terms = {"quantity": Demand(tonnes=60), "confidence": 0.5, **AT}
    found = blended(spec(limit("Cu", max=0.2), limit("Sn", max=0.2), **terms), *lots)
    (change,) = found.relaxations
    assert (found.status, change.limit, change.tonnes) == ("infeasible", 0, None)
    assert change.to is not None
    assert 0.215 <= change.to < 0.216
    assert blended(spec(limit("Cu", max=change.to), limit("Sn", max=0.2), **terms), *lots).status == "optimal"


def test_tonnes_that_whole_lots_do_not_add_up_to_move_no_limit() -> None:
    lots = [offered(price, 60, assay("Cu", 0.1), least=60) for price in (1, 2)]
    assert blended(spec(limit("Cu", max=0.2), quantity=Demand(tonnes=100), **AT), *lots).relaxations == ()


def test_a_search_that_ends_without_a_blend_confirms_no_change(monkeypatch: pytest.MonkeyPatch) -> None:
    proven = iter((True,))
    monkeypatch.setattr("matching.blend.portioned", lambda _: Portioned(None, math.inf, next(proven, False)))
    lots = [offered(price, 60, assay("Cu", 0.3), least=10) for price in (1, 2)]
    found = blended(spec(limit("Cu", max=0.25), **AT), *lots)
    assert (found.status, found.relaxations) == ("infeasible", ())
