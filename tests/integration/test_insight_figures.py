"""What remains of listings by month, from the real statement, against the same worked out here."""

import random
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest_asyncio

from market.insight import figures
from market.insight.figures import HORIZON, LATER
from market.parties.structs import NewOrganisation
from tests.support.market import Market
from tests.support.matched import engine, publish_lot, publish_spec
from tests.support.postgres import Cluster

TODAY = date(2027, 2, 10)
Months = dict[str, int]


@pytest_asyncio.fixture
async def market(postgres: Cluster) -> AsyncIterator[Market]:
    async with postgres.database() as (name, database):
        yield Market(postgres, name, database)


async def by_month(market: Market, side: str = "supply") -> Months:
    """Kilograms that are open, by month."""
    async with engine(market) as connection:
        rows = await figures.cells(connection, TODAY)
    found: defaultdict[str, int] = defaultdict(int)
    for row in rows:
        if row["side"] == side:
            found[row["month"]] += row["matched_kg"] + row["near_kg"] + row["rest_kg"]
    return dict(sorted(found.items()))


async def reserve(market: Market, firm: NewOrganisation, lot: UUID, kg: int, state: str = "committed") -> None:
    async with market.superuser() as connection:
        await connection.execute(
            """insert into reservation (tenant_id, id, lot_id, kg, state) values ($1, gen_random_uuid(), $2, $3, $4)""",
            *(firm.id, lot, kg, state),
        )


def window(first: date, last: date) -> dict[str, Any]:
    return {"available": {"from": first.isoformat(), "until": last.isoformat()}}


def cut(kg: int, weights: dict[str, int]) -> Months:
    """Whole kilograms in proportion, each month the difference of two rounded sums."""
    whole, sofar, found = sum(weights.values()), 0, {}
    for month in sorted(weights):
        before = (2 * kg * sofar + whole) // (2 * whole)
        sofar += weights[month]
        found[month] = (2 * kg * sofar + whole) // (2 * whole) - before
    return found


def days(first: date, last: date) -> dict[str, int]:
    """Of a window from today on, by month."""
    found: defaultdict[str, int] = defaultdict(int)
    day = max(first, TODAY)
    while day <= max(last, day):
        found[f"{day:%Y-%m}"] += 1
        day += timedelta(days=1)
        if day > last:
            break
    return dict(found)


async def test_a_window_is_shared_out_by_its_days_from_today_on(market: Market) -> None:
    yard = await market.organisation()
    rng = random.Random(5)
    wanted: defaultdict[str, int] = defaultdict(int)
    for _ in range(12):
        first = date(2027, 1, 1) + timedelta(days=rng.randint(0, 90))
        last = first + timedelta(days=rng.randint(45, 200))
        tonnes = rng.randint(20, 400) + rng.randint(0, 999) / 1000
        await publish_lot(market, yard, quantity={"tonnes": tonnes}, **window(first, last))
        for month, kg in cut(round(tonnes * 1000), days(first, last)).items():
            wanted[month] += kg
    assert await by_month(market) == {month: kg for month, kg in sorted(wanted.items()) if kg}


async def test_a_schedule_is_honoured_from_this_month_on(market: Market) -> None:
    yard = await market.organisation()
    schedule = [
        {"month": "2027-01", "tonnes": 60},
        {"month": "2027-02", "tonnes": 10},
        {"month": "2027-04", "tonnes": 30},
    ]
    quantity = {"tonnes": 100, "schedule": schedule}
    lot = await publish_lot(market, yard, quantity=quantity, **window(date(2027, 1, 1), date(2027, 4, 30)))
    assert await by_month(market) == {"2027-02": 25_000, "2027-04": 75_000}
    await reserve(market, yard, lot, 60_000)
    assert await by_month(market) == {"2027-02": 10_000, "2027-04": 30_000}


async def test_a_schedule_that_has_passed_leaves_the_window(market: Market) -> None:
    yard = await market.organisation()
    quantity = {"tonnes": 100, "schedule": [{"month": "2027-01", "tonnes": 100}]}
    await publish_lot(market, yard, quantity=quantity, **window(date(2027, 1, 1), date(2027, 2, 28)))
    assert await by_month(market) == {"2027-02": 100_000}


async def test_what_is_beyond_the_horizon_is_later(market: Market) -> None:
    mill = await market.organisation("manufacturer")
    place = {"location": {"prefecture": "JP-13"}, "from": "2027-02-01", "until": "2036-12-31"}
    await publish_spec(market, mill, delivery=place, quantity={"tonnes": 1000})
    found = await by_month(market, "demand")
    assert len(found) == HORIZON + 1
    assert list(found)[-2:] == ["2029-01", LATER]
    assert sum(found.values()) == 1_000_000


async def test_what_is_reserved_or_not_to_be_found_is_not_open(market: Market) -> None:
    yard, unverified = await market.organisation(), await market.organisation(verified=False)
    month = window(date(2027, 3, 1), date(2027, 3, 31))
    lot = await publish_lot(market, yard, quantity={"tonnes": 100}, **month)
    sold = await publish_lot(market, yard, quantity={"tonnes": 50}, **month)
    await publish_lot(market, yard, quantity={"tonnes": 50}, visibility="private", **month)
    await publish_lot(market, unverified, quantity={"tonnes": 50}, **month)
    await reserve(market, yard, lot, 30_000)
    await reserve(market, yard, lot, 5_000, "released")
    await reserve(market, yard, sold, 50_000)
    assert await by_month(market) == {"2027-03": 70_000}


async def test_a_spec_of_one_grade_stands_under_it_and_others_apart(market: Market) -> None:
    mill, yard = await market.organisation("manufacturer"), await market.organisation()
    for grades in (["JP.H2"], ["JP.H2", "JP.H1"], []):
        await publish_spec(market, mill, grades=grades)
    for grade in ("JP.H2", None):
        await publish_lot(market, yard, **({"grade": grade} if grade else {"grade": None}))
    async with engine(market) as connection:
        rows = await figures.cells(connection, TODAY)
    assert {(row["side"], row["grade"]) for row in rows} == {
        ("demand", "JP.H2"),
        ("demand", "several"),
        ("demand", "none"),
        ("supply", "JP.H2"),
        ("supply", "none"),
    }
