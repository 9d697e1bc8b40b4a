"""What passes by itself: late reviews are escalated once, deals that nobody answers end."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from market.app import Application
from market.deals import deadlines
from market.http.examples import REASON
from specs.kit import clock
from specs.kit.tenancy import Role
from tests.support.api import published
from tests.support.deals import TERMS, Scene, agreed, scene
from tests.support.market import LOT, Market
from tests.support.matched import Jobs
from tests.support.samples import received, result
from workers import schedule


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api) as found:
        yield found


async def passed(market: Market, at: datetime) -> tuple[int, int]:
    """Both runs as at an instant: how many were escalated, and how many ended."""
    async with market.work(None, role=Role.ENGINE, at=at) as work:
        return await deadlines.escalate(work), await deadlines.expire(work)


async def deadline(caller: httpx.AsyncClient, deal: str) -> datetime:
    return datetime.fromisoformat((await caller.get(f"/v1/deals/{deal}")).json()["deadline"])


async def acts(caller: httpx.AsyncClient, deal: str) -> list[tuple[str, str]]:
    trail = (await caller.get(f"/v1/deals/{deal}/events")).json()["items"]
    return [(event["by"], event["act"]) for event in trail]


async def told(caller: httpx.AsyncClient, deal: str) -> list[str]:
    items = (await caller.get("/v1/notices")).json()["items"]
    return [notice["code"] for notice in items if notice["object_id"] == deal]


async def in_review(met: Scene) -> str:
    deal = await met.open()
    await met.post(met.yard, f"deals/{deal['id']}/take-up")
    return str(deal["id"])


async def test_a_late_review_is_escalated_once_and_stays_in_the_queue(met: Scene, market: Market) -> None:
    deal = await in_review(met)
    end = await deadline(met.coordinator, deal)

    await passed(market, end - timedelta(microseconds=1))
    assert await acts(met.coordinator, deal) == [("seller", "take_up"), ("buyer", "open")]
    await passed(market, end)
    await passed(market, end + timedelta(minutes=1))

    assert (await acts(met.coordinator, deal))[0] == ("system", "escalate")
    assert [act for _, act in await acts(met.coordinator, deal)].count("escalate") == 1
    assert await told(met.coordinator, deal) == ["review_overdue", "review_waiting"]
    assert (await met.coordinator.get(f"/v1/deals/{deal}")).json()["allowed"] == ["approve", "return", "reject"]


async def test_another_deadline_is_escalated_again(met: Scene, market: Market) -> None:
    deal = await in_review(met)
    await passed(market, await deadline(met.coordinator, deal))
    later = await deadline(met.coordinator, deal) + timedelta(days=30)
    async with market.superuser() as connection:
        await connection.execute("update deal set deadline = $2 where id = $1", UUID(deal), later)

    await passed(market, later)

    assert [act for _, act in await acts(met.coordinator, deal)].count("escalate") == 2


@pytest.mark.parametrize("status", ["proposed", "returned", "negotiating"])
async def test_a_deal_that_nobody_answers_ends_at_the_end_of_its_last_day(
    met: Scene, market: Market, status: str
) -> None:
    deal = str((await met.open())["id"])
    if status != "proposed":
        await met.post(met.yard, f"deals/{deal}/take-up")
        decision = {"act": "approve"} if status == "negotiating" else {"act": "return", "questions": ["Why?"]}
        await met.post(met.coordinator, f"deals/{deal}/review", decision)
    end = await deadline(met.mill, deal)

    await passed(market, end - timedelta(microseconds=1))
    assert (await met.mill.get(f"/v1/deals/{deal}")).json()["status"] == status
    await passed(market, end)
    ended = (await met.mill.get(f"/v1/deals/{deal}")).json()

    assert (ended["status"], ended["turn"], ended["deadline"]) == ("withdrawn", "nobody", None)
    assert (await acts(met.yard, deal))[0] == ("system", "expire")
    for caller in (met.mill, met.yard):
        assert (await told(caller, deal))[0] == "deal_expired"
    assert (await passed(market, end))[1] == 0


async def test_an_offer_lapses_after_its_last_day_and_either_side_may_offer_again(met: Scene, market: Market) -> None:
    deal = await in_review(met)
    await met.post(met.coordinator, f"deals/{deal}/review", {"act": "approve"})
    offered = await met.post(met.yard, f"deals/{deal}/offers", TERMS)
    assert offered["turn"] == "buyer"
    (offer,) = (await met.mill.get(f"/v1/deals/{deal}/offers")).json()["items"]
    end = datetime.fromisoformat(offer["valid_until"])

    async with market.work(None, role=Role.ENGINE, at=end - timedelta(microseconds=1)) as work:
        assert await deadlines.lapse(work) == 0
    async with market.work(None, role=Role.ENGINE, at=end) as work:
        assert await deadlines.lapse(work) == 1
        assert await deadlines.lapse(work) == 0

    assert (await met.yard.get(f"/v1/deals/{deal}")).json()["turn"] == "both"
    assert [one["state"] for one in (await met.yard.get(f"/v1/deals/{deal}/offers")).json()["items"]] == ["expired"]
    assert (await acts(met.mill, deal))[0] == ("system", "lapse")


async def test_what_another_transaction_holds_comes_with_the_next_run(met: Scene, market: Market) -> None:
    deal = await in_review(met)
    end = await deadline(met.coordinator, deal)
    async with market.superuser() as connection, connection.transaction():
        await connection.execute("select from deal where id = $1 for update", UUID(deal))
        await passed(market, end)
    assert "review_overdue" not in await told(met.coordinator, deal)

    await passed(market, end)

    assert (await told(met.coordinator, deal))[0] == "review_overdue"


async def test_two_workers_pass_a_deadline_once(met: Scene, market: Market) -> None:
    late = await in_review(met)
    offered = await published(met.yard, "lots", LOT | {"available": met.days})
    await met.mill.get(f"/v1/specs/{met.spec}/matches?limit=200")
    unanswered = (await met.post(met.mill, "deals", {"spec_id": met.spec, "lot_id": offered}, 201))["id"]
    async with market.superuser() as connection:
        await connection.execute(
            "update deal set deadline = now() - interval '1 second' where id = any ($1)", [UUID(late), UUID(unanswered)]
        )

    context = Jobs(market).context
    await asyncio.gather(*(schedule.pass_deadlines(context) for _ in range(2)))
    await schedule.pass_deadlines(context)

    assert [act for _, act in await acts(met.mill, late)] == ["escalate", "take_up", "open"]
    assert [act for _, act in await acts(met.mill, unanswered)] == ["expire", "open"]


async def test_what_is_agreed_and_never_signed_ends_and_gives_its_stock_back(market: Market, api: Application) -> None:
    async with scene(market, api, overseen=False) as met:
        deal = await agreed(met)
        end = await deadline(met.mill, deal)
        await passed(market, end - timedelta(microseconds=1))
        assert (await met.mill.get(f"/v1/deals/{deal}")).json()["status"] == "agreed"

        await passed(market, end)

        assert (await met.mill.get(f"/v1/deals/{deal}")).json()["status"] == "withdrawn"
        assert (await met.yard.get(f"/v1/lots/{met.lots[0]}")).json()["remaining_tonnes"] == 120
        assert (await met.mill.get(f"/v1/specs/{met.spec}")).json()["remaining_tonnes"] == 3000


async def test_what_is_signed_waits_for_the_day_of_its_delivery(market: Market, api: Application) -> None:
    async with scene(market, api, overseen=False) as met:
        deal = await agreed(met)
        for party in (met.mill, met.yard):
            signed = await met.post(party, f"deals/{deal}/contract")

        # the end of the last day of the window, in Japan
        assert signed["status"] == "contracted"
        assert signed["deadline"] == f"{met.days['until']}T15:00:00Z"


async def measured(market: Market, deal: str, days: int) -> int:
    """The sweeper runs on the samples of a deal that were received so many days ago: how many ended."""
    async with market.superuser() as connection:
        await connection.execute(
            "update sample set content = jsonb_set(content, '{receiving,received_on}', $2::jsonb) where deal_id = $1",
            UUID(deal),
            f'"{clock.today(clock.now()) - timedelta(days=days)}"',
        )
    async with market.work(None, role=Role.ENGINE, at=clock.now()) as work:
        return await deadlines.samples(work)


async def test_a_sample_of_which_one_side_files_nothing_ends_after_its_last_day(
    market: Market, api: Application
) -> None:
    async with scene(market, api, overseen=False) as met:
        deal = await agreed(met, contract={"result_days": 10})
        sample = await received(met, deal)
        await met.post(met.mill, f"{sample}/results", result(0.2))
        waits = await met.mill.post(f"/v1/deals/{deal}/contract")

        ran = [await measured(market, deal, days) for days in (9, 10, 10, 11, 11)]

        codes = [item["code"] for item in (await met.yard.get("/v1/notices")).json()["items"]]
        over = (await met.yard.get(f"/v1/{sample}")).json()
        assert waits.json()["code"] == "sample_open"
        assert ran == [0, 0, 0, 1, 0]
        assert codes[:2] == ["sample_lapsed", "sample_result_due"]
        assert codes.count("sample_result_due") == 1
        assert "sample_result_due" not in await told(met.mill, sample.rpartition("/")[2])
        # what the other side found stays its own
        assert (over["state"], over["results"]) == ("cancelled", [])
        await met.post(met.mill, f"deals/{deal}/contract")


async def test_a_review_that_nobody_oversees_any_more_is_told_to_the_sides_who_may_withdraw(
    met: Scene, market: Market
) -> None:
    deal = await in_review(met)
    async with market.superuser() as connection:
        await connection.execute("delete from jurisdiction where tenant_id = $1", met.parties[1].id)

    ran = [(await passed(market, clock.now()))[0] for _ in range(2)]

    assert ran == [1, 0]
    for party in (met.mill, met.yard):
        assert (await told(party, deal))[0] == "review_unoverseen"
    over = await met.post(met.yard, f"deals/{deal}/withdraw", REASON)
    assert over["status"] == "withdrawn"
