"""Notices through the wire: told by what happened, read once, in the words of who reads."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
import pytest_asyncio

from market.alerts import service as notices
from market.alerts.codes import Code
from market.app import Application
from market.http import messages
from market.parties.structs import NewOrganisation
from specs.kit import ids
from specs.kit.tenancy import Role
from tests.support.api import client
from tests.support.market import AT, Market

VERIFIED = Code.ORGANISATION_VERIFIED


@pytest_asyncio.fixture
async def firm(market: Market) -> NewOrganisation:
    return await market.organisation("recycler", "Told Yard")


@pytest_asyncio.fixture
async def inbox(firm: NewOrganisation, api: Application) -> AsyncIterator[httpx.AsyncClient]:
    async with client(api, firm) as signed_in:
        yield signed_in


async def told(market: Market, firm: NewOrganisation, count: int = 1, **more: str) -> list[bool]:
    """By a firm that is not the one who is told."""
    teller = await market.organisation("manufacturer")
    async with market.work(teller.id) as work:
        return [await notices.tell(work, firm.id, VERIFIED, {}, "organisation", firm.id, **more) for _ in range(count)]


async def test_a_coordinator_who_verifies_an_organisation_tells_it_so(market: Market, api: Application) -> None:
    newcomer = await market.organisation("recycler", "Newcomer", verified=False)
    ministry = await market.organisation("coordinator", "Ministry")
    async with client(api, ministry) as caller:
        for turn in ("verify", "verify", "unverify"):
            assert (await caller.post(f"/v1/organisations/{newcomer.id}/{turn}")).status_code == 200
        assert (await caller.get("/v1/notices")).json() == {"items": [], "next_cursor": None, "unread": 0}
    async with client(api, newcomer) as reader:
        answer = (await reader.get("/v1/notices")).json()
    assert [item["code"] for item in answer["items"]] == ["organisation_unverified", "organisation_verified"]
    first = answer["items"][1]
    assert first | {"id": None, "at": None} == {
        "id": None,
        "at": None,
        "code": "organisation_verified",
        "params": {},
        "object_kind": "organisation",
        "object_id": str(newcomer.id),
        "read_at": None,
        "reason": messages.phrases("en").notices["organisation_verified"],
    }


async def test_a_notice_is_told_in_the_language_of_who_reads_it(market, firm, inbox):
    await told(market, firm)
    english = await inbox.get("/v1/notices")
    japanese = await inbox.get("/v1/notices", headers={"accept-language": "ja"})
    for answer, language in ((english, "en"), (japanese, "ja")):
        assert answer.headers["content-language"] == language
        assert answer.json()["items"][0]["reason"] == messages.phrases(language).notices[VERIFIED]


async def test_an_unread_notice_is_counted_until_it_is_read_and_the_first_time_stays(market, firm, inbox):
    await told(market, firm, 2)
    (newest, oldest) = (await inbox.get("/v1/notices")).json()["items"]
    first = await inbox.post(f"/v1/notices/{oldest['id']}/read")
    again = await inbox.post(f"/v1/notices/{oldest['id']}/read")
    assert (first.status_code, first.json()["read_at"] is None) == (200, False)
    assert again.json() == first.json() == oldest | {"read_at": first.json()["read_at"]}
    left = (await inbox.get("/v1/notices?unread=true")).json()
    assert left == {"items": [newest], "next_cursor": None, "unread": 1}
    assert (await inbox.get("/v1/notices")).json()["unread"] == 1


async def test_all_are_read_at_once(market, firm, inbox):
    await told(market, firm, 3)
    assert (await inbox.post("/v1/notices/read-all")).json() == {"unread": 0}
    answer = (await inbox.get("/v1/notices")).json()
    assert answer["unread"] == 0
    assert all(item["read_at"] for item in answer["items"])
    assert (await inbox.get("/v1/notices?unread=true")).json()["items"] == []


async def test_notices_come_newest_first_in_pages_that_count_all_that_are_unread(market, firm, inbox):
    await told(market, firm, 3)
    every = (await inbox.get("/v1/notices")).json()["items"]
    first = (await inbox.get("/v1/notices?limit=2&unread=true")).json()
    rest = (await inbox.get(f"/v1/notices?limit=2&unread=true&cursor={first['next_cursor']}")).json()
    assert (first["items"] + rest["items"], first["unread"], rest["unread"]) == (every, 3, 3)
    assert sorted(every, key=lambda item: item["id"], reverse=True) == every
    other = await inbox.get(f"/v1/notices?limit=2&cursor={first['next_cursor']}")
    assert (other.status_code, other.json()["code"]) == (400, "invalid_cursor")


async def test_an_inbox_that_did_not_change_is_not_sent_again(market, firm, inbox):
    await told(market, firm)
    tag = (await inbox.get("/v1/notices")).headers["etag"]
    assert (await inbox.get("/v1/notices", headers={"if-none-match": tag})).status_code == 304
    await told(market, firm)
    assert (await inbox.get("/v1/notices", headers={"if-none-match": tag})).status_code == 200


async def test_what_is_told_twice_under_one_name_is_told_once(market, firm, inbox):
    assert await told(market, firm, 2, dedupe="permit 1 ends") == [True, False]
    assert await told(market, firm, dedupe="permit 1 ends") == [False]
    assert (await inbox.get("/v1/notices")).json()["unread"] == 1
    assert await told(market, await market.organisation(), dedupe="permit 1 ends") == [True]


async def test_what_is_rolled_back_was_never_told(market, firm, inbox):
    async with market.work(None, Role.ENGINE) as work:
        await work.connection.execute("savepoint before")
        await notices.tell(work, firm.id, VERIFIED, {}, "organisation", firm.id)
        await work.connection.execute("rollback to before")
    assert (await inbox.get("/v1/notices")).json()["unread"] == 0


@pytest.mark.parametrize("role", list(Role))
async def test_every_role_of_the_application_tells_others(market, firm, inbox, role):
    teller = await market.organisation()
    async with market.work(teller.id, role) as work:
        assert await notices.tell(work, firm.id, VERIFIED, {}, "organisation", firm.id)
    assert (await inbox.get("/v1/notices")).json()["unread"] == 1


@pytest.mark.parametrize("role", [Role.TENANT, Role.COORDINATOR, Role.COUNTERPARTY])
async def test_nobody_writes_a_notice_to_another_by_hand(market, firm, role):
    insert = """insert into notice (tenant_id, id, at, code, params, object_kind, object_id)
                values ($1, $2, $3, 'x', '{}', 'x', $1)"""
    teller = await market.organisation()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with market.work(teller.id, role) as work:
            await work.connection.execute(insert, firm.id, ids.new_id(), AT)


async def test_another_neither_reads_nor_marks_a_notice(market, api, firm, inbox):
    await told(market, firm)
    notice = (await inbox.get("/v1/notices")).json()["items"][0]["id"]
    async with client(api, await market.organisation()) as rival:
        assert (await rival.get("/v1/notices")).json()["items"] == []
        refused = await rival.post(f"/v1/notices/{notice}/read")
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
        assert (await rival.post("/v1/notices/read-all")).status_code == 200
    assert (await inbox.get("/v1/notices")).json()["unread"] == 1


async def test_a_code_of_a_newer_program_is_shown_as_it_is(market, firm, inbox):
    async with market.superuser() as above:
        await above.execute(
            """insert into notice (tenant_id, id, at, code, params, object_kind, object_id)
               values ($1, $2, $3, 'moon_sold', '{}', 'moon', $1)""",
            *(firm.id, uuid4(), AT + timedelta(days=1)),
        )
    (item,) = (await inbox.get("/v1/notices")).json()["items"]
    assert (item["reason"], UUID(item["object_id"])) == ("moon_sold", firm.id)


@pytest.mark.parametrize(
    ("language", "reason"),
    [("en", "The deal on Carbon-steel scrap is completed."), ("ja", "炭素鋼スクラップの取引は完了しました。")],
)
def test_a_material_is_told_by_its_name(language: messages.Language, reason: str) -> None:
    assert messages.notice("deal_completed", {"material": "carbon_steel_scrap"}, language) == reason


@pytest.mark.parametrize(("language", "portion"), [("en", "portion"), ("ja", "納入")])
def test_a_claim_is_not_said_to_be_on_a_portion_since_it_may_be_that_none_came(
    language: messages.Language, portion: str
) -> None:
    assert portion not in messages.notice("claim_made", {"no": 1}, language)
