"""Each rule that the database itself keeps about samples, broken once by someone whom no policy stops."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
import pytest_asyncio

from market.app import Application
from tests.support.constraints import CHECK, FOREIGN, SAMPLED, UNIQUE, breaks, unbroken
from tests.support.deals import scene
from tests.support.market import Market
from tests.support.samples import CLEAN, disputed


@pytest_asyncio.fixture(scope="module")
async def sample(market: Market, api: Application) -> AsyncIterator[UUID]:
    """The id of a sample on which both sides have filed, and differ."""
    async with scene(market, api, overseen=False, lots=[{"assays": CLEAN}]) as met:
        _, path = await disputed(met)
        yield UUID(path.rpartition("/")[2])


@pytest.mark.parametrize(
    ("error", "change"),
    [
        (CHECK, "no = 0"),
        (CHECK, "version = 0"),
        (CHECK, "state = 'lost', opened_at = null, filed = '{}'"),
        # opened before both have filed, or not although both have
        (CHECK, "state = 'received'"),
        (CHECK, "opened_at = null"),
        (CHECK, "filed = array['buyer']"),
        (CHECK, "filed = array['buyer', 'bank']"),
        (CHECK, "state = 'with_umpire'"),
        (FOREIGN, "lot_id = gen_random_uuid()"),
        (FOREIGN, "leg_id = gen_random_uuid()"),
        (FOREIGN, "umpire = gen_random_uuid()"),
    ],
)
async def test_a_sample_keeps_its_rules(market: Market, sample: UUID, error: type[Exception], change: str) -> None:
    await breaks(market, error, f"update sample set {change} where id = $1", sample)


@pytest.mark.parametrize(
    ("error", "change"),
    [
        (CHECK, "side = 'bank'"),
        # a side's result is filed by that side
        (CHECK, "by_tenant = seller_tenant"),
        (CHECK, "salt = ''"),
        (CHECK, "digest = ''"),
        (FOREIGN, "sample_id = gen_random_uuid()"),
        (UNIQUE, "side = 'seller', by_tenant = seller_tenant"),
    ],
)
async def test_a_result_keeps_its_rules(market: Market, sample: UUID, error: type[Exception], change: str) -> None:
    await breaks(market, error, f"update sample_result set {change} where sample_id = $1 and side = 'buyer'", sample)


async def test_a_filed_result_is_changed_by_nobody(market: Market) -> None:
    async with market.superuser() as connection:
        allowed = await connection.fetch(
            """select grantee, privilege_type from information_schema.role_table_grants
               where table_name = 'sample_result' and privilege_type in ('UPDATE', 'DELETE')
                 and grantee like 'capillary%' and grantee not in ('capillary_owner', 'capillary_super')"""
        )
    assert [tuple(row) for row in allowed] == []


async def test_every_check_of_samples_is_broken_by_a_test_of_this_module(market: Market) -> None:
    assert await unbroken(market, SAMPLED) == set()
