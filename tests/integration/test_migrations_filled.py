"""Migrations that meet rows: what an installation holds is carried along, in both directions."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest_asyncio

from market.adapters.db import migrate
from market.app import Application
from tests.support.deals import Scene, scene
from tests.support.deliveries import contracted, dispatched, overdue
from tests.support.market import Market

MISSING = {"kind": "non_delivery", "severity": "major", "text": "Nothing came.", "remedy": "other"}


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, overseen=False) as found:
        yield found


async def test_deals_of_before_are_found_when_they_are_late_and_what_was_unknown_then_goes(
    met: Scene, market: Market
) -> None:
    deal = await contracted(met)
    await dispatched(met, deal, 20)
    await overdue(market, deal)
    await met.post(met.mill, f"deals/{deal}/claims", MISSING, 201)
    owner = market.cluster.dsn(market.name, "capillary_owner")
    async with market.superuser() as connection:
        await connection.execute("update delivery set state = 'lost' where deal_id = $1", UUID(deal))

        await migrate(owner, "0016")
        before = await connection.fetchrow("select status, deadline from deal where id = $1", UUID(deal))
        portion = await connection.fetchval("select state from delivery where deal_id = $1", UUID(deal))
        await migrate(owner)
        after = await connection.fetchrow("select status, deadline <= now() from deal where id = $1", UUID(deal))
        claims = await connection.fetchval("select count(*) from claim where deal_id = $1", UUID(deal))
        unforced = await connection.fetchval(
            "select count(*) from pg_class where relname in ('deal', 'delivery', 'claim') and not relforcerowsecurity"
        )

    assert before is not None
    assert after is not None
    assert (tuple(before), portion, claims) == (("delivering", None), "called_off", 0)
    assert tuple(after) == ("delivering", True)
    assert unforced == 0
