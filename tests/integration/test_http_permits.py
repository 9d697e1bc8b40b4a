"""Permits through the wire: declared, checked, changed, withdrawn; who sees them; and what matches make of them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
import pytest_asyncio

from market.app import Application
from market.http.examples import PERMIT, PERMIT_CHECK
from market.parties.structs import Jurisdiction
from market.permits.gate import gate
from matching.values import LegalStatus
from specs.kit import clock
from specs.kit.tenancy import Role
from tests.support.api import client
from tests.support.market import LOT, SPEC, Market, lot

TODAY = clock.today(datetime.now(UTC))
FIRMS = ("yard", "rival", "mill", "ministry", "elsewhere")
# of Kanagawa, where the lot lies, and of Tokyo, where it goes
TREATS_HERE = PERMIT | {"valid_until": (TODAY + timedelta(days=400)).isoformat()}
TREATS_THERE = TREATS_HERE | {"number": "01320654321"}


@pytest_asyncio.fixture(scope="module")
async def firms(market: Market, api: Application) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    parties = {
        "yard": await market.organisation("recycler", "CanaryYard"),
        "rival": await market.organisation("recycler", "Rival Yard"),
        "mill": await market.organisation("manufacturer", "The Mill", prefecture="JP-13"),
        "ministry": await market.organisation("coordinator", "The Ministry"),
        "elsewhere": await market.organisation(
            "coordinator", "Hokkaido", jurisdiction=Jurisdiction(prefectures=("JP-01",))
        ),
    }
    found = {name: client(api, party) for name, party in parties.items()}
    for name, one in found.items():
        one.headers["x-organisation"] = str(parties[name].id)
    yield found
    for one in found.values():
        await one.aclose()


async def declared(caller: httpx.AsyncClient, **changes: Any) -> str:
    made = await caller.post("/v1/permits", json=TREATS_HERE | changes)
    assert made.status_code == 201, made.text
    return str(made.headers["location"])


async def confirmed(firms: dict[str, httpx.AsyncClient], place: str, **changes: Any) -> httpx.Response:
    answer = await firms["ministry"].post(f"{place}/check", json=PERMIT_CHECK | changes)
    assert answer.status_code == 200, answer.text
    return answer


async def test_a_permit_is_answered_as_it_was_declared_and_is_unchecked(firms):
    made = await firms["yard"].post("/v1/permits", json=TREATS_HERE)
    body = made.json()
    assert {name: body[name] for name in TREATS_HERE} == TREATS_HERE
    assert (body["status"], body["state"], body["days_left"], body["holds_in"], body["check"]) == (
        "active",
        "unchecked",
        400,
        "JP-14",
        None,
    )
    assert (body["src"], body["flag"]) == ("k_jplaw", "knowledge")
    read = await firms["yard"].get(made.headers["location"])
    assert (read.json(), read.headers["etag"]) == (body, made.headers["etag"])


async def test_a_repeated_post_makes_one_permit(firms):
    headers = {"idempotency-key": "permit once"}
    first, again = [await firms["yard"].post("/v1/permits", json=TREATS_HERE, headers=headers) for _ in range(2)]
    assert (first.status_code, first.content) == (201, again.content)


@pytest.mark.parametrize(("language", "word"), [("en", "digit 4"), ("ja", "4 桁目")])
async def test_a_wrong_digit_is_pointed_at_and_named_in_the_callers_language(firms, language, word):
    wrong = TREATS_HERE | {"number": "01400123456"}
    answer = await firms["yard"].post("/v1/permits", json=wrong, headers={"accept-language": language})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    error = answer.json()["errors"][0]
    assert (error["pointer"], error["code"]) == ("/number", "permit_number_kind")
    assert word in error["reason"]


async def test_every_fault_is_pointed_at_when_declared_and_when_changed(firms):
    wrong = {"number": "0480012345", "materials": ["stel"], "valid_until": "2020-01-01"}
    place = await declared(firms["yard"])
    for answer in (
        await firms["yard"].post("/v1/permits", json=TREATS_HERE | wrong),
        await firms["yard"].patch(place, json=wrong, headers={"if-match": "*"}),
    ):
        assert answer.status_code == 422
        assert [e["pointer"] for e in answer.json()["errors"]] == ["/number", "/materials/0", "/valid_until"]


async def test_a_check_tells_who_looked_how_far_and_on_which_day(firms):
    place = await declared(firms["yard"])
    seen = (await confirmed(firms, place, checked_on=TODAY.isoformat())).json()
    assert seen["organisation_id"] == firms["yard"].headers["x-organisation"]
    own = (await firms["yard"].get(place)).json()
    check = {**own["check"], "checked_at": None}
    assert check == PERMIT_CHECK | {"checked_on": TODAY.isoformat(), "checked_at": None}
    assert own["state"] == "valid"


@pytest.mark.parametrize(
    ("days", "outcome", "state"),
    [
        (-1, None, "expired"),
        (-1, "confirmed", "expired"),
        (0, "confirmed", "expires_soon"),
        (60, "confirmed", "expires_soon"),
        (61, "confirmed", "valid"),
        (61, "refused", "refused"),
        (61, None, "unchecked"),
    ],
)
async def test_the_state_counts_the_last_day_in_japan(firms, days, outcome, state):
    place = await declared(firms["yard"], valid_until=(TODAY + timedelta(days=days)).isoformat())
    if outcome:
        await confirmed(firms, place, outcome=outcome)
    own = (await firms["yard"].get(place)).json()
    assert (own["state"], own["days_left"]) == (state, days)


async def test_a_change_takes_the_check_away_and_needs_the_version_that_it_is_based_on(firms):
    place = await declared(firms["yard"])
    tag = (await confirmed(firms, place)).headers["etag"]
    assert tag == '"2"'
    assert (await firms["yard"].patch(place, json={"materials": ["steel"]})).status_code == 428
    late = await firms["yard"].patch(place, json={"materials": ["steel"]}, headers={"if-match": '"1"'})
    assert (late.status_code, late.json()["code"]) == (412, "version_mismatch")
    changed = await firms["yard"].patch(place, json={"materials": ["steel"]}, headers={"if-match": tag})
    assert (changed.json()["materials"], changed.json()["check"], changed.json()["state"]) == (
        ["steel"],
        None,
        "unchecked",
    )


async def test_a_coordinator_confirms_the_version_that_it_saw(firms):
    place = await declared(firms["yard"])
    await firms["yard"].patch(place, json={"materials": ["steel"]}, headers={"if-match": "*"})
    late = await firms["ministry"].post(f"{place}/check", json=PERMIT_CHECK, headers={"if-match": '"1"'})
    assert (late.status_code, late.json()["code"]) == (412, "version_mismatch")


async def test_a_check_is_of_no_later_day_than_today(firms):
    later = PERMIT_CHECK | {"checked_on": (TODAY + timedelta(days=1)).isoformat()}
    answer = await firms["ministry"].post(f"{await declared(firms['yard'])}/check", json=later)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/checked_on")


async def test_a_withdrawn_permit_is_neither_changed_nor_checked_and_only_its_holder_reads_it(firms):
    place = await declared(firms["yard"])
    headers = {"idempotency-key": "withdraw the permit once"}
    first, again = [await firms["yard"].post(f"{place}/withdraw", headers=headers) for _ in range(2)]
    assert (first.status_code, first.json()["status"], first.content) == (200, "cancelled", again.content)
    changed = await firms["yard"].patch(place, json={"materials": ["steel"]}, headers={"if-match": "*"})
    assert (changed.status_code, changed.json()["code"]) == (409, "permit_withdrawn")
    assert (await firms["ministry"].post(f"{place}/check", json=PERMIT_CHECK)).status_code == 404
    assert [(await firms[name].get(place)).status_code for name in FIRMS] == [200, 404, 404, 404, 404]


async def test_only_its_holder_and_the_coordinators_of_the_place_see_a_permit(firms):
    place = await declared(firms["yard"])
    assert [(await firms[name].get(place)).status_code for name in FIRMS] == [200, 404, 404, 200, 404]
    permit = place.rsplit("/", 1)[1]
    listed = {}
    for name in FIRMS:
        page = (await firms[name].get("/v1/permits?limit=200")).json()
        listed[name] = permit in {item["id"] for item in page["items"]}
    assert [name for name in FIRMS if listed[name]] == ["yard", "ministry"]
    for name in ("rival", "mill"):
        assert permit not in (await firms[name].get("/v1/permits?limit=200")).text
    refused = await firms["elsewhere"].post(f"{place}/check", json=PERMIT_CHECK)
    assert refused.status_code == 404


async def test_a_list_is_narrowed_to_what_was_not_checked_in_pages(firms, market, api):
    async with client(api, await market.organisation("recycler", "Lister")) as lister:
        made = [(await declared(lister)).rsplit("/", 1)[1] for _ in range(4)]
        await confirmed(firms, f"/v1/permits/{made[1]}")
        first = (await lister.get("/v1/permits?limit=2&checked=false")).json()
        rest = (await lister.get(f"/v1/permits?limit=2&checked=false&cursor={first['next_cursor']}")).json()
    assert [item["id"] for item in (*first["items"], *rest["items"])] == [made[3], made[2], made[0]]


async def test_a_coordinator_does_not_check_its_own(firms, market):
    own = UUID(firms["ministry"].headers["x-organisation"])
    async with market.superuser() as above:
        permit = await above.fetchval(
            """insert into permit (tenant_id, id, version, status, kind, content, created_at, updated_at)
               values ($1, gen_random_uuid(), 1, 'active', 'KOUIKI', '{"kind": "KOUIKI"}', now(), now())
               returning id""",
            own,
        )
    answer = await firms["ministry"].post(f"/v1/permits/{permit}/check", json=PERMIT_CHECK)
    assert (answer.status_code, answer.json()["code"]) == (403, "own_permit")
    async with market.work(own, Role.COORDINATOR) as work:
        assert await work.connection.fetchval("select count(*) from permit where id = $1", permit) == 0


async def test_row_level_security_alone_keeps_permits_apart(firms, market):
    place = await declared(firms["yard"])
    permit = UUID(place.rsplit("/", 1)[1])
    seen = {}
    for name in FIRMS:
        for role in (Role.TENANT, Role.COORDINATOR):
            async with market.work(UUID(firms[name].headers["x-organisation"]), role) as work:
                seen[name, role] = await work.connection.fetchval("select count(*) from permit where id = $1", permit)
    assert {key for key, count in seen.items() if count} == {("yard", Role.TENANT), ("ministry", Role.COORDINATOR)}


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        (Role.TENANT, "update permit set outcome = 'confirmed' where id = $1"),
        (Role.TENANT, "update permit set warned = 0 where id = $1"),
        (Role.TENANT, "delete from permit where id = $1"),
        (Role.COORDINATOR, "update permit set content = '{}' where id = $1"),
        (Role.COUNTERPARTY, "select content from permit where id = $1"),
        (Role.ENGINE, "update permit set content = '{}' where id = $1"),
    ],
)
async def test_no_role_may_write_what_is_anothers_to_say(firms, market, role, statement):
    permit = UUID((await declared(firms["yard"])).rsplit("/", 1)[1])
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with market.work(UUID(firms["yard"].headers["x-organisation"]), role) as work:
            await work.connection.execute(statement, permit)


async def test_each_change_and_each_look_leaves_one_audit_event_and_each_change_one_event_of_the_chain(firms, market):
    place = await declared(firms["yard"])
    permit = UUID(place.rsplit("/", 1)[1])
    await confirmed(firms, place)
    await firms["ministry"].get(place)
    await firms["yard"].patch(place, json={"materials": ["steel"]}, headers={"if-match": "*"})
    await firms["yard"].post(f"{place}/withdraw")
    async with market.superuser() as above:
        audited = await above.fetch("select action from audit_event where object_id = $1 order by at, seq", permit)
        chained = await above.fetch(
            "select action, cardinality(audience) as readers from chain_event where chain = $1 order by seq", permit
        )
    assert [row[0] for row in audited] == ["create", "check", "oversee", "patch", "withdraw"]
    assert [tuple(row) for row in chained] == [
        ("permit.create", 1),
        ("permit.check", 2),
        ("permit.patch", 1),
        ("permit.withdraw", 1),
    ]


# --- what matches make of them ------------------------------------------------------------------------------------


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


async def test_waste_matches_only_once_both_sides_hold_what_it_needs(pair, firms):
    assert (await gates(pair))[:2] == ("near", ["permit_not_valid", "permit_not_valid"])
    here = await declared(pair["yard"])
    assert (await gates(pair))[:2] == ("near", ["permit_not_valid"])
    there = await declared(pair["mill"], number="01320654321")
    assert (await gates(pair))[:2] == ("match", [])
    assert "permit_unchecked" in (await gates(pair, "lot"))[2]
    await confirmed(firms, here)
    await confirmed(firms, there)
    assert "permit_unchecked" not in (await gates(pair))[2]
    await confirmed(firms, here, outcome="refused")
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
    here, _ = await declared(pair["yard"]), await declared(pair["mill"], number="01320654321")
    assert (await gates(pair))[0] == "match"
    changed = await pair["yard"].patch(here, json=change, headers={"if-match": "*"})
    assert changed.status_code == 200, changed.text
    assert (await gates(pair))[:2] == ("near", ["permit_not_valid"])


async def test_a_withdrawn_permit_closes_the_match(pair):
    here, _ = await declared(pair["yard"]), await declared(pair["mill"], number="01320654321")
    assert (await gates(pair))[0] == "match"
    await pair["yard"].post(f"{here}/withdraw")
    assert (await gates(pair))[0] == "near"


async def test_a_change_of_a_permit_asks_for_the_thin_rows_of_the_waste_anew(pair, market):
    async with market.superuser() as above:
        await above.execute("update outbox set done_at = now()")
        await declared(pair["yard"])
        await declared(pair["mill"], number="01320654321")
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
    await declared(pair["mill"], number="01320654321")
    assert await lots() == [pair["lot"].rsplit("/", 1)[1]]


async def test_the_gate_of_a_deal_tells_what_is_met_and_what_blocks_under_role_engine(firms, market, api):
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
        await confirmed(firms, await declared(one))
        await declared(other, number="01320654321", treatments=["NIR"])
    assert await asked() == [("hold", "confirmed"), ("load", "open"), ("unload", "open"), ("treat", "declared")]
    assert ("treat", "blocked") in await asked(treatment="HOT_WASH")
    assert [f for a, f in await asked(carrier_tenant=seller) if a in ("load", "unload")] == ["blocked", "blocked"]
    assert offered.legal_status is LegalStatus.WASTE


# --- what-ifs -----------------------------------------------------------------------------------------------------


async def test_a_what_if_takes_permits_beside_the_lot_and_without_them_asks_for_none(firms):
    waste = LOT | {"legal_status": "waste"}
    asked = [waste, waste | {"permits": []}, waste | {"permits": [TREATS_HERE | {"outcome": "confirmed"}]}]
    codes = []
    for one in asked:
        answer = await firms["yard"].post("/v1/evaluations", json={"spec": SPEC, "lot": one})
        assert answer.status_code == 200, answer.text
        codes.append([b["code"] for b in answer.json()["blockers"]])
    assert codes == [[], ["permit_missing"], []]


async def test_faults_of_permits_in_a_what_if_are_pointed_at(firms):
    lot_ = LOT | {"permits": [TREATS_HERE, TREATS_HERE | {"number": "1"}]}
    spec_ = SPEC | {"permits": [{"kind": "SENRA"}]}
    answer = await firms["yard"].post("/v1/evaluations", json={"spec": spec_, "lot": lot_})
    assert answer.status_code == 422
    assert [e["pointer"] for e in answer.json()["errors"]] == ["/spec/permits/0/kind", "/lot/permits/1/number"]
