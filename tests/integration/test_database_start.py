"""What the program refuses to start on."""

import asyncio

import asyncpg
import pytest

from market.adapters.db import StartupRefusedError, migrate, open_database
from tests.support.postgres import SECRET, Cluster


async def refused(dsn: str) -> str:
    with pytest.raises(StartupRefusedError) as error:
        await open_database(dsn, SECRET)
    return str(error.value)


async def test_a_superuser_is_refused(postgres: Cluster) -> None:
    name = await postgres.clone()
    assert "bypasses row-level security" in await refused(postgres.dsn(name, "capillary_super"))
    await postgres.drop(name)


async def test_the_owner_of_the_tables_is_refused(postgres: Cluster) -> None:
    name = await postgres.clone()
    assert "owns the tables" in await refused(postgres.dsn(name, "capillary_owner"))
    await postgres.drop(name)


async def test_commits_that_are_not_durable_are_refused(postgres: Cluster) -> None:
    name = await postgres.clone()
    connection = await asyncpg.connect(postgres.dsn(name, "capillary_super"))
    await connection.execute(f"alter database {name} set synchronous_commit = off")
    await connection.close()
    assert "synchronous_commit" in await refused(postgres.dsn(name))
    await postgres.drop(name)


async def test_another_schema_is_refused(postgres: Cluster) -> None:
    name = await postgres.clone()
    owner = postgres.dsn(name, "capillary_owner")
    connection = await asyncpg.connect(owner)
    await connection.execute("update alembic_version set version_num = '9999'")
    assert "the schema is at 9999" in await refused(postgres.dsn(name))
    await connection.execute("drop table alembic_version")
    await connection.close()
    assert "no schema yet" in await refused(postgres.dsn(name))
    await postgres.drop(name)


async def test_a_login_that_is_not_the_owner_cannot_migrate(postgres: Cluster) -> None:
    name = await postgres.clone()
    with pytest.raises(StartupRefusedError, match="not capillary_owner"):
        await migrate(postgres.dsn(name))
    await postgres.drop(name)


async def test_an_administrator_migrates_a_database_of_its_own_in_the_owners_name(postgres: Cluster) -> None:
    connection = await asyncpg.connect(postgres.server.dsn("capillary_super", "postgres"))
    await connection.execute("create database foreign_ground")
    await connection.close()
    administrator = postgres.dsn("foreign_ground", "capillary_super")
    await migrate(administrator)
    await migrate(administrator, "base")
    await migrate(administrator)
    database = await open_database(postgres.dsn("foreign_ground"), SECRET)
    async with database.work(None) as work:
        owners = await work.connection.fetch("select distinct tableowner from pg_tables where schemaname = 'public'")
    await database.close()
    await postgres.drop("foreign_ground")
    assert [row[0] for row in owners] == ["capillary_owner"]


async def test_two_migrations_at_once_take_turns(postgres: Cluster) -> None:
    name = await postgres.clone()
    owner = postgres.dsn(name, "capillary_owner")
    await migrate(owner, "base")
    await asyncio.gather(*(migrate(owner) for _ in range(3)))
    database = await open_database(postgres.dsn(name), SECRET)
    await database.close()
    await postgres.drop(name)
