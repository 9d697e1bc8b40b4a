"""The freight tables in force, asked for whenever something is priced, so that a change counts everywhere at once.

Which ones these are is one look at small tables. Their contents never change, so each process decodes each once.
"""

import hashlib
from collections.abc import Sequence
from uuid import UUID

import asyncpg
import msgspec

from matching.fares import FreightTable
from matching.tariffs import Tariff, shipped
from specs.freight import queries
from specs.kit.tenancy import Database, Role

_CONTENT = msgspec.json.Decoder(FreightTable)


def stamp(table: UUID, rev: int) -> str:
    """How an edition is called wherever it has priced."""
    return f"{table}@{rev}"


async def mark(connection: asyncpg.Connection, version: str) -> str:
    """Changes whenever any price could: all tables in force, for which prefectures, beside that of the catalogue."""
    rows = await queries.in_force(connection)
    if not rows:
        return shipped(version)
    said = [shipped(version), *(f"{stamp(row['id'], row['rev'])} {','.join(row['covers'])}" for row in rows)]
    return f"tables@{hashlib.sha256(';'.join(said).encode()).hexdigest()[:16]}"


class Editions:
    """One per process, for any task of one event loop."""

    def __init__(self) -> None:
        self._kept: dict[tuple[UUID, int], FreightTable] = {}

    async def in_force(self, connection: asyncpg.Connection) -> tuple[Tariff, ...]:
        """By id; as the engine or as a counterparty. What was committed before this call counts."""
        return await self.of(connection, await queries.in_force(connection))

    async def of(self, connection: asyncpg.Connection, rows: Sequence[queries.Row]) -> tuple[Tariff, ...]:
        """With the contents of `queries.in_force`; as the engine or as a counterparty."""
        wanted = [(row["id"], row["rev"]) for row in rows]
        known = self._kept
        if missing := [edition for edition in wanted if edition not in known]:
            found = await queries.contents(connection, missing)
            known = {**known, **{edition: _CONTENT.decode(content) for edition, content in found.items()}}
        # what is no longer in force is forgotten
        self._kept = {edition: known[edition] for edition in wanted}
        return tuple(
            Tariff(
                stamp=stamp(row["id"], row["rev"]),
                set_at=row["set_at"],
                prefectures=tuple(row["covers"]),
                table=known[row["id"], row["rev"]],
            )
            for row in rows
        )

    async def now(self, database: Database) -> tuple[Tariff, ...]:
        """In a transaction of its own."""
        async with database.work(None, role=Role.COUNTERPARTY) as work:
            return await self.in_force(work.connection)
