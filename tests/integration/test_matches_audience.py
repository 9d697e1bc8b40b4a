"""Who sees what of a match: owners, the other side, coordinators, strangers."""

from uuid import uuid4

import pytest

from market.matches.current import Current
from market.matches.service import Matches
from market.parties.structs import Jurisdiction
from matching.values import Verdict
from specs.catalogue.loader import catalogue
from specs.kit.errors import NotFound
from specs.kit.wire import encode
from specs.spec.service import SPECS
from tests.support.market import Market
from tests.support.market import spec as spec_document
from tests.support.matched import PLAIN_SPEC, grants, in_year, lots_for, publish_lot, publish_spec, specs_for


@pytest.fixture(scope="module")
def matches() -> Matches:
    """One for the module, as one for a process: what an earlier test read must not show in a later one."""
    return Matches(Current(catalogue()))


async def test_a_mill_sees_lots_best_first_and_redacted(market: Market, matches: Matches) -> None:
    year = in_year(2031)
    mill = await market.organisation("manufacturer", "Secret Mill")
    yard = await market.organisation("recycler", "Secret Yard")
    spec = await publish_spec(market, mill, **year["spec"])
    told = {"laboratory": "Secret Lab", "method": "Secret Method", "sample": "Secret Sample"}
    assays = [{"analyte": "Cu", "value": 0.1, "unit": "%", **told}]
    best = await publish_lot(market, yard, **(year["lot"] | {"assays": assays}))
    good = await publish_lot(market, yard, 0.24, **year["lot"])
    over = await publish_lot(market, yard, 0.31, **year["lot"])
    found = await lots_for(market, matches, mill, spec)
    assert [item.lot.id for item in found.items] == [best, good]
    assert [item.evaluation.verdict for item in found.items] == [Verdict.IN, Verdict.IN]
    assert found.next_cursor is None
    near = await lots_for(market, matches, mill, spec, near_misses=True)
    (miss,) = (item for item in near.items if item.lot.id == over)
    assert miss.evaluation.near_miss is not None
    assert miss.evaluation.near_miss.changes[0].relax_to == pytest.approx(0.31)
    body = encode(found) + encode(near)
    for hidden in ("Secret", "Shredded steel", str(yard.id), "35.53", "45000", "Lab A", "OES"):
        assert hidden.encode() not in body
    assert found.items[0].lot.location.prefecture is None
    assert found.items[0].lot.location.region == "kanto"
    assert found.items[0].evaluation.delivered_price is None


async def test_a_recycler_sees_specs_without_name_place_or_price(market: Market, matches: Matches) -> None:
    year = in_year(2032)
    mill = await market.organisation("manufacturer", "Secret Mill")
    yard = await market.organisation("recycler", "Secret Yard")
    spec = await publish_spec(market, mill, **year["spec"])
    lot = await publish_lot(market, yard, 0.1, **year["lot"])
    found = await specs_for(market, matches, yard, lot)
    assert [item.spec.id for item in found.items] == [spec]
    body = encode(found)
    for hidden in ("Secret", "EAF charge", str(mill.id), "139.8", "52000"):
        assert hidden.encode() not in body


async def test_what_was_shown_may_be_read_again_and_is_granted_once(market: Market, matches: Matches) -> None:
    year = in_year(2034)
    mill = await market.organisation("manufacturer", "Mill")
    yard = await market.organisation("recycler", "Yard")
    spec = await publish_spec(market, mill, **year["spec"])
    lot = await publish_lot(market, yard, 0.1, **year["lot"])
    for _ in range(2):
        await lots_for(market, matches, mill, spec)
    assert {g for g in await grants(market, "served") if g[2] == str(lot)} == {(str(mill.id), "lot", str(lot))}


async def test_the_listing_of_another_is_not_found_whoever_asks(market: Market, matches: Matches) -> None:
    year = in_year(2040)
    mill = await market.organisation("manufacturer", "Mill")
    rival = await market.organisation("manufacturer", "Rival")
    yard = await market.organisation("recycler", "Yard")
    spec = await publish_spec(market, mill, **year["spec"])
    await publish_lot(market, yard, 0.1, **year["lot"])
    for firm in (rival, yard):
        for wanted in (spec, uuid4()):
            with pytest.raises(NotFound):
                await lots_for(market, matches, firm, wanted)
    with pytest.raises(NotFound):
        await specs_for(market, matches, mill, spec)


async def test_drafts_and_unverified_firms_have_no_matches(market: Market, matches: Matches) -> None:
    year = in_year(2041)
    mill = await market.organisation("manufacturer", "Mill")
    stranger = await market.organisation("manufacturer", "Stranger", verified=False)
    yard = await market.organisation("recycler", "Yard")
    lot = await publish_lot(market, yard, 0.1, **year["lot"])
    theirs = await publish_spec(market, stranger, **year["spec"])
    async with market.work(mill.id) as work:
        draft = (await SPECS.create(work, spec_document(**(PLAIN_SPEC | year["spec"])))).id
    assert (await lots_for(market, matches, mill, draft)).items == ()
    assert (await lots_for(market, matches, stranger, theirs)).items == ()
    assert (await specs_for(market, matches, yard, lot)).items == ()


async def test_a_private_spec_is_found_by_no_one_but_its_owner_may_look(market: Market, matches: Matches) -> None:
    year = in_year(2042)
    mill = await market.organisation("manufacturer", "Mill")
    yard = await market.organisation("recycler", "Yard")
    lot = await publish_lot(market, yard, 0.1, **year["lot"])
    hidden = await publish_lot(market, yard, 0.1, visibility="private", **year["lot"])
    spec = await publish_spec(market, mill, visibility="private", **year["spec"])
    assert [i.lot.id for i in (await lots_for(market, matches, mill, spec)).items] == [lot]
    assert (await specs_for(market, matches, yard, lot)).items == ()
    assert (await specs_for(market, matches, yard, hidden)).items == ()


async def test_a_coordinator_reads_inside_its_jurisdiction_and_leaves_a_trace(market: Market, matches: Matches) -> None:
    year = in_year(2043)
    mill = await market.organisation("manufacturer", "Mill")
    yard = await market.organisation("recycler", "Yard")
    tokyo = await market.organisation(
        "coordinator", "Tokyo", jurisdiction=Jurisdiction(prefectures=("JP-13",)), prefecture="JP-13"
    )
    osaka = await market.organisation(
        "coordinator", "Osaka", jurisdiction=Jurisdiction(prefectures=("JP-27",)), prefecture="JP-27"
    )
    spec = await publish_spec(market, mill, **year["spec"])
    lot = await publish_lot(market, yard, 0.1, **year["lot"])
    assert [i.lot.id for i in (await lots_for(market, matches, tokyo, spec)).items] == [lot]
    with pytest.raises(NotFound):
        await lots_for(market, matches, osaka, spec)
    async with market.superuser() as connection:
        rows = await connection.fetch(
            "select tenant_id, action, object_kind, object_id, rev from audit_event where action = 'read_matches'"
        )
    assert [tuple(row) for row in rows] == [(tokyo.id, "read_matches", "spec", spec, 1)]


async def test_five_firms_of_a_material_in_a_prefecture_may_name_it(market: Market, matches: Matches) -> None:
    year = in_year(2044)
    mill = await market.organisation("manufacturer", "Mill")
    spec = await publish_spec(market, mill, material="al_scrap", **year["spec"])
    place = {"location": {"prefecture": "JP-02"}, "material": "al_scrap", "grade": None, "form": None, **year["lot"]}
    for i in range(5):
        yard = await market.organisation("recycler", f"Yard {i}")
        await publish_lot(market, yard, 0.1, **place)
        found = await lots_for(market, matches, mill, spec)
        assert {item.lot.location.prefecture for item in found.items} == {"JP-02" if i == 4 else None}
