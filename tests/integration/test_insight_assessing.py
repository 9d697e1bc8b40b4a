"""Assessing a market a part at a time: it ends where one run would, and judges only what changed."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

import pytest_asyncio

from market.insight.assessing import Assessor
from market.matches.current import Current
from specs.catalogue.loader import catalogue
from specs.kit.tenancy import Role, Work
from specs.lot.service import LOTS
from tests.support.market import Market
from tests.support.matched import copper, patch, publish_lot, publish_spec
from tests.support.postgres import Cluster

Standings = dict[str, tuple[int, int, int]]


@pytest_asyncio.fixture
async def market(postgres: Cluster) -> AsyncIterator[Market]:
    async with postgres.database() as (name, database):
        yield Market(postgres, name, database)


class Counting(Current):
    """Counts the pairs that are judged."""

    judgements = 0

    def judged(self, *pair: object) -> object:  # type: ignore[override]  # passed through as it is
        self.judgements += 1
        return super().judged(*pair)  # type: ignore[arg-type]  # same


def assessor(most: int = 1_000) -> tuple[Assessor, Counting]:
    current = Counting(catalogue())
    return Assessor(current, most), current


def opened(market: Market) -> AbstractAsyncContextManager[Work]:
    return market.database.work(None, role=Role.ENGINE)


async def standings(market: Market) -> Standings:
    async with market.superuser() as connection:
        rows = await connection.fetch(
            "select object_id::text, kg, matched_kg, near_kg from standing where kg is not null"
        )
    return {row["object_id"]: (row["kg"], row["matched_kg"], row["near_kg"]) for row in rows}


async def stocked(market: Market) -> None:
    """Four specs of 100 t, and three lots of 120 t, one of them with too much copper."""
    mill, yard = await market.organisation("manufacturer"), await market.organisation()
    for _ in range(4):
        await publish_spec(market, mill, quantity={"tonnes": 100})
    for percent in (0.2, 0.2, 0.3):
        await publish_lot(market, yard, percent, quantity={"tonnes": 120})


async def test_runs_of_a_few_pairs_end_where_one_run_does(market: Market) -> None:
    await stocked(market)
    whole, _ = assessor()
    assert await whole.run(lambda: opened(market))
    at_once = await standings(market)
    async with market.superuser() as connection:
        await connection.execute("delete from standing")
    bit, current = assessor(most=5)
    runs = 1
    while not await bit.run(lambda: opened(market)):
        runs += 1
        assert runs < 20
    assert runs > 1
    assert current.judgements == 12
    assert await standings(market) == at_once
    assert sum(matched for _, matched, _ in at_once.values()) == 2 * 240_000
    assert sum(near for _, _, near in at_once.values()) == 2 * 120_000


async def test_what_did_not_change_is_not_judged_again(market: Market) -> None:
    await stocked(market)
    first, _ = assessor()
    await first.run(lambda: opened(market))
    again, current = assessor()
    assert await again.run(lambda: opened(market))
    assert current.judgements == 0


async def test_a_lot_that_changed_is_judged_against_every_spec_again(market: Market) -> None:
    await stocked(market)
    yard = await market.organisation()
    lot = await publish_lot(market, yard, 0.3, quantity={"tonnes": 160})
    running, current = assessor()
    await running.run(lambda: opened(market))
    before, current.judgements = await standings(market), 0
    await patch(market, LOTS, yard, lot, **copper(0.1))
    assert await running.run(lambda: opened(market))
    assert current.judgements == 16
    after = await standings(market)
    assert (before[str(lot)][1], after[str(lot)][1]) == (0, 160_000)


async def test_what_is_no_longer_open_is_forgotten(market: Market) -> None:
    await stocked(market)
    yard = await market.organisation()
    lot = await publish_lot(market, yard, quantity={"tonnes": 10})
    running, _ = assessor()
    await running.run(lambda: opened(market))
    assert str(lot) in await standings(market)
    async with market.work(yard.id) as work:
        await LOTS.withdraw(work, lot)
    await running.run(lambda: opened(market))
    assert str(lot) not in await standings(market)
