"""Processors' offers through the wire: their life, and what others see of them."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from market.app import Application
from market.http.examples import OFFERED_STEP
from specs.kit.tenancy import Role
from tests.support.api import client
from tests.support.market import Market

PLACE = {"prefecture": "JP-12", "lat": 35.6012, "lon": 140.1234}
SECRET = OFFERED_STEP | {
    "location": PLACE,
    "fee": {"amount": 1511, "currency": "JPY", "per": "t"},
    "residue": {"title": "CanaryResidue", "charge": {"amount": 7222}},
    "evidence": ["Canary trial of 2029", "assay_report"],
}
CANARIES = ("CanaryWorks", "CanaryResidue", "Canary trial", "1511", "7222", "35.6012", "140.1234")


@pytest_asyncio.fixture(scope="module")
async def works(market: Market, api: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with client(api, await market.organisation("processor", "CanaryWorks")) as signed_in:
        yield signed_in


@pytest_asyncio.fixture(scope="module")
async def rival(market: Market, api: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with client(api, await market.organisation("processor", "Rival")) as signed_in:
        yield signed_in


async def offered(caller: httpx.AsyncClient, **changes: Any) -> str:
    made = await caller.post("/v1/upgrade-offers", json=SECRET | changes)
    assert made.status_code == 201, made.text
    return str(made.headers["location"])


async def test_an_offer_is_answered_as_it_was_posted_and_read_again_with_its_tag(works):
    made = await works.post("/v1/upgrade-offers", json=SECRET)
    assert made.status_code == 201, made.text
    body = made.json()
    assert (body["status"], body["step"], body["yield"], body["fee"]["amount"]) == (
        "active",
        "BALLISTIC_LOWCU",
        0.75,
        1511,
    )
    read = await works.get(made.headers["location"])
    assert (read.json(), read.headers["etag"]) == (body, made.headers["etag"])


async def test_a_repeated_post_makes_one_offer(works):
    headers = {"idempotency-key": "offer once"}
    first, again = [await works.post("/v1/upgrade-offers", json=SECRET, headers=headers) for _ in range(2)]
    assert (first.status_code, first.content) == (again.status_code, again.content)


async def test_a_patch_needs_the_version_that_it_is_based_on(works):
    place = await offered(works)
    assert (await works.patch(place, json={"capacity_tonnes": 9})).status_code == 428
    changed = await works.patch(place, json={"capacity_tonnes": 9, "residue": None}, headers={"if-match": '"1"'})
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    assert (changed.json()["capacity_tonnes"], changed.json()["residue"]) == (9, None)
    assert changed.json()["fee"]["amount"] == 1511
    late = await works.patch(place, json={"capacity_tonnes": 8}, headers={"if-match": '"1"'})
    assert (late.status_code, late.json()["code"]) == (412, "version_mismatch")


async def test_every_fault_is_pointed_at_when_posted_and_when_changed(works):
    wrong = {"yield": 2, "removal": [{"analyte": "Ni", "fraction": 0.5}]}
    place = await offered(works)
    answers = [
        await works.post("/v1/upgrade-offers", json=SECRET | wrong),
        await works.patch(place, json=wrong, headers={"if-match": "*"}),
    ]
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
        assert [error["pointer"] for error in answer.json()["errors"]] == ["/yield", "/removal/0"]


@pytest.mark.parametrize(("change", "code"), [({"id": "mine"}, "unknown_field"), ({"fee": None}, "missing_field")])
async def test_what_is_added_or_missing_is_no_patch(works, change, code):
    answer = await works.patch(await offered(works), json=change, headers={"if-match": "*"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_body")
    assert answer.json()["errors"][0]["code"] == code


async def test_one_that_is_withdrawn_stays_as_it_is_and_only_its_owner_finds_it(works, rival):
    place = await offered(works)
    assert (await rival.get(place)).status_code == 200
    headers = {"idempotency-key": "withdraw once"}
    first, again = [await works.post(f"{place}/withdraw", headers=headers) for _ in range(2)]
    assert (first.status_code, first.json()["status"], first.content) == (200, "cancelled", again.content)
    changed = await works.patch(place, json={"capacity_tonnes": 9}, headers={"if-match": "*"})
    assert (changed.status_code, changed.json()["code"]) == (409, "listing_closed")
    assert ((await works.get(place)).status_code, (await rival.get(place)).status_code) == (200, 404)


async def test_a_list_is_ones_own_newest_first_in_pages(works, rival, market, api):
    async with client(api, await market.organisation("processor", "Lister")) as lister:
        made = [(await offered(lister)).rsplit("/", 1)[1] for _ in range(3)]
        await offered(rival)
        first = (await lister.get("/v1/upgrade-offers?limit=2")).json()
        rest = (await lister.get(f"/v1/upgrade-offers?limit=2&cursor={first['next_cursor']}")).json()
    assert [item["id"] for item in (*first["items"], *rest["items"])] == made[::-1]
    assert rest["next_cursor"] is None


async def test_others_see_the_claims_beside_what_was_published_and_nothing_that_tells_who_or_how_much(works, rival):
    place = await offered(works)
    seen = await rival.get(place)
    assert not any(word in seen.text for word in CANARIES)
    body = seen.json()
    assert (body["step"], body["location"]["prefecture"], body["evidence"]) == (
        "BALLISTIC_LOWCU",
        None,
        ["assay_report"],
    )
    assert [claim["analyte"] for claim in body["claims"]] == [None, "Cu"]
    assert any(claim["published"] for claim in body["claims"])
    assert body["flags"] == []
    japanese = await rival.get(place, headers={"accept-language": "ja"})
    assert japanese.json()["claims"][0]["reason"] != body["claims"][0]["reason"]


async def test_a_claim_far_beyond_the_published_figures_is_taken_and_flagged_for_its_owner_and_for_others(works, rival):
    bold = {"yield": 0.95, "removal": [{"analyte": "Cu", "fraction": 0.9}], "evidence": []}
    place = await offered(works, **bold)
    for caller in (works, rival):
        body = (await caller.get(place)).json()
        assert [flag["code"] for flag in body["flags"]] == [
            "claim_without_evidence",
            "yield_far_beyond_published",
            "removal_far_beyond_published",
        ]
        assert [claim["published"] != [] for claim in body["claims"]] == [True, True]
    english, japanese = [
        (await works.get("/v1/upgrade-offers?limit=1", headers={"accept-language": language})).json()["items"][0]
        for language in ("en", "ja")
    ]
    assert english["flags"][1]["reason"].startswith("Ballistic")
    assert "弾道選別" in japanese["flags"][1]["reason"]


async def test_a_prefecture_is_named_where_five_firms_offer_the_step(works, rival, market, api):
    there = {"location": {"prefecture": "JP-20"}}
    place = await offered(works, **there)
    for i in range(4):
        assert (await rival.get(place)).json()["location"]["prefecture"] is None
        async with client(api, await market.organisation("processor", f"Neighbour {i}")) as neighbour:
            await offered(neighbour, **there)
    assert (await rival.get(place)).json()["location"]["prefecture"] == "JP-20"


async def test_an_unverified_firm_neither_sees_nor_is_seen(works, rival, market, api):
    async with client(api, await market.organisation("processor", "Newcomer", verified=False)) as newcomer:
        assert (await newcomer.get(await offered(works))).status_code == 404
        assert (await rival.get(await offered(newcomer))).status_code == 404


async def test_row_level_security_alone_keeps_offers_apart(market):
    firm, other = [await market.organisation("processor", f"Firm {i}") for i in range(2)]
    insert = """insert into upgrade_offer
      (tenant_id, id, version, status, step, prefecture, content, created_at, updated_at)
      values ($1, gen_random_uuid(), 1, $2, 'HAND_PICKING', 'JP-12', '{}', now(), now())"""
    async with market.superuser() as above:
        for status in ("active", "cancelled"):
            await above.execute(insert, firm.id, status)
    seen = {}
    for role in (Role.TENANT, Role.COUNTERPARTY):
        async with market.work(other.id, role) as work:
            rows = await work.connection.fetch("select status from upgrade_offer where tenant_id = $1", firm.id)
            seen[role] = [row[0] for row in rows]
    assert seen == {Role.TENANT: [], Role.COUNTERPARTY: ["active"]}


async def test_each_change_leaves_one_audit_event(works, market):
    place = await offered(works)
    await works.patch(place, json={"capacity_tonnes": 9}, headers={"if-match": "*"})
    await works.post(f"{place}/withdraw")
    async with market.superuser() as above:
        rows = await above.fetch(
            "select action from audit_event where object_id = $1 order by at", place.rsplit("/", 1)[1]
        )
    assert [row[0] for row in rows] == ["create", "patch", "withdraw"]
