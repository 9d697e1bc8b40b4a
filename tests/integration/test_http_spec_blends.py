"""Stored blends through the wire: proposed, read as they stand now, and each owner of a lot sees its own share."""

from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import httpx
import pytest_asyncio

from market.app import Application
from market.http.examples import LOT, OFFERED_STEP, UPGRADE
from tests.support.api import client, published
from tests.support.asked import spec_of
from tests.support.market import Market

_years = count(2030)
CANARIES = ("CanaryYard", "45111", "45222", "45333", "CanaryTitle")


class Scene:
    """A mill with a spec that two of three yards' lots meet together, each a tenant of its own."""

    def __init__(self, mill: httpx.AsyncClient, yards: list[httpx.AsyncClient], spec: str, lots: list[str]) -> None:
        self.mill = mill
        self.yards = yards
        self.spec = spec
        self.lots = lots

    async def propose(self, **asked: Any) -> list[dict[str, Any]]:
        answer = await self.mill.post(f"/v1/specs/{self.spec}/blends", json=asked)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def states(self) -> list[str]:
        answer = await self.mill.get(f"/v1/specs/{self.spec}/blends")
        return [item["state"] for item in answer.json()["items"]]

    async def change(self, i: int, **changes: Any) -> None:
        place = f"/v1/lots/{self.lots[i]}"
        assert (await self.yards[i].patch(place, json=changes, headers={"if-match": "*"})).status_code == 200


def copper(percent: float) -> list[dict[str, Any]]:
    return [{"analyte": "Cu", "value": percent, "unit": "%", "uncertainty": 0.005}]


@pytest_asyncio.fixture
async def scene(market: Market, api: Application) -> AsyncIterator[Scene]:
    # a year of its own for each test, so that their lots do not meet
    year = next(_years)
    days = {"from": f"{year}-01-01", "until": f"{year}-03-31"}
    mill = client(api, await market.organisation("manufacturer", "Mill", prefecture="JP-13"))
    wanted = spec_of(1, 150.0)
    spec = await published(mill, "specs", wanted | {"delivery": wanted["delivery"] | days, "title": "CanaryTitle"})
    yards, lots = [], []
    for i, percent in enumerate((0.2, 0.22, 0.24)):
        yard = client(api, await market.organisation("recycler", f"CanaryYard {i}"))
        price = {"amount": 45_111 + 111 * i, "currency": "JPY", "incoterm": "EXW"}
        body = LOT | {"grade": None, "title": "CanaryTitle", "quantity": {"tonnes": 100}, "available": days}
        lots.append(await published(yard, "lots", body | {"assays": copper(percent), "ask_price": price}))
        yards.append(yard)
    yield Scene(mill, yards, spec, lots)
    for one in (mill, *yards):
        await one.aclose()


async def test_the_best_and_different_good_blends_are_proposed_and_kept(scene: Scene) -> None:
    items = await scene.propose()
    sets = [{take["lot"] for take in item["blend"]["takes"]} for item in items]
    assert len(items) == 3
    assert not any(one <= other for i, one in enumerate(sets) for other in sets[i + 1 :])
    assert [item["place"] for item in items] == [1, 2, 3]
    listed = await scene.mill.get(f"/v1/specs/{scene.spec}/blends")
    assert listed.json() == {"items": items, "next_cursor": None}
    one = await scene.mill.get(f"/v1/blends/{items[1]['id']}")
    assert one.json() == items[1]
    assert (await scene.mill.get(one.url, headers={"if-none-match": one.headers["etag"]})).status_code == 304
    assert not any(word in listed.text for word in CANARIES)


async def test_reasons_are_in_the_readers_language(scene: Scene) -> None:
    await scene.propose()
    place = f"/v1/specs/{scene.spec}/blends"
    english, japanese = [
        (await scene.mill.get(place, headers={"accept-language": language})).json()["items"][0]["blend"]["price"]
        for language in ("en", "ja")
    ]
    assert english["code"] == japanese["code"]
    assert english["reason"] != japanese["reason"]


async def test_a_new_proposal_takes_the_place_of_the_old(scene: Scene) -> None:
    old = await scene.propose()
    (new,) = await scene.propose(most=1)
    assert (await scene.mill.get(f"/v1/blends/{old[0]['id']}")).status_code == 404
    assert [i["id"] for i in (await scene.mill.get(f"/v1/specs/{scene.spec}/blends")).json()["items"]] == [new["id"]]


async def test_a_repeated_proposal_is_the_first_one(scene: Scene) -> None:
    headers = {"idempotency-key": "once"}
    place = f"/v1/specs/{scene.spec}/blends"
    first, again = [await scene.mill.post(place, json={}, headers=headers) for _ in range(2)]
    assert first.content == again.content


async def test_a_change_that_keeps_the_blend_makes_it_stale(scene: Scene) -> None:
    await scene.propose(most=1)
    assert await scene.states() == ["current"]
    await scene.change(0, assays=copper(0.19), ask_price=None)
    assert await scene.states() == ["stale"]


async def test_a_change_that_breaks_the_blend_makes_it_impossible(scene: Scene) -> None:
    (item,) = await scene.propose(most=1)
    taken = {take["lot"] for take in item["blend"]["takes"]}
    i = next(i for i, lot in enumerate(scene.lots) if lot in taken)
    await scene.change(i, assays=copper(0.6))
    assert await scene.states() == ["impossible"]
    await scene.change(i, assays=copper(0.2))
    assert await scene.states() == ["stale"]
    await scene.change(i, quantity={"tonnes": 1})
    assert await scene.states() == ["impossible"]


async def test_a_lot_or_spec_that_is_withdrawn_makes_it_impossible(scene: Scene) -> None:
    items = await scene.propose()
    await scene.yards[0].post(f"/v1/lots/{scene.lots[0]}/withdraw")
    with_it = [scene.lots[0] in {take["lot"] for take in item["blend"]["takes"]} for item in items]
    assert await scene.states() == ["impossible" if used else "current" for used in with_it]
    assert True in with_it
    await scene.mill.post(f"/v1/specs/{scene.spec}/withdraw")
    assert set(await scene.states()) == {"impossible"}


async def test_each_owner_of_a_lot_sees_its_own_share_and_the_spec_redacted(scene: Scene) -> None:
    (item,) = await scene.propose(most=1)
    takes = {take["lot"]: take["tonnes"] for take in item["blend"]["takes"]}
    for yard, lot in zip(scene.yards, scene.lots, strict=True):
        answer = await yard.get(f"/v1/lots/{lot}/blends")
        shares = [(share["blend_id"], share["tonnes"]) for share in answer.json()["items"]]
        assert shares == ([(item["id"], takes[lot])] if lot in takes else [])
        assert not any(other in answer.text for other in scene.lots)
        assert (await yard.get(f"/v1/blends/{item['id']}")).status_code == 404
        assert (await yard.get(f"/v1/specs/{scene.spec}/blends")).status_code == 404
        if lot in takes:
            seen = await yard.get(f"/v1/specs/{scene.spec}")
            assert (seen.status_code, "CanaryTitle" in seen.text) == (200, False)
    rival = scene.yards[1]
    assert (await rival.get(f"/v1/lots/{scene.lots[0]}/blends")).status_code == 404


async def test_row_level_security_alone_keeps_shares_apart(scene: Scene, market: Market) -> None:
    (item,) = await scene.propose(most=1)
    takes = {take["lot"] for take in item["blend"]["takes"]}
    async with market.superuser() as above:
        owners = {str(lot): owner for lot, owner in await above.fetch("select id, tenant_id from lot")}
        mill = await above.fetchval("select tenant_id from spec where id = $1", scene.spec)
    query = "select lot_id::text from blend_share where blend_id = $1"
    async with market.work(mill) as work:
        assert {row[0] for row in await work.connection.fetch(query, item["id"])} == takes
    for lot in scene.lots:
        async with market.work(owners[lot]) as work:
            assert {row[0] for row in await work.connection.fetch(query, item["id"])} == takes & {lot}
            assert await work.connection.fetch("select id from blend") == []


async def test_a_private_spec_is_blended_for_and_told_to_no_one(scene: Scene) -> None:
    patched = await scene.mill.patch(
        f"/v1/specs/{scene.spec}", json={"visibility": "private"}, headers={"if-match": "*"}
    )
    assert patched.status_code == 200
    assert await scene.propose()
    for yard, lot in zip(scene.yards, scene.lots, strict=True):
        assert (await yard.get(f"/v1/lots/{lot}/blends")).json()["items"] == []
        assert (await yard.get(f"/v1/specs/{scene.spec}")).status_code == 404


async def test_where_nothing_conforms_the_answer_says_what_would_help(scene: Scene) -> None:
    tight = [{"analytes": ["Cu"], "max": 0.1, "unit": "%"}]
    place = f"/v1/specs/{scene.spec}"
    assert (await scene.mill.patch(place, json={"limits": tight}, headers={"if-match": "*"})).status_code == 200
    answer = (await scene.mill.post(f"{place}/blends", json={})).json()
    assert answer["items"] == []
    assert answer["unmet"]["status"] == "infeasible"
    assert answer["unmet"]["relaxations"]
    assert (await scene.mill.get(f"{place}/blends")).json()["items"] == []


async def test_the_number_of_proposals_has_bounds(scene: Scene) -> None:
    for most in (0, 6):
        answer = await scene.mill.post(f"/v1/specs/{scene.spec}/blends", json={"most": most})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/most")


class Works:
    """A processor, and the sorting that it offers to all: 60 % of the copper, at a fee that no one else may see."""

    def __init__(self, client: httpx.AsyncClient, place: str) -> None:
        self.client, self.place = client, place

    @property
    def offer(self) -> str:
        return self.place.rpartition("/")[2]

    async def change(self, **changes: Any) -> None:
        assert (await self.client.patch(self.place, json=changes, headers={"if-match": "*"})).status_code == 200


@pytest_asyncio.fixture
async def works(market: Market, api: Application) -> AsyncIterator[Works]:
    fee = {"amount": 1_511, "currency": "JPY", "per": "t"}
    offer = OFFERED_STEP | {"fee": fee, "capacity_tonnes": 300, "removal": [{"analyte": "Cu", "fraction": 0.6}]}
    async with client(api, await market.organisation("processor", "CanaryWorks")) as processor:
        made = await processor.post("/v1/upgrade-offers", json=offer | {"evidence": ["CanaryTitle"]})
        yield Works(processor, made.headers["location"])
        await processor.post(f"{made.headers['location']}/withdraw")


async def dirty(scene: Scene) -> None:
    """Lots that no blend is made of as they are."""
    for i in range(3):
        await scene.change(i, assays=copper(0.4 + i / 100))


async def test_open_offers_bring_lots_in_that_do_not_conform_as_they_are(scene: Scene, works: Works) -> None:
    await dirty(scene)
    assert (await scene.mill.post(f"/v1/specs/{scene.spec}/blends", json={})).json()["items"] == []
    (item,) = await scene.propose(most=1, open_offers=True)
    steps = [step for take in item["blend"]["takes"] for step in take.get("steps", [])]
    assert {step["offer"] for step in steps} == {works.offer}
    assert {step["name"] for step in steps} == {"Ballistic/magnetic separator for low-copper shred"}
    processing = item["blend"]["processing"]
    assert 0.0 < processing["share"] <= 1.0
    assert processing["flags"][0]["code"] == "blend_projected"
    listed = await scene.mill.get(f"/v1/specs/{scene.spec}/blends", headers={"accept-language": "ja"})
    told = listed.json()["items"][0]["blend"]
    assert told["processing"]["flags"][0]["reason"] != processing["flags"][0]["reason"]
    assert not any(word in listed.text + str(item) for word in (*CANARIES, "CanaryWorks", "1511"))
    assert (await scene.mill.get(works.place)).status_code == 200


async def test_the_owner_of_a_lot_is_told_of_the_tonnes_that_leave_it(scene: Scene, works: Works) -> None:
    await dirty(scene)
    (item,) = await scene.propose(most=1, open_offers=True)
    for yard, lot in zip(scene.yards, scene.lots, strict=True):
        takes = [take for take in item["blend"]["takes"] if take["lot"] == lot]
        leaving = sum(take["steps"][0]["tonnes_in"] if take.get("steps") else take["tonnes"] for take in takes)
        told = (await yard.get(f"/v1/lots/{lot}/blends")).json()["items"]
        assert [share["tonnes"] for share in told] == ([round(leaving, 3)] if takes else [])
        assert works.offer not in str(told)


async def test_a_step_that_changes_makes_it_stale_or_impossible(scene: Scene, works: Works) -> None:
    await dirty(scene)
    await scene.propose(most=1, open_offers=True)
    assert await scene.states() == ["current"]
    await works.change(fee={"amount": 9_000})
    assert await scene.states() == ["stale"]
    await works.change(removal=[{"analyte": "Cu", "fraction": 0.1}])
    assert await scene.states() == ["impossible"]
    await works.change(removal=[{"analyte": "Cu", "fraction": 0.6}])
    assert await scene.states() == ["stale"]
    await works.client.post(f"{works.place}/withdraw")
    assert await scene.states() == ["impossible"]


async def test_the_buyers_own_offers_stay_as_it_was_made_them(scene: Scene) -> None:
    await dirty(scene)
    own = UPGRADE["offers"][0] | {"removal": [{"analyte": "Cu", "fraction": 0.6}]}
    (item,) = await scene.propose(most=1, offers=[own])
    steps = [step for take in item["blend"]["takes"] for step in take.get("steps", [])]
    assert {step["offer"] for step in steps} == {"sorter in Chiba"}
    assert await scene.states() == ["current"]
    faulty = await scene.mill.post(f"/v1/specs/{scene.spec}/blends", json={"offers": [own | {"yield": 2}]})
    assert (faulty.status_code, faulty.json()["errors"][0]["pointer"]) == (422, "/offers/0/yield")


async def test_no_deal_opens_on_a_blend_by_way_of_processors(scene: Scene, works: Works) -> None:
    await dirty(scene)
    (item,) = await scene.propose(most=1, open_offers=True)
    answer = await scene.mill.post("/v1/deals", json={"blend_id": item["id"]})
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["pointer"], error["code"]) == (422, "/blend_id", "blend_by_steps")
    assert works.offer not in error["reason"] != error["code"]
