"""The load step: 100,000 lots from memory to committed rows, one process for each measurement.

Ours: COPY into a temporary table, then INSERT .. SELECT as `capillary_app` under row-level security, because
PostgreSQL refuses COPY into a table with policies. The twin: SQLModel objects, `add_all`, one commit.
"""

import asyncio
import gc
import sys
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from market.adapters.db import open_database
from specs.kit import wire
from tests.benchmarks.columns import columns
from tests.benchmarks.counters import family_seconds
from tests.benchmarks.twin.tables import Lot

NAMES = tuple(columns(0))
LISTED = ", ".join(NAMES)
INCOMING = f"create temporary table incoming on commit drop as select {LISTED} from lot with no data"
# what is the same in every row need not travel
STORE = f"""insert into lot (tenant_id, id, rev, version, status, created_at, updated_at, {LISTED})
select $1, uuidv7(), 1, 1, 'draft', $2, $2, {LISTED} from incoming"""
REAPED_SECONDS = 0.3


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What to load where; `tenant` None is the twin. `first` keeps the documents of several loads apart."""

    dsn: str
    tenant: UUID | None
    first: int
    rows: int
    postmaster: int


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """Wall-clock seconds, and CPU seconds of this process and of PostgreSQL."""

    seconds: float
    client_cpu: float
    postgres_cpu: float

    @property
    def cpu(self) -> float:
        """Both together."""
        return self.client_cpu + self.postgres_cpu


async def load(task: Task) -> Loaded:
    """Prepare, then measure."""
    rows = [columns(i) for i in range(task.first, task.first + task.rows)]
    # what is prepared is not part of the step, and neither is collecting garbage through it
    gc.collect()
    gc.freeze()
    before = family_seconds(task.postmaster)
    seconds, cpu = await (_twin(task.dsn, rows) if task.tenant is None else _ours(task.dsn, task.tenant, rows))
    # the connection is closed: once the backend is reaped, its time is that of the postmaster's children
    await asyncio.sleep(REAPED_SECONDS)
    return Loaded(seconds=seconds, client_cpu=cpu, postgres_cpu=family_seconds(task.postmaster) - before)


async def _ours(dsn: str, tenant: UUID, rows: Sequence[dict[str, Any]]) -> tuple[float, float]:
    database = await open_database(dsn, "the benchmark signs nothing with this", most=1)
    started, cpu = time.perf_counter(), time.process_time()
    async with database.work(tenant) as work:
        await work.connection.execute(INCOMING)
        await work.connection.copy_records_to_table(
            "incoming", schema_name="pg_temp", columns=NAMES, records=(record(row) for row in rows)
        )
        await work.connection.execute(STORE, tenant, work.at)
    took = time.perf_counter() - started, time.process_time() - cpu
    await database.close()
    return took


def record(row: dict[str, Any]) -> tuple[Any, ...]:
    """In the order of NAMES, the content as JSON text."""
    *plain, content = row.values()
    return (*plain, wire.encode(content).decode())


async def _twin(dsn: str, rows: Sequence[dict[str, Any]]) -> tuple[float, float]:
    engine = create_async_engine(dsn.replace("postgresql://", "postgresql+asyncpg://", 1))
    started, cpu = time.perf_counter(), time.process_time()
    async with AsyncSession(engine, expire_on_commit=False) as session:
        session.add_all([Lot(**row) for row in rows])
        await session.commit()
    took = time.perf_counter() - started, time.process_time() - cpu
    await engine.dispose()
    return took


if __name__ == "__main__":
    task = msgspec.json.decode(sys.stdin.readline(), type=Task)
    sys.stdout.write(msgspec.json.encode(asyncio.run(load(task))).decode() + "\n")
