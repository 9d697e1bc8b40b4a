"""Short words for tests: organisations with keys, specs and lots as they are posted."""

import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from market.parties.founding import create_organisation
from market.parties.structs import Jurisdiction, NewOrganisation, OrganisationDraft, OrganisationKind
from matching.listings import Lot, Spec
from specs.kit.tenancy import Database, Role, Work
from tests.support.postgres import Cluster

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)

SPEC = {
    "title": "EAF charge, low-residual shredded",
    "material": "carbon_steel_scrap",
    "grades": ["JP.SHRED_A"],
    "forms": ["shredded"],
    "limits": [
        {"analytes": ["Cu"], "max": 0.25, "unit": "%", "basis": "as_received", "negotiable": True},
        {"analytes": ["Cr", "Ni", "Mo"], "max": 0.17, "unit": "%"},
    ],
    "quantity": {"tonnes": 3000, "min_lot_tonnes": 20, "max_suppliers": 5},
    "delivery": {
        "location": {"prefecture": "JP-13", "lat": 35.6, "lon": 139.8},
        "from": "2027-01-01",
        "until": "2027-03-31",
    },
    "max_price": {"amount": 52000, "currency": "JPY", "per": "t", "incoterm": "DAP"},
}
LOT = {
    "title": "Shredded steel, end-of-life vehicles",
    "material": "carbon_steel_scrap",
    "grade": "JP.SHRED_A",
    "form": "shredded",
    "quantity": {"tonnes": 120, "min_take_tonnes": 20},
    "location": {"prefecture": "JP-14", "lat": 35.53, "lon": 139.7},
    "available": {"from": "2027-01-05", "until": "2027-02-28"},
    "ask_price": {"amount": 45000.10, "currency": "JPY", "per": "t", "incoterm": "EXW"},
    "assays": [
        {"analyte": "Cu", "value": 0.22, "unit": "%", "uncertainty": 0.02, "method": "OES", "laboratory": "Lab A"},
        {"analyte": "Cr", "value": 0.05, "unit": "%", "sampled_on": "2026-10-20"},
        {"analyte": "Ni", "value": 0.06, "unit": "%", "sampled_on": "2026-10-20"},
    ],
    "origin": "post_consumer",
    "legal_status": "valuable",
    "custody_model": "segregated",
    "documents": ["assay_report"],
}


def spec(**changes: Any) -> Spec:
    """The design's spec with top-level changes."""
    return msgspec.convert(SPEC | changes, Spec, strict=False)


def lot(**changes: Any) -> Lot:
    """The design's lot with top-level changes; floats of money are read as written."""
    return msgspec.json.decode(msgspec.json.encode(LOT | changes), type=Lot)


class Market:
    """A database with ways to act in it as this or that party."""

    def __init__(self, cluster: Cluster, name: str, database: Database) -> None:
        self.cluster = cluster
        self.name = name
        self.database = database

    @contextlib.asynccontextmanager
    async def owner(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection as capillary_owner."""
        connection = await asyncpg.connect(self.cluster.dsn(self.name, "capillary_owner"))
        try:
            yield connection
        finally:
            await connection.close()

    @contextlib.asynccontextmanager
    async def superuser(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection that sees everything, to look at what others may not."""
        connection = await asyncpg.connect(self.cluster.dsn(self.name, "capillary_super"))
        try:
            yield connection
        finally:
            await connection.close()

    async def organisation(
        self,
        kind: str = "recycler",
        name: str = "Test Recycling",
        *,
        prefecture: str | None = "JP-14",
        verified: bool = True,
        jurisdiction: Jurisdiction | None = None,
    ) -> NewOrganisation:
        """A party with a full-rights key."""
        draft = OrganisationDraft(kind=OrganisationKind(kind), name=name, prefecture=prefecture)
        async with self.owner() as connection:
            return await create_organisation(connection, draft, verified=verified, jurisdiction=jurisdiction)

    def work(
        self, tenant: UUID | None, role: Role = Role.TENANT, at: datetime = AT, **more: Any
    ) -> contextlib.AbstractAsyncContextManager[Work]:
        """A unit of work at a fixed instant (24 November 2026, noon in Japan)."""
        return self.database.work(tenant, role=role, at=at, **more)
