"""What a lot could be lifted into is what the search for paths finds spec by spec, ranked by what remains for it."""

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from matching.blending.candidates import haul
from matching.listings import Lot, Spec
from matching.upgrade import upgrade
from matching.upgrading.offer import UpgradeOffer
from matching.uplift import uplift
from specs.catalogue.loader import catalogue
from tests.property.test_invest_laws import mills, works, yards


def gate_price(lot: Lot, spec: Spec, offer: UpgradeOffer) -> float:
    """Of one step, written out: what the mill pays less every cost on the way."""
    into = haul(lot.location, offer.location, catalogue()).jpy_per_t
    onward = haul(offer.location, spec.delivery.location, catalogue()).jpy_per_t
    ceiling = float(spec.max_price.amount if spec.max_price else 0)
    return offer.yield_ * (ceiling - onward) - into - float(offer.fee.amount)


@settings(max_examples=80, suppress_health_check=list(HealthCheck), deadline=None)
@given(yards(), st.lists(mills(), min_size=1, max_size=3), works())
def test_each_spec_has_the_path_and_the_worth_that_it_has_alone(
    lot: Lot, specs: list[Spec], offer: UpgradeOffer
) -> None:
    named = [(f"s{i}", one) for i, one in enumerate(specs)]
    found = uplift(lot, named, [offer], catalogue())
    alone = {name: upgrade(spec, [("x", lot)], [offer], catalogue()).items[0] for name, spec in named}
    assert {one.spec: one.path for one in found.items} == {n: item.path for n, item in alone.items() if item.path}
    assert found.missed == sum(item.status != "conforms" for item in alone.values())
    event(f"{len(found.items)} lifted")
    for one in found.items:
        assert abs((one.gate_price or 0.0) - gate_price(lot, dict(named)[one.spec], offer)) < 1e-6
    gains = [one.uplift or 0.0 for one in found.items]
    assert gains == sorted(gains, reverse=True)
    assert uplift(lot, named[::-1], [offer], catalogue()) == found
