"""Both sides on one PostgreSQL: databases, a tenant with a key, servers, and the requests to send to them."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from random import Random
from uuid import UUID

import asyncpg
import msgspec
from sqlalchemy.ext.asyncio import create_async_engine

from market.adapters.db import migrate
from market.adapters.embedded.folder import DataFolder
from market.adapters.embedded.postgres import EmbeddedPostgres
from market.adapters.embedded.valkey import EmbeddedValkey
from market.parties.founding import create_organisation
from market.parties.structs import OrganisationDraft, OrganisationKind
from market.settings import Settings
from tests.benchmarks.bulk import Loaded, Task
from tests.benchmarks.documents import document
from tests.benchmarks.load import STAMP, Plan
from tests.benchmarks.servers import ROOT, Server, serving
from tests.benchmarks.twin.tables import metadata

OWNER = "capillary_owner"
TWIN = "twin"
TABLE = "lot"
ONES = 500
PAGES = 20
PAGE = 50
# the limiter works on every request and refuses none
NEVER_REACHED = 1_000_000
SECRET = "of no use outside the benchmark, 32 bytes"


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One competitor: its server, its database, and its tenant (None for the twin, which has none)."""

    server: Server
    dsn: str
    tenant: UUID | None
    postmaster: int

    def bulk(self, first: int, rows: int) -> Loaded:
        """Load lots in a process of its own."""
        task = Task(dsn=self.dsn, tenant=self.tenant, first=first, rows=rows, postmaster=self.postmaster)
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.bulk"],
            cwd=ROOT,
            input=msgspec.json.encode(task) + b"\n",
            stdout=subprocess.PIPE,
            check=True,
        )
        return msgspec.json.decode(done.stdout, type=Loaded)

    def plans(self) -> dict[str, Callable[[float, int], Plan]]:
        """For each case the plan of one run, from its seconds and the first number of its stamps."""
        ones, pages = self._reads()
        creates = tuple(
            self.server.request(
                "POST", "/v1/lots", json.dumps(document(i)).encode(), Idempotency_Key=f"b{STAMP.decode()}"
            )
            for i in range(ONES)
        )

        def planned(requests: tuple[bytes, ...], expect: int) -> Callable[[float, int], Plan]:
            return lambda seconds, stamp: Plan(
                port=self.server.port, requests=requests, expect=expect, seconds=seconds, first_stamp=stamp
            )

        return {"get": planned(ones, 200), "list": planned(pages, 200), "create": planned(creates, 201)}

    def _reads(self) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
        """Reads of lots here and there in the table, and of its first pages."""
        found: list[str] = []
        paths, path = [], f"/v1/lots?limit={PAGE}"
        for _ in range(PAGES):
            page = json.loads(self.server.get(path))
            assert len(page["items"]) == PAGE, f"{self.server.name} answered a page of {len(page['items'])}"
            paths.append(path)
            found += [item["id"] for item in page["items"]]
            path = f"/v1/lots?limit={PAGE}&cursor={page['next_cursor']}"
        chosen = Random(2).sample(found, ONES)
        return (
            tuple(self.server.request("GET", f"/v1/lots/{lot}") for lot in chosen),
            tuple(self.server.request("GET", path) for path in paths),
        )


class Arena:
    """The servers that both sides run on; `sides` gives the competitors, ours first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        data = DataFolder(folder / "data")
        self.postgres = EmbeddedPostgres(data)
        self.valkey = EmbeddedValkey(data)

    @contextmanager
    def sides(self) -> Iterator[tuple[Side, Side]]:
        """Start everything; stop everything at the end."""
        with ExitStack() as stack:
            for server in (self.postgres, self.valkey):
                server.start()
                stack.callback(server.stop)
            tenant, key = asyncio.run(self._prepare())
            ours = stack.enter_context(self._ours(key))
            twin = stack.enter_context(self._twin())
            postmaster = self.postgres.pid
            assert postmaster is not None
            yield (
                Side(server=ours, dsn=self.postgres.dsn(), tenant=tenant, postmaster=postmaster),
                Side(server=twin, dsn=self.postgres.dsn(OWNER, TWIN), tenant=None, postmaster=postmaster),
            )

    def settle(self) -> None:
        """Vacuum, analyse and checkpoint, so that neither side pays for what the other left behind."""
        asyncio.run(self._settle())

    def _ours(self, key: str) -> AbstractContextManager[Server]:
        settings = Settings(
            database_url=self.postgres.dsn(), redis_url=self.valkey.url, secret=SECRET, rate_limit=NEVER_REACHED
        )
        command = ["-m", "market.cli", "serve"]
        headers = {"Authorization": f"Bearer {key}"}
        return serving("ours", command, settings.environment(), self.folder / "ours.log", headers)

    def _twin(self) -> AbstractContextManager[Server]:
        environment = {"TWIN_DATABASE_URL": sqlalchemy(self.postgres.dsn(OWNER, TWIN))}
        return serving("twin", ["-m", "tests.benchmarks.twin"], environment, self.folder / "twin.log", {})

    async def _prepare(self) -> tuple[UUID, str]:
        await migrate(self.postgres.dsn(OWNER))
        owner = await asyncpg.connect(self.postgres.dsn(OWNER))
        draft = OrganisationDraft(kind=OrganisationKind.RECYCLER, name="Benchmark Recycling", prefecture="JP-14")
        made = await create_organisation(owner, draft)
        await owner.close()
        above = await asyncpg.connect(self.postgres.dsn("capillary_super", "postgres"))
        await above.execute(f"create database {TWIN} owner {OWNER}")
        await above.close()
        engine = create_async_engine(sqlalchemy(self.postgres.dsn(OWNER, TWIN)))
        async with engine.begin() as connection:
            await connection.run_sync(metadata.tables[TABLE].create)
        await engine.dispose()
        return made.id, made.api_key

    async def _settle(self) -> None:
        for name in ("capillary", TWIN):
            above = await asyncpg.connect(self.postgres.dsn("capillary_super", name))
            await above.execute("vacuum analyze")
            await above.execute("checkpoint")
            await above.close()


def sqlalchemy(dsn: str) -> str:
    """The same address with the driver that SQLAlchemy shall use."""
    return dsn.replace("postgresql://", "postgresql+asyncpg://", 1)
