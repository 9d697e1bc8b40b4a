"""The coordinator's queue through the wire: its order, its filters, its badges, and who looked."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from market.app import Application
from tests.support.api import published
from tests.support.deals import Scene, scene
from tests.support.market import LOT, Market

MANY = 40
CHROMIUM = [{"analyte": name, "value": 0.04, "unit": "%", "uncertainty": 0.002} for name in ("Cr", "Ni", "Mo")]


def copper(percent: float) -> list[dict[str, Any]]:
    return [{"analyte": "Cu", "value": percent, "unit": "%", "uncertainty": 0.02}]


# lots that conform, are unsure, lack results, or carry hazards, in turns
KINDS: tuple[dict[str, Any], ...] = (
    {"assays": copper(0.18) + CHROMIUM},
    {"assays": copper(0.23) + CHROMIUM},
    {"assays": copper(0.18)},
    {"assays": copper(0.18) + CHROMIUM, "hazards": ["radioactivity"]},
    {"assays": copper(0.24), "hazards": ["radioactivity"], "location": {"prefecture": "JP-01"}},
)


class Queue:
    """A scene with deals in review, by id."""

    def __init__(self, met: Scene, deals: list[str]) -> None:
        self.met = met
        self.deals = deals

    async def page(self, **asked: Any) -> dict[str, Any]:
        answer = await self.met.coordinator.get("/v1/reviews", params=asked)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def ids(self, **asked: Any) -> list[str]:
        return [item["id"] for item in (await self.page(limit=200, **asked))["items"]]


@pytest_asyncio.fixture(scope="module")
async def queue(market: Market, api: Application) -> AsyncIterator[Queue]:
    async with scene(market, api) as met:
        deals = []
        for i in range(MANY):
            changes = {"available": met.days} | KINDS[i % len(KINDS)]
            lot = await published(met.yard, "lots", LOT | changes)
            # each of the coordinator's own openings is one more reason
            opener = met.coordinator if i % 7 == 0 else met.yard
            await met.mill.get(f"/v1/specs/{met.spec}/matches?limit=200")
            await met.yard.get(f"/v1/lots/{lot}/matches")
            deal = await met.post(opener, "deals", {"spec_id": met.spec, "lot_id": lot}, 201)
            for side in (met.mill, met.yard):
                if (await side.get(f"/v1/deals/{deal['id']}")).json()["allowed"][0] == "take_up":
                    await met.post(side, f"deals/{deal['id']}/take-up")
            deals.append(deal["id"])
        yield Queue(met, deals)


async def test_forty_deals_come_by_risk_and_then_by_age(queue: Queue) -> None:
    read = [(await queue.met.coordinator.get(f"/v1/deals/{deal}")).json() for deal in queue.deals]
    levels = [deal["risk"]["level"] for deal in read]
    # ids are made in order of time
    expected = [deal for _, deal in sorted((-level, deal) for level, deal in zip(levels, queue.deals, strict=True))]

    assert len(set(levels)) >= 5
    assert len(set(levels)) < MANY
    assert await queue.ids() == expected


async def test_pages_join_into_the_whole_queue(queue: Queue) -> None:
    found: list[str] = []
    asked: dict[str, Any] = {"limit": 7}
    while True:
        page = await queue.page(**asked)
        found += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        asked["cursor"] = page["next_cursor"]

    assert found == await queue.ids()
    assert len(found) == MANY


async def test_a_cursor_does_not_serve_another_filter(queue: Queue) -> None:
    cursor = (await queue.page(limit=5))["next_cursor"]
    refused = await queue.met.coordinator.get("/v1/reviews", params={"cursor": cursor, "min_risk": 0.5})
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize(
    ("asked", "share"),
    [
        ({"material": "carbon_steel_scrap"}, MANY),
        ({"material": "pp"}, 0),
        ({"prefecture": "JP-01"}, MANY // 5),
        ({"prefecture": "JP-47"}, 0),
        ({"reason": "hazardous_stream"}, 2 * MANY // 5),
        ({"reason": "opened_by_coordinator"}, 6),
        ({"reason": "far_apart"}, MANY // 5),
        ({"overdue": "false"}, MANY),
        ({"overdue": "true"}, 0),
    ],
)
async def test_a_filter_leaves_what_it_names(queue: Queue, asked: dict[str, str], share: int) -> None:
    assert len(await queue.ids(**asked)) == share


async def test_the_least_risk_is_inclusive(queue: Queue) -> None:
    items = (await queue.page(limit=200))["items"]
    level = items[MANY // 2]["risk"]["level"]
    expected = [item["id"] for item in items if item["risk"]["level"] >= level]
    assert await queue.ids(min_risk=level) == expected
    assert 0 < len(expected) < MANY


async def test_what_is_below_a_risk_and_what_is_at_least_that_make_the_queue(queue: Queue) -> None:
    items = (await queue.page(limit=200))["items"]
    level = items[MANY // 2]["risk"]["level"]
    below = await queue.ids(below_risk=level)
    assert below == [item["id"] for item in items if item["risk"]["level"] < level]
    assert await queue.ids(min_risk=level) + below == await queue.ids()
    assert 0 < len(below) < MANY


async def test_reasons_are_in_the_language_of_the_reader(queue: Queue) -> None:
    answer = await queue.met.coordinator.get("/v1/reviews?limit=1", headers={"accept-language": "ja"})
    (item,) = answer.json()["items"]
    assert answer.headers["content-language"] == "ja"
    assert "有害性があります" in " ".join(reason["reason"] for reason in item["risk"]["reasons"])
    assert set(item["prefectures"]) == {"JP-01", "JP-13"}


async def test_badges_count_what_the_queue_holds(queue: Queue) -> None:
    items = (await queue.page(limit=200))["items"]
    counts = (await queue.met.coordinator.get("/v1/reviews/counts")).json()

    assert (counts["waiting"], counts["overdue"], counts["returned"]) == (MANY, 0, 0)
    assert counts["high_risk"] == sum(item["risk"]["level"] >= 0.5 for item in items)
    assert 0 < counts["high_risk"] < MANY
    told = [reason["code"] for item in items for reason in item["risk"]["reasons"]]
    assert counts["by_reason"] == {code: told.count(code) for code in counts["by_reason"]}
    assert counts["by_reason"]["price_unusual"] == 0


async def test_each_look_is_audited_once(queue: Queue, market: Market) -> None:
    async def looks() -> int:
        async with market.superuser() as connection:
            count: int = await connection.fetchval(
                "select count(*) from audit_event where tenant_id = $1 and action = 'oversee'",
                queue.met.parties[1].id,
            )
            return count

    before = await looks()
    await queue.page()
    await queue.met.coordinator.get("/v1/reviews/counts")
    await queue.met.coordinator.get(f"/v1/deals/{queue.deals[0]}/reviews")
    assert await looks() == before + 3
