"""A database that is busy, slow or gone: callers are told to try again, and the pool heals itself."""

from typing import Any

import asyncpg
import pytest

from market.adapters.db import open_database
from specs.kit.errors import Unavailable
from specs.kit.tenancy import Database
from tests.support.market import Market
from tests.support.postgres import SECRET


async def test_a_full_pool_says_so_soon(market: Market) -> None:
    database = await open_database(market.cluster.dsn(market.name), SECRET, most=1)
    try:
        async with database.work(None):
            with pytest.raises(Unavailable):
                async with database.work(None):
                    pass
    finally:
        await database.close()


async def test_work_goes_on_after_its_connections_were_cut(market: Market) -> None:
    database = await open_database(market.cluster.dsn(market.name), SECRET, most=3)
    try:
        async with database.work(None) as work:
            pid = await work.connection.fetchval("select pg_backend_pid()")
        async with market.superuser() as connection:
            await connection.execute("select pg_terminate_backend($1, 1000)", pid)
        async with database.work(None) as work:
            assert await work.connection.fetchval("select 1") == 1
    finally:
        await database.close()


async def run(database: Database, statement: str, *values: Any) -> Any:
    async with database.work(None) as work:
        return await work.connection.fetchval(statement, *values)


async def test_work_whose_connection_breaks_is_told_to_try_again(market: Market) -> None:
    async def broken() -> None:
        async with market.work(None) as work:
            pid = await work.connection.fetchval("select pg_backend_pid()")
            async with market.superuser() as connection:
                await connection.execute("select pg_terminate_backend($1, 1000)", pid)
            await work.connection.fetchval("select 1")

    with pytest.raises(Unavailable):
        await broken()
    assert await run(market.database, "select 1") == 1


async def test_work_that_takes_too_long_is_told_to_try_again(market: Market) -> None:
    async def slow() -> None:
        async with market.work(None) as work:
            await work.connection.execute("set local statement_timeout = '10ms'")
            await work.connection.execute("select pg_sleep(1)")

    with pytest.raises(Unavailable):
        await slow()


async def test_a_statement_prepared_before_a_migration_is_tried_again(market: Market) -> None:
    database = await open_database(market.cluster.dsn(market.name), SECRET, most=1)
    statement = "select * from matched where tenant_id = $1"
    try:
        await run(database, statement, None)
        async with market.owner() as connection:
            await connection.execute("alter table matched add column note text")
        with pytest.raises(Unavailable):
            await run(database, statement, None)
        assert await run(database, statement, None) is None
    finally:
        await database.close()
        async with market.owner() as connection:
            await connection.execute("alter table matched drop column note")


async def test_a_mistake_in_a_statement_stays_a_mistake(market: Market) -> None:
    with pytest.raises(asyncpg.UndefinedColumnError):
        await run(market.database, "select nothing from lot")
    with pytest.raises(asyncpg.InterfaceError):
        await run(market.database, "select $1::int", 1, 2)
