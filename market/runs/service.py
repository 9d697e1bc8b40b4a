"""Jobs of the caller's own organisation: asked for, read, listed, cancelled."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import msgspec

from market.runs import queries
from market.runs.errors import JobFinished, TooManyJobs
from market.runs.structs import MOST_OPEN, Found, Job, JobState, Order, Trouble
from specs.kit import idempotency, ids, paging, versions
from specs.kit.errors import NotFound
from specs.kit.idempotency import Answer, Idempotency
from specs.kit.tenancy import Role, Work
from specs.kit.versions import Versions
from specs.kit.wire import encode

# of a result to what is answered, as the engine
Conclude = Callable[[Work, bytes], Awaitable[bytes]]


async def ask(work: Work, order: Order, request: Idempotency | None = None) -> Answer:
    """A queued job, answered 202; the same again for the same request. Raises TooManyJobs."""
    first = await idempotency.claim(work, request)
    if first is not None:
        return first
    row = await queries.create(work, ids.new_id(), order)
    if row is None:
        raise TooManyJobs({"limit": MOST_OPEN})
    answer = Answer(id=row["id"], rev=1, version=row["version"], body=encode(_job(row)), status=202)
    await idempotency.keep(work, request, answer)
    return answer


async def answered(
    work: Work,
    result: bytes | None,
    order: Order,
    request: Idempotency | None = None,
    conclude: Conclude | None = None,
) -> Answer:
    """200 with what is concluded, or where nothing was solved yet 202 with a job; the same again for the same request.

    Raises TooManyJobs.
    """
    if result is None:
        return await ask(work, order, request)
    first = await idempotency.claim(work, request)
    if first is not None:
        return first
    if conclude is not None:
        await work.as_role(Role.ENGINE)
        result = await conclude(work, result)
        await work.as_role(Role.TENANT)
    answer = Answer(id=ids.new_id(), rev=1, version=1, body=result)
    await idempotency.keep(work, request, answer)
    return answer


async def read(work: Work, job: UUID) -> Found:
    """One job with what came of it. Raises NotFound, also once it is forgotten."""
    row = await queries.read(work, job)
    if row is None:
        raise NotFound
    return _found(row)


async def page(
    work: Work, limit: int, cursor: str | None = None, *, state: JobState | None = None
) -> tuple[tuple[Job, ...], str | None]:
    """Newest first, and the cursor of the next page. Raises InvalidCursor."""
    scope = ("job", work.owner, state)
    after = paging.read(work.secret, scope, cursor, UUID) if cursor else None
    rows = await queries.page(work, state.value if state else None, after, limit + 1)
    more = paging.onward(work.secret, scope, rows, limit)
    return tuple(map(_job, rows[:limit])), more


async def cancel(work: Work, job: UUID, if_match: Versions = None) -> Found:
    """Stops it within about a second if it runs. Cancelling again changes nothing, so a retry needs no stored answer.

    Raises JobFinished, VersionMismatch, NotFound.
    """
    row = await queries.lock(work, job)
    if row is None:
        raise NotFound
    if row["state"] == JobState.CANCELLED:
        return _found(row)
    versions.check(row["version"], if_match)
    if JobState(row["state"]).ended:
        raise JobFinished({"state": row["state"]})
    return _found(await queries.cancel(work, job))


def _job(row: Any) -> Job:
    return msgspec.convert({name: row[name] for name in Job.__struct_fields__}, Job)


def _found(row: Any) -> Found:
    trouble = None if row["problem"] is None else msgspec.json.decode(row["problem"], type=Trouble)
    return Found(_job(row), row["version"], row["result"], trouble)
