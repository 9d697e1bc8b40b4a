"""What matches, blends, deals and what-ifs make of permits, over real HTTP."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from market.app import Application
from market.permits.gate import gate
from specs.kit.tenancy import Role
from tests.support.api import client
from tests.support.declared import IN_TOKYO, TODAY, TREATS, confirmed, declared
from tests.support.market import LOT, SPEC, Market, lot


@pytest_asyncio.fixture(scope="module")
async def ministry(market: Market, api: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with client(api, await market.organisation("coordinator", "The Ministry")) as signed_in:
        yield signed_in


async def listed(caller: httpx.AsyncClient, noun: str, body: dict[str, Any]) -> str:
    made = await caller.post(f"/v1/{noun}", json=body)
    assert made.status_code == 201, made.text
    place = str(made.headers["location"])
    assert (await caller.post(f"{place}/publish")).status_code == 200
    return place


@pytest_asyncio.fixture
async def pair(market: Market, api: Application) -> AsyncIterator[dict[str, Any]]:
    """A firm with a lot of waste, and one with a spec that it meets."""
    yard = client(api, await market.organisation("recycler", "Waste Yard"))
    mill = client(api, await market.organisation("manufacturer", "Waste Mill", prefecture="JP-13"))
    material = "stainless_scrap"
    content = {k: v for k, v in LOT.items() if k not in ("grade", "form")} | {"material": material}
    wanted = {k: v for k, v in SPEC.items() if k not in ("grades", "forms")} | {"material": material}
    wanted |= {"quantity": {"tonnes": 60}, "limits": [{"analytes": ["Cu"], "max": 0.4, "unit": "%"}]}
    offered = await listed(yard, "lots", content | {"legal_status": "waste"})
    yield {"yard": yard, "mill": mill, "lot": offered, "spec": await listed(mill, "specs", wanted)}
    # so that the next pair meets only itself
    for caller, place in ((yard, "lot"), (mill, "spec")):
        for item in (await caller.get(f"/v1/{place}s?status=active")).json()["items"]:
            await caller.post(f"/v1/{place}s/{item['id']}/withdraw")
        await caller.aclose()


async def gates(pair: dict[str, Any], side: str = "spec") -> tuple[str, list[str], list[str]]:
    """Where the lot stands for the spec, its blockers and its flags about permits."""
    caller = pair["mill" if side == "spec" else "yard"]
    for near in ("false", "true"):
        answer = await caller.get(f"{pair[side]}/matches?near_misses={near}")
        assert answer.status_code == 200, answer.text
        for item in answer.json()["items"]:
            found = item["evaluation"]
            flags = [f["code"] for f in found["flags"] if f["code"].startswith("permit")]
            return "near" if near == "true" else "match", [b["code"] for b in found["blockers"]], flags
    return "none", [], []


async def test_waste_matches_only_once_both_sides_hold_what_it_needs(pair, ministry):
    assert (await gates(pair))[:2] == ("near", ["permit_not_valid", "permit_not_valid"])
    here = await declared(pair["yard"])
    assert (await gates(pair))[:2] == ("near", ["permit_not_valid"])
    there = await declared(pair["mill"], number=IN_TOKYO)
    assert (await gates(pair))[:2] == ("match", [])
    assert "permit_unchecked" in (await gates(pair, "lot"))[2]
    await confirmed(ministry, here)
    await confirmed(ministry, there)
    assert "permit_unchecked" not in (await gates(pair))[2]
    await confirmed(ministry, here, outcome="refused")
    assert (await gates(pair))[:2] == ("near", ["permit_not_valid"])


@pytest.mark.parametrize(
    "change",
    [
        {"valid_from": None, "valid_until": (TODAY - timedelta(days=1)).isoformat()},
        {"materials": ["plastics"], "treatments": []},
        {"number": "01520123456"},
    ],
)
async def test_a_permit_that_lapses_or_is_for_something_else_closes_the_match_at_once(pair, change):
    here, _ = await declared(pair["yard"]), await declared(pair["mill"], number=IN_TOKYO)
    assert (await gates(pair))[0] == "match"
    changed = await pair["yard"].patch(here, json=change, headers={"if-match": "*"})
    assert changed.status_code == 200, changed.text
    assert (await gates(pair))[:2] == ("near", ["permit_not_valid"])


async def test_a_withdrawn_permit_closes_the_match(pair):
    here, _ = await declared(pair["yard"]), await declared(pair["mill"], number=IN_TOKYO)
    assert (await gates(pair))[0] == "match"
    await pair["yard"].post(f"{here}/withdraw")
    assert (await gates(pair))[0] == "near"


async def test_a_change_of_a_permit_asks_for_the_thin_rows_of_the_waste_anew(pair, market):
    async with market.superuser() as above:
        await above.execute("update outbox set done_at = now()")
        await declared(pair["yard"])
        await declared(pair["mill"], number=IN_TOKYO)
        rows = await above.fetch("select topic, object_id::text as id from outbox where done_at is null order by topic")
    places = {"lot.changed": pair["lot"], "spec.changed": pair["spec"]}
    assert [(row["topic"], row["id"]) for row in rows] == [(t, p.rsplit("/", 1)[1]) for t, p in places.items()]


async def test_across_parties_no_number_or_last_day_of_a_permit_is_told(pair):
    await declared(pair["yard"], number="01420777123", valid_from=None, valid_until="2020-01-02")
    for language in ("en", "ja"):
        answer = await pair["mill"].get(
            f"{pair['spec']}/matches?near_misses=true", headers={"accept-language": language}
        )
        assert not any(canary in answer.text for canary in ("01420777123", "777123", "2020-01-02"))
        reason = answer.json()["items"][0]["evaluation"]["blockers"][0]["reason"]
        assert reason != "permit_not_valid"


async def test_a_lot_barred_by_permits_is_in_no_blend(pair):
    async def lots() -> list[str]:
        answer = await pair["mill"].post(f"{pair['spec']}/blends", json={})
        assert answer.status_code == 200, answer.text
        return [str(take["lot"]) for one in answer.json()["items"] for take in one["blend"]["takes"]]

    assert await lots() == []
    await declared(pair["yard"])
    await declared(pair["mill"], number=IN_TOKYO)
    assert await lots() == [pair["lot"].rsplit("/", 1)[1]]


async def test_a_stored_blend_is_impossible_once_a_permit_is_withdrawn(pair):
    here, _ = await declared(pair["yard"]), await declared(pair["mill"], number=IN_TOKYO)
    await pair["mill"].post(f"{pair['spec']}/blends", json={})
    states = []
    for _ in range(2):
        answer = await pair["mill"].get(f"{pair['spec']}/blends")
        states.append([one["state"] for one in answer.json()["items"]])
        await pair["yard"].post(f"{here}/withdraw")
    assert states == [["current"], ["impossible"]]


async def test_a_deal_opens_only_where_the_permits_that_waste_needs_are_held(pair):
    # by its match it is seen
    here, _ = await declared(pair["yard"]), await declared(pair["mill"], number=IN_TOKYO)
    assert (await gates(pair))[0] == "match"
    body = {"spec_id": pair["spec"].rsplit("/", 1)[1], "lot_id": pair["lot"].rsplit("/", 1)[1]}
    lapsed = {"valid_from": None, "valid_until": (TODAY - timedelta(days=1)).isoformat()}
    assert (await pair["yard"].patch(here, json=lapsed, headers={"if-match": "*"})).status_code == 200
    refused = await pair["mill"].post("/v1/deals", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "deal_blocked")
    assert refused.json()["params"] == {"codes": ["permit_not_valid"]}
    await declared(pair["yard"])
    opened = await pair["mill"].post("/v1/deals", json=body)
    assert opened.status_code == 201, opened.text


async def test_a_coordinator_is_told_of_permits_that_nobody_checked_or_that_end_too_early(pair, ministry):
    await declared(pair["yard"], valid_until="2027-01-20")
    await declared(pair["mill"], number=IN_TOKYO)
    assert (await gates(pair))[0] == "match"
    body = {"spec_id": pair["spec"].rsplit("/", 1)[1], "lot_id": pair["lot"].rsplit("/", 1)[1]}
    deal = (await pair["mill"].post("/v1/deals", json=body)).json()["id"]
    assert (await pair["yard"].post(f"/v1/deals/{deal}/take-up")).json()["status"] == "in_review"

    (queued,) = (await ministry.get("/v1/reviews?reason=permit_ending")).json()["items"]

    assert queued["id"] == deal
    told = {reason["code"]: reason for reason in queued["risk"]["reasons"]}
    assert {"permit_ending", "permit_unproven"} <= set(told)
    for code in ("permit_ending", "permit_unproven"):
        # kinds of permits are named in words
        assert told[code]["params"]["permits"][0] not in told[code]["reason"]


async def test_the_gate_of_a_deal_tells_what_is_met_and_what_blocks_under_role_engine(ministry, market, api):
    parties = [await market.organisation("recycler", "Seller"), await market.organisation("manufacturer", "Buyer")]
    seller, buyer = [party.id for party in parties]
    offered = lot(legal_status="waste")
    day = TODAY + timedelta(days=30)

    async def asked(**more: Any) -> list[tuple[str, str]]:
        async with market.work(buyer, Role.ENGINE) as work:
            found = await gate(work, buyer, seller, offered, day, to="JP-13", **more)
        return [(s.activity.value, s.fulfilment.value) for s in found.standings]

    assert await asked() == [("hold", "blocked"), ("load", "open"), ("unload", "open"), ("treat", "blocked")]
    async with client(api, parties[0]) as one, client(api, parties[1]) as other:
        await confirmed(ministry, await declared(one))
        await declared(other, number=IN_TOKYO, treatments=["NIR"])
    assert await asked() == [("hold", "confirmed"), ("load", "open"), ("unload", "open"), ("treat", "declared")]
    assert ("treat", "blocked") in await asked(treatment="HOT_WASH")
    assert [f for a, f in await asked(carrier_tenant=seller) if a in ("load", "unload")] == ["blocked", "blocked"]


async def test_a_what_if_takes_permits_beside_the_lot_and_without_them_asks_for_none(ministry):
    waste = LOT | {"legal_status": "waste"}
    asked = [waste, waste | {"permits": []}, waste | {"permits": [TREATS | {"outcome": "confirmed"}]}]
    codes = []
    for one in asked:
        answer = await ministry.post("/v1/evaluations", json={"spec": SPEC, "lot": one})
        assert answer.status_code == 200, answer.text
        codes.append([b["code"] for b in answer.json()["blockers"]])
    assert codes == [[], ["permit_missing"], []]


async def test_faults_of_permits_in_a_what_if_are_pointed_at(ministry):
    lot_ = LOT | {"permits": [TREATS, TREATS | {"number": "1"}]}
    spec_ = SPEC | {"permits": [{"kind": "SENRA"}]}
    answer = await ministry.post("/v1/evaluations", json={"spec": spec_, "lot": lot_})
    assert answer.status_code == 422
    assert [e["pointer"] for e in answer.json()["errors"]] == ["/spec/permits/0/kind", "/lot/permits/1/number"]
