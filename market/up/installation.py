"""Which servers an installation uses: those named in the environment, and embedded ones for the rest."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import asyncpg
import msgspec

from market.adapters.db import migrate, schema_version
from market.adapters.embedded.errors import DataFolderBusyError, EmbeddedError
from market.adapters.embedded.folder import DataFolder
from market.adapters.embedded.postgres import EmbeddedPostgres
from market.adapters.embedded.roles import OWNER
from market.adapters.embedded.valkey import EmbeddedValkey
from market.migrations import HEAD
from market.settings import POSTGRES_SCHEMES, REDIS_SCHEMES, Environment, Settings

MIGRATION_SECONDS = 60.0


class Installation:
    """The embedded servers that are needed, not yet started, and the settings that name all servers."""

    def __init__(self, data: Path, environment: Mapping[str, str]) -> None:
        """Touches the disk only when a server starts or a secret of the data folder is wanted."""
        self._environment = environment
        self._read = Environment(environment)
        self.folder = DataFolder(data)
        self._database = self._read.url("DATABASE_URL", POSTGRES_SCHEMES)
        self._queue = self._read.url("REDIS_URL", REDIS_SCHEMES)
        self.postgres = EmbeddedPostgres(self.folder) if self._database is None else None
        self.valkey = EmbeddedValkey(self.folder) if self._queue is None else None

    @cached_property
    def settings(self) -> Settings:
        """What the environment says, completed with the embedded servers and the secret of the data folder."""
        secret = self._read.text("CAPILLARY_SECRET")
        told = {
            **self._environment,
            "DATABASE_URL": self._database or (self.postgres.dsn() if self.postgres else ""),
            "REDIS_URL": self._queue or (self.valkey.url if self.valkey else ""),
            "CAPILLARY_SECRET": secret or self.folder.secrets.server_secret,
            "CAPILLARY_DOCUMENTS": self._read.text("CAPILLARY_DOCUMENTS") or str(self.folder.path / "documents"),
        }
        return Settings.from_environment(told)

    @property
    def may_migrate(self) -> bool:
        """Whether the owner's login is known."""
        return self.postgres is not None or self._read.text("DATABASE_OWNER_URL") is not None

    @property
    def owner_url(self) -> str:
        """The login that migrates: the owner's, or the app's where it is the only one given."""
        if self.postgres is not None:
            return self.postgres.dsn(OWNER)
        return self._read.url("DATABASE_OWNER_URL", POSTGRES_SCHEMES) or self._database or ""

    async def migrate(self) -> None:
        """To the newest schema."""
        await migrate(self.owner_url)

    async def migrated_by_other(self) -> None:
        """Returns when the `capillary up` that runs the servers has migrated; soon after its start it may not have."""
        deadline = time.monotonic() + MIGRATION_SECONDS
        connection = await asyncpg.connect(self.owner_url, timeout=10)
        try:
            while (version := await schema_version(connection)) != HEAD:
                if time.monotonic() > deadline:
                    raise EmbeddedError(
                        f"the schema is at {version}, this program needs {HEAD}: restart `capillary up`"
                    )
                await asyncio.sleep(0.2)
        finally:
            await connection.close()

    def keep_reachable(self) -> None:
        """Make the short links to the sockets again, where something that cleans temporary folders took them."""
        if self.postgres is not None:
            self.postgres.dsn()
        if self.valkey is not None:
            _ = self.valkey.url

    def child_environment(self) -> dict[str, str]:
        """What API and worker are told; they never learn the owner's password."""
        return msgspec.structs.replace(self.settings, owner_url=None).environment() | {"DATABASE_OWNER_URL": ""}


@contextmanager
def reached(data: Path, environment: Mapping[str, str]) -> Iterator[tuple[Installation, bool]]:
    """The installation with its database up: a running one, else its PostgreSQL alone for as long as this lasts.

    Gives True beside it where this started PostgreSQL, and migrations may be due.
    """
    installation = Installation(data, environment)
    postgres = installation.postgres
    if postgres is None:
        yield installation, False
        return
    try:
        installation.folder.hold()
    except DataFolderBusyError:
        postgres.wait_for_other()
        asyncio.run(installation.migrated_by_other())
        yield installation, False
        return
    try:
        postgres.start()
        yield installation, True
    finally:
        postgres.stop()
        installation.folder.release()
