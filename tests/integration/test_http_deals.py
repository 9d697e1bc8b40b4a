"""Deals through the wire: opened, taken up, declined, left, and read by those whom they concern."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from market.app import Application
from market.http.examples import DEAL, REASON
from tests.support.deals import Scene, agreed, scene
from tests.support.market import LOT, SPEC, Market


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, yards=2) as found:
        yield found


async def test_a_buyer_opens_a_deal_on_a_match_and_the_seller_has_the_turn(met: Scene) -> None:
    deal = await met.open(tonnes=100)

    assert (deal["status"], deal["turn"], deal["side"]) == ("proposed", "seller", "buyer")
    assert deal["origin"] == "match"
    assert deal["tonnes"] == 100
    assert deal["allowed"] == ["withdraw"]
    assert [lot["lot"]["id"] for leg in deal["legs"] for lot in leg["lots"]] == [met.lots[0]]
    assert deal["buyer"] is None
    assert deal["legs"][0]["seller"] is None


async def test_each_side_reads_the_title_of_its_own_listing_and_nobody_elses(met: Scene) -> None:
    deal = (await met.open())["id"]
    told = {}
    for name, caller in (("mill", met.mill), ("yard", met.yard), ("desk", met.coordinator)):
        shown = (await caller.get(f"/v1/deals/{deal}")).json()
        listed = (await caller.get("/v1/deals")).json()["items"][0]
        assert (listed["id"], listed["own"]) == (deal, shown["own"])
        told[name] = shown["own"]
    assert told == {
        "mill": [{"id": met.spec, "title": SPEC["title"]}],
        "yard": [{"id": met.lots[0], "title": LOT["title"]}],
        "desk": [],
    }


async def test_taken_up_by_all_it_goes_to_review_where_a_coordinator_oversees_it(met: Scene) -> None:
    deal = await met.open()

    taken = await met.post(met.yard, f"deals/{deal['id']}/take-up")

    assert (taken["status"], taken["turn"]) == ("in_review", "coordinator")
    shown = (await met.coordinator.get(f"/v1/deals/{deal['id']}")).json()
    assert shown["side"] == "coordinator"
    assert shown["buyer"]["name"] == "Deal Mill"
    assert shown["allowed"] == ["approve", "return", "reject"]


async def test_without_an_overseer_it_goes_straight_to_negotiating(market: Market, api: Application) -> None:
    async with scene(market, api, overseen=False) as met:
        deal = await met.open(met.yard)

        taken = await met.post(met.mill, f"deals/{deal['id']}/take-up")

        assert (taken["status"], taken["turn"]) == ("negotiating", "both")


async def test_an_act_out_of_turn_names_status_turn_and_what_is_allowed(met: Scene) -> None:
    deal = await met.open()

    refused = await met.mill.post(f"/v1/deals/{deal['id']}/take-up")

    assert refused.status_code == 409
    problem = refused.json()
    assert problem["code"] == "transition_refused"
    assert problem["params"] == {
        "act": "take_up",
        "status": "proposed",
        "turn": "seller",
        "allowed": ["withdraw"],
    }


async def test_a_rival_cannot_tell_a_deal_from_what_does_not_exist(met: Scene) -> None:
    deal = await met.open(lot=0)

    seen = await met.yards[1].get(f"/v1/deals/{deal['id']}")
    nothing = await met.yards[1].get("/v1/deals/0199f3a2-7c1e-7d3a-9b52-0c4e1f6a8b01")

    assert seen.status_code == nothing.status_code == 404
    assert seen.content == nothing.content
    assert (await met.yards[1].get("/v1/deals")).json()["items"] == []
    assert (await met.yards[1].get(f"/v1/deals/{deal['id']}/events")).status_code == 404


async def test_a_second_deal_on_the_same_pair_is_refused(met: Scene) -> None:
    deal = await met.open()

    again = await met.yard.post("/v1/deals", json={"spec_id": met.spec, "lot_id": met.lots[0]})

    assert again.status_code == 409
    assert (again.json()["code"], again.json()["params"]) == ("deal_exists", {"deal_id": deal["id"]})


async def test_a_declined_deal_is_over_and_another_may_be_opened(met: Scene) -> None:
    deal = await met.open()
    over = await met.post(met.yard, f"deals/{deal['id']}/decline", {"reason": "sold elsewhere"})

    assert (over["status"], over["turn"], over["allowed"]) == ("rejected", "nobody", [])
    assert (await met.open())["status"] == "proposed"


async def test_names_are_open_once_both_sides_have_opened_them(market: Market, api: Application) -> None:
    async with scene(market, api, overseen=False) as met:
        deal = await met.open()
        await met.post(met.yard, f"deals/{deal['id']}/take-up")

        one = await met.post(met.mill, f"deals/{deal['id']}/names")
        both = await met.post(met.yard, f"deals/{deal['id']}/names")

        assert (one["names_open"], one["opened_names"], one["legs"][0]["seller"]) == (False, True, None)
        assert both["buyer"]["name"] == "Deal Mill"
        assert both["legs"][0]["seller"]["name"] == "Deal Yard 0"


async def test_a_near_miss_needs_the_limits_that_should_give_way(market: Market, api: Application) -> None:
    rich = [{"analyte": "Cu", "value": 0.31, "unit": "%", "uncertainty": 0.005}]
    others = [
        {"analyte": "Cr", "value": 0.05, "unit": "%"},
        {"analyte": "Ni", "value": 0.04, "unit": "%"},
        {"analyte": "Mo", "value": 0.01, "unit": "%"},
    ]
    async with scene(market, api, lots=[{"assays": [*rich, *others]}]) as met:
        pair = {"spec_id": met.spec, "lot_id": met.lots[0]}
        refused = await met.yard.post("/v1/deals", json=pair)
        asked = await met.post(met.yard, "deals", pair | {"relaxations": [{"limit": 0, "relax_to": 0.33}]}, 201)

        assert (refused.status_code, refused.json()["code"]) == (409, "relaxation_needed")
        assert asked["origin"] == "near_miss"
        assert asked["asked"]["relaxations"] == [{"limit": 0, "relax_to": 0.33}]
        assert asked["legs"][0]["lots"][0]["evaluation"]["limits"][0]["max"] == 0.33


async def test_every_fault_of_a_draft_is_named_with_its_pointer(met: Scene) -> None:
    draft = {
        "spec_id": met.spec,
        "lot_id": met.lots[0],
        "tonnes": 121,
        "relaxations": [{"limit": 9, "relax_to": 1}, {"limit": 1, "relax_to": 0.2}, {"limit": 0, "relax_to": 0.2}],
    }

    refused = await met.mill.post("/v1/deals", json=draft)

    assert refused.status_code == 422
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [
        ("/relaxations/0/limit", "no_such_limit"),
        ("/relaxations/1/limit", "limit_not_negotiable"),
        ("/relaxations/2/relax_to", "relaxes_nothing"),
        ("/tonnes", "more_than_left"),
    ]


async def test_tonnes_beyond_any_mass_are_a_fault(met: Scene) -> None:
    draft = {"spec_id": met.spec, "lot_id": met.lots[0], "tonnes": 1e306}

    refused = await met.mill.post("/v1/deals", json=draft)

    assert refused.status_code == 422, refused.text
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [("/tonnes", "too_large")]


async def test_a_coordinator_opens_a_deal_that_both_sides_must_take_up(met: Scene) -> None:
    deal = await met.open(met.coordinator)
    assert (deal["side"], deal["turn"]) == ("coordinator", "both")

    first = await met.post(met.mill, f"deals/{deal['id']}/take-up")
    second = await met.post(met.yard, f"deals/{deal['id']}/take-up")

    assert (first["status"], first["turn"]) == ("proposed", "seller")
    assert second["status"] == "in_review"


async def test_the_trail_tells_who_did_what(met: Scene) -> None:
    deal = await met.open()
    await met.post(met.yard, f"deals/{deal['id']}/take-up")

    for reader in (met.mill, met.yard, met.coordinator):
        trail = (await reader.get(f"/v1/deals/{deal['id']}/events")).json()["items"]
        assert [(event["by"], event["act"]) for event in trail] == [("seller", "take_up"), ("buyer", "open")]


async def test_a_repeated_opening_with_one_key_is_one_deal(met: Scene) -> None:
    draft = {"spec_id": met.spec, "lot_id": met.lots[0]}
    key = {"idempotency-key": "open-once"}

    first = await met.mill.post("/v1/deals", json=draft, headers=key)
    again = await met.mill.post("/v1/deals", json=draft, headers=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content


async def test_a_stale_version_is_refused(met: Scene) -> None:
    deal = await met.open()

    refused = await met.yard.post(f"/v1/deals/{deal['id']}/take-up", headers={"if-match": '"7"'})

    assert (refused.status_code, refused.json()["code"]) == (412, "version_mismatch")


async def test_the_examples_are_accepted(market: Market, api: Application) -> None:
    async with scene(market, api, yards=2) as met:
        declined = await met.post(met.mill, "deals", DEAL | {"spec_id": met.spec, "lot_id": met.lots[0]}, 201)
        left = await met.post(met.mill, "deals", DEAL | {"spec_id": met.spec, "lot_id": met.lots[1]}, 201)

        assert (await met.post(met.yard, f"deals/{declined['id']}/decline", REASON))["status"] == "rejected"
        assert (await met.post(met.mill, f"deals/{left['id']}/withdraw", REASON))["status"] == "withdrawn"


async def codes(caller: httpx.AsyncClient) -> list[str]:
    return [notice["code"] for notice in (await caller.get("/v1/notices")).json()["items"]]


async def test_each_side_is_told_what_the_other_did_and_nobody_what_he_did_himself(
    market: Market, api: Application
) -> None:
    async with scene(market, api, yards=2, overseen=False) as met:
        deal = await agreed(met)

        assert await codes(met.yard) == ["deal_agreed", "offer_accepted", "deal_proposed"]
        assert await codes(met.mill) == ["offer_made", "deal_negotiating"]
        assert await codes(met.yards[1]) == []
        reason = (await met.yard.get("/v1/notices")).json()["items"][0]
        assert reason["object_id"] == deal
        assert reason["reason"].startswith("Your deal on ")
