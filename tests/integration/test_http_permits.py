"""Permits through the wire: declared, checked, changed, withdrawn, and who sees them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import asyncpg
import httpx
import pytest
import pytest_asyncio

from market.app import Application
from market.http.examples import DOCUMENT, PERMIT_CHECK
from market.parties.structs import Jurisdiction
from specs.kit.tenancy import Role
from tests.support.api import client
from tests.support.declared import TODAY, TREATS, confirmed, declared
from tests.support.market import Market

FIRMS = ("yard", "rival", "mill", "ministry", "elsewhere")


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


async def test_a_permit_is_answered_as_it_was_declared_and_is_unchecked(firms):
    made = await firms["yard"].post("/v1/permits", json=TREATS)
    body = made.json()
    assert {name: body[name] for name in TREATS} == TREATS
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
    first, again = [await firms["yard"].post("/v1/permits", json=TREATS, headers=headers) for _ in range(2)]
    assert (first.status_code, first.content) == (201, again.content)


@pytest.mark.parametrize(("language", "word"), [("en", "digit 4"), ("ja", "4 桁目")])
async def test_a_wrong_digit_is_pointed_at_and_named_in_the_callers_language(firms, language, word):
    wrong = TREATS | {"number": "01400123456"}
    answer = await firms["yard"].post("/v1/permits", json=wrong, headers={"accept-language": language})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    error = answer.json()["errors"][0]
    assert (error["pointer"], error["code"]) == ("/number", "permit_number_kind")
    assert word in error["reason"]


async def test_every_fault_is_pointed_at_when_declared_and_when_changed(firms):
    wrong = {"number": "0480012345", "materials": ["stel"], "valid_until": "2020-01-01"}
    place = await declared(firms["yard"])
    for answer in (
        await firms["yard"].post("/v1/permits", json=TREATS | wrong),
        await firms["yard"].patch(place, json=wrong, headers={"if-match": "*"}),
    ):
        assert answer.status_code == 422
        assert [e["pointer"] for e in answer.json()["errors"]] == ["/number", "/materials/0", "/valid_until"]


async def test_a_check_tells_who_looked_how_far_and_on_which_day(firms):
    place = await declared(firms["yard"])
    seen = (await confirmed(firms["ministry"], place, checked_on=TODAY.isoformat())).json()
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
        await confirmed(firms["ministry"], place, outcome=outcome)
    own = (await firms["yard"].get(place)).json()
    assert (own["state"], own["days_left"]) == (state, days)


async def test_a_change_takes_the_check_away_and_needs_the_version_that_it_is_based_on(firms):
    place = await declared(firms["yard"])
    tag = (await confirmed(firms["ministry"], place)).headers["etag"]
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


async def test_a_repeated_check_is_one_and_a_second_counts_instead_of_the_first(firms):
    place = await declared(firms["yard"])
    headers = {"idempotency-key": "check once"}
    first, again = [
        await firms["ministry"].post(f"{place}/check", json=PERMIT_CHECK, headers=headers) for _ in range(2)
    ]
    assert (first.status_code, first.content) == (200, again.content)
    second = await confirmed(firms["ministry"], place, outcome="refused")
    assert (second.headers["etag"], second.json()["state"]) == ('"3"', "refused")


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


async def test_a_document_that_is_linked_to_a_permit_is_named_there_and_seen_by_who_checks_it(firms):
    place = await declared(firms["yard"])
    link = {"object_kind": "permit", "object_id": place.rsplit("/", 1)[1]}
    made = await firms["yard"].post("/v1/documents", json=DOCUMENT | {"kind": "permit", "links": [link]})
    assert made.status_code == 201, made.text
    document = made.json()["id"]
    assert [(await firms[name].get(place)).json()["documents"] for name in ("yard", "ministry")] == [[document]] * 2
    assert [(await firms[name].get(made.headers["location"])).status_code for name in FIRMS] == [
        200,
        404,
        404,
        200,
        404,
    ]
    anothers = await firms["rival"].post("/v1/documents", json=DOCUMENT | {"links": [link]})
    assert (anothers.status_code, anothers.json()["errors"][0]["pointer"]) == (422, "/links/0")


async def test_a_list_is_narrowed_to_what_was_not_checked_in_pages(firms, market, api):
    async with client(api, await market.organisation("recycler", "Lister")) as lister:
        made = [(await declared(lister)).rsplit("/", 1)[1] for _ in range(4)]
        await confirmed(firms["ministry"], f"/v1/permits/{made[1]}")
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
    await confirmed(firms["ministry"], place)
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
