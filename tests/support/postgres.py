"""One embedded cluster for a test session, and a database of its own for each module."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import count
from pathlib import Path

import asyncpg

from market.adapters.db import migrate, open_database
from market.adapters.embedded.postgres import EmbeddedPostgres
from specs.kit.tenancy import Database

SECRET = "a secret of the tests, 32 bytes or more"
TEMPLATE = "template_capillary"
_numbers = count(1)


class Cluster:
    """A running server with a migrated template database."""

    def __init__(self, server: EmbeddedPostgres) -> None:
        self.server = server

    def dsn(self, name: str, role: str = "capillary_app") -> str:
        """Log in to a cloned database."""
        return self.server.dsn(role, name)

    async def prepare(self) -> None:
        """Migrate the database that the others are copied from."""
        await migrate(self.server.dsn("capillary_owner"))
        async with self._super() as connection:
            await connection.execute(f"alter database capillary rename to {TEMPLATE}")

    async def clone(self) -> str:
        """A fresh migrated database; copying takes about 50 ms."""
        name = f"test_{next(_numbers)}"
        async with self._super() as connection:
            await connection.execute(
                f"create database {name} template {TEMPLATE} strategy file_copy owner capillary_owner"
            )
        return name

    async def drop(self, name: str) -> None:
        """Remove a clone, whoever is still connected."""
        async with self._super() as connection:
            await connection.execute(f"drop database {name} with (force)")

    @asynccontextmanager
    async def _super(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self.server.dsn("capillary_super", "postgres"))
        try:
            yield connection
        finally:
            await connection.close()

    @asynccontextmanager
    async def database(self) -> AsyncIterator[tuple[str, Database]]:
        """(name, Database) of a fresh clone, dropped at the end."""
        name = await self.clone()
        database = await open_database(self.dsn(name), SECRET)
        try:
            yield name, database
        finally:
            await database.close()
            await self.drop(name)


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """Start a server that forgets durability for speed; stop it at the end."""
    server = EmbeddedPostgres(folder, test_only_fragile=True)
    with server:
        yield Cluster(server)
