"""Advice on one's own spec, of the lots that it may be matched with: at once where they are few, else as a job."""

from typing import Final
from uuid import UUID

import msgspec

from market.advice.structs import Question, Subject
from market.blends.service import AT_ONCE
from market.matches import queries, reading
from market.matches.current import Current
from market.matches.errors import TooManyLots
from market.parties import organisations
from market.parties.structs import Principal
from market.runs import service as runs
from market.runs.posted import Opened
from market.runs.structs import Claimed, Order, Prepared
from market.solving.pool import Pool
from specs.kit import idempotency
from specs.kit.idempotency import Answer, Idempotency
from specs.kit.tenancy import Work
from specs.kit.wire import encode
from specs.listing.seen import FIRMS
from specs.lot.structs import FiledLot

KIND: Final = "advice"
MOST_LOTS: Final = 2_000


class Asked(msgspec.Struct, frozen=True):
    """Whose spec, and in which language."""

    spec: UUID
    language: str
    once: Idempotency | None = None


class Advising:
    """One per API process."""

    def __init__(self, pool: Pool, current: Current) -> None:
        self._pool = pool
        self._current = current

    async def answer(self, opened: Opened, principal: Principal, asked: Asked) -> Answer:
        """200 with the advice, or 202 with a job.

        Raises SolveFailed, NotFound, NotOpen, TooManyLots, TooManyJobs.
        """
        async with opened() as work:
            first = await idempotency.stored(work, asked.once)
            if first is not None:
                return first
            question = await _gathered(work, principal, self._current, asked.spec, asked.language)
        small = len(question.lots) * max(1, len(question.spec.limits)) <= AT_ONCE
        body = await self._pool.soon(KIND, msgspec.msgpack.encode(question)) if small else None
        async with opened() as work:
            order = Order(KIND, encode(Subject(asked.spec)), asked.language)
            return await runs.answered(work, body, order, asked.once)


async def _gathered(work: Work, principal: Principal, current: Current, spec: UUID, language: str) -> Question:
    """Near misses too, and so lots outside of the window. Goes on as role engine.

    Raises NotFound, NotOpen, TooManyLots.
    """
    near = await reading.own_spec(work, principal, current, spec)
    found = current.of_material(near)
    if len(found) > MOST_LOTS:
        raise TooManyLots({"limit": MOST_LOTS, "lots": len(found)})
    lots = tuple((lot.id, lot.content) for lot in found if isinstance(lot.content, FiledLot))
    here = {lot.location.prefecture for _, lot in lots}
    firms = await queries.firms(work.connection, "lot", near.content.material, here)
    places = frozenset(prefecture for prefecture, count in firms.items() if count >= FIRMS)
    return Question(spec=near.content, lots=lots, places=places, language=language)


async def prepare(work: Work, current: Current, job: Claimed) -> Prepared:
    """The lots as they are when the job runs."""
    subject = msgspec.json.decode(job.input, type=Subject)
    principal = await organisations.oneself(work, job.id)
    question = await _gathered(work, principal, current, subject.spec_id, job.language)
    return Prepared(KIND, msgspec.msgpack.encode(question))
