"""A processor's offer as another may reckon with it."""

from decimal import Decimal

from market.steps.across import coarse_offer, said_offer
from matching.score import on_grid
from matching.upgrading.offer import Residue
from matching.values import Place, Price
from matching.whereabouts import FIRMS
from specs.catalogue.loader import catalogue
from tests.support.offers import offer


def test_prices_are_put_on_the_grid_and_the_point_is_left_out() -> None:
    fee, charge = Price(amount=Decimal(1_511)), Price(amount=Decimal(7_222))
    exact = offer(
        fee=1_511,
        location=Place(prefecture="JP-12", lat=35.6, lon=140.1),
        residue=Residue(title="to our own furnace", charge=charge),
    )
    coarse = coarse_offer(exact)
    assert (coarse.fee, coarse.residue) == (on_grid(fee), Residue(charge=on_grid(charge)))
    assert coarse.location == Place(prefecture="JP-12")
    assert (coarse.step, coarse.yield_, coarse.removal) == (exact.step, exact.yield_, exact.removal)


def test_with_few_firms_only_the_region_is_reckoned_with() -> None:
    here = [offer(location=Place(prefecture=code)) for code in ("JP-12", "JP-13")]
    few, enough = ([said_offer(one, firms, catalogue()) for one in here] for firms in (FIRMS - 1, FIRMS))
    assert few[0] == few[1]
    assert enough == here
