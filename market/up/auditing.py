"""`audit`: an installation's chains, proven and, where the law asks for it, emptied of a payload."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from market.adapters.db import schema_version
from market.adapters.embedded.roles import OWNER
from market.commands.errors import CommandError, InputError
from market.migrations import HEAD
from market.up.installation import Installation, reached
from specs.kit import clock, proof
from specs.kit.proof import Verdict
from specs.kit.tenancy import Role

_ERASE = "select chain_erase($1, $2, $3, $4)"


def verify_chains(data: Path, environment: Mapping[str, str], chain: UUID | None, *, heads: bool) -> bool:
    """Print the verdict as one JSON document; whether everything holds."""
    with reached(data, environment) as (installation, started):
        verdict = asyncio.run(_verified(installation, chain, heads=heads, migrate=started))
    if chain is not None and not verdict.chains:
        raise CommandError(f"there is no chain about {chain}")
    _print(verdict if heads else {k: v for k, v in msgspec.structs.asdict(verdict).items() if k != "heads"})
    return verdict.broken is None


def erase_payload(data: Path, environment: Mapping[str, str], chain: UUID, seq: int, reason: str) -> None:
    """Print what was erased and the number of the event that says so."""
    if not reason.strip() or not reason.isprintable():
        raise InputError(["--reason: must be a printable text"])
    with reached(data, environment) as (installation, started):
        told = asyncio.run(_erased(installation, chain, seq, reason.strip(), migrate=started))
    if told is None:
        raise CommandError(f"event {seq} of {chain} has no payload that could be erased")
    _print({"chain": chain, "erased": seq, "told_in": told})


async def _verified(installation: Installation, chain: UUID | None, *, heads: bool, migrate: bool) -> Verdict:
    # in one snapshot, so that what is appended meanwhile is not seen half
    async with _connected(installation, Role.ENGINE, "repeatable_read", migrate=migrate) as connection:
        return await proof.verify(connection, chain, heads=heads)


async def _erased(installation: Installation, chain: UUID, seq: int, reason: str, *, migrate: bool) -> int | None:
    async with _connected(installation, OWNER, "read_committed", migrate=migrate) as connection:
        told: int | None = await connection.fetchval(_ERASE, chain, seq, reason, clock.now())
        return told


@asynccontextmanager
async def _connected(installation: Installation, role: str, isolation: str, *, migrate: bool) -> AsyncIterator[Any]:
    """One transaction under a role."""
    if migrate:
        await installation.migrate()
    try:
        connection = await asyncpg.connect(installation.owner_url, timeout=10)
        try:
            if await schema_version(connection) != HEAD:
                raise CommandError("the database has another schema than this program; run `capillary migrate`")
            async with connection.transaction(isolation=isolation):
                await connection.execute(f"set local role {role}")
                yield connection
        finally:
            await connection.close()
    except (OSError, asyncpg.PostgresError) as error:
        raise CommandError(f"the database refused: {error}") from error


def _print(document: object) -> None:
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")
