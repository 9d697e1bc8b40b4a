"""The twin's API, as the tutorials of FastAPI and SQLModel write it: add, commit, refresh; an answer type on
every route; asynchronous sessions from a pool of 32.
"""

import os
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI, HTTPException, Query
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.benchmarks.twin.documents import LotDocument, LotPage, LotPublic
from tests.benchmarks.twin.tables import Lot, public, row_of

DATABASE = "TWIN_DATABASE_URL"
POOL = 32

engine = create_async_engine(os.environ[DATABASE], pool_size=POOL, max_overflow=0, pool_timeout=2)
app = FastAPI(title="twin")


async def session() -> AsyncIterator[AsyncSession]:
    async with AsyncSession(engine, expire_on_commit=False) as opened:
        yield opened


SessionDependency = Annotated[AsyncSession, Depends(session)]


@app.get("/v1/lots/{lot_id}", response_model_exclude_none=True)
async def read_lot(lot_id: UUID, session: SessionDependency) -> LotPublic:
    row = await session.get(Lot, lot_id)
    if row is None:
        raise HTTPException(status_code=404, detail="no such lot")
    return public(row)


@app.get("/v1/lots", response_model_exclude_none=True)
async def list_lots(
    session: SessionDependency,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: UUID | None = None,
) -> LotPage:
    query = select(Lot).order_by(col(Lot.id).desc()).limit(limit + 1)
    if cursor is not None:
        query = query.where(col(Lot.id) < cursor)
    rows = (await session.exec(query)).all()
    more = str(rows[limit - 1].id) if len(rows) > limit else None
    return LotPage(items=[public(row) for row in rows[:limit]], next_cursor=more)


@app.post("/v1/lots", response_model_exclude_none=True, status_code=201)
async def create_lot(document: LotDocument, session: SessionDependency) -> LotPublic:
    row = row_of(document)
    session.add(row)
    await session.commit()
    await session.refresh(row)
    return public(row)
