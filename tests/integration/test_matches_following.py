"""What is judged of one listing alone, to tell an open list that it changed, is what the ranking says."""

from uuid import UUID, uuid4

from market.matches.current import Current
from market.matches.following import MOST, Change, Followed, Following, Pair
from specs.catalogue.loader import catalogue
from specs.kit.tenancy import Role
from tests.support.market import Market
from tests.support.matched import in_year, publish_lot, publish_spec

# conforms; fails; is not measured; another grade; another form; another year; waste, of a firm without permits
LOTS = (
    {"percent": 0.2},
    {"percent": 0.9},
    {"assays": []},
    {"grade": "JP.H2"},
    {"form": "turnings"},
    in_year(2031)["lot"],
    {"legal_status": "waste"},
)
SPECS = (
    {},
    {"grades": ["JP.SHRED_A"], "forms": ["shredded"]},
    {"limits": [], "grades": ["JP.SHRED_A"]},
    {"refused_hazards": [], "required_documents": ["mill_certificate"]},
)


async def test_a_pair_judged_alone_stands_on_the_list_that_the_ranking_puts_it_on(market: Market) -> None:
    mill, yard = await market.organisation("manufacturer"), await market.organisation()
    days = in_year(2030)
    for one in SPECS:
        await publish_spec(market, mill, **days["spec"] | one)
    for one in LOTS:
        await publish_lot(market, yard, **days["lot"] | one)
    current = Current(catalogue())
    async with market.database.work(None, role=Role.ENGINE) as work:
        await current.refresh(work.connection)
    specs, lots = current.open_of("carbon_steel_scrap")
    alone, ranked = {}, {}
    for near, others in [*((spec, lots) for spec in specs), *((lot, specs) for lot in lots)]:
        for far in others:
            alone[near.id, far.id] = Pair(near, far, current).near_miss
        for near_misses in (False, True):
            ranked |= {(near.id, one.id): near_misses for one in current.ranked(near, near_misses=near_misses)}
    assert alone == ranked
    assert set(alone.values()) == {True, False}


def change(*, beyond: bool = False, material: str = "stainless_scrap") -> Change:
    return Change(kind="lot", tenant_id=uuid4(), id=uuid4(), material=material, open=True, permits=False, beyond=beyond)


async def following(market: Market, **changes: object) -> Following:
    mill = await market.organisation("manufacturer")
    spec = await publish_spec(market, mill, material="stainless_scrap", limits=[], **changes)
    current = Current(catalogue())
    async with market.database.work(None, role=Role.ENGINE) as work:
        await current.refresh(work.connection)
    followed = Followed(kind="spec", id=UUID(str(spec)), material="stainless_scrap", near_misses=False, snapshot="1:1:")
    return Following(followed, current.find(str(spec)))


async def test_too_many_changes_are_not_judged(market: Market) -> None:
    found = await following(market)
    for _ in range(MOST + 1):
        found.note(change())
    assert (found.moved.mark, found.waiting) == ("many", False)


async def test_what_stands_for_too_many_of_another_material_says_nothing(market: Market) -> None:
    found = await following(market)
    found.note(change(beyond=True, material="carbon_steel_scrap"))
    assert (found.moved.mark, found.waiting) == ("", False)
