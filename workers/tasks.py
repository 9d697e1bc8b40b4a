"""What a kind of job needs besides solving. A kind that solves its own input, and opens nothing, needs no line here."""

from collections.abc import Awaitable, Callable
from typing import Final

import msgspec

from market.advice import service as advice
from market.allocations import overseen as allocated
from market.blends import proposals
from market.blends import service as blends
from market.investments import overseen as invested
from market.matches.current import Current
from market.runs import posted
from market.runs.structs import Claimed, Prepared
from market.tenders import splitting
from market.upgrades import lots
from specs.kit.tenancy import Work


async def as_it_is(_work: Work, _current: Current, job: Claimed) -> Prepared:
    """The input is the payload."""
    return Prepared(job.kind, job.input)


async def kept(_work: Work, _current: Current, _job: Claimed, result: bytes) -> bytes:
    """The result is kept as it is."""
    return result


class Task(msgspec.Struct, frozen=True):
    """`prepare` in the tenant's own transaction before solving; `conclude`, as the engine, makes of the answer what is
    kept, in the transaction that keeps it."""

    prepare: Callable[[Work, Current, Claimed], Awaitable[Prepared]] = as_it_is
    conclude: Callable[[Work, Current, Claimed, bytes], Awaitable[bytes]] = kept


_TASKS: Final[dict[str, Task]] = {
    "advice": Task(advice.prepare),
    "blend": Task(blends.prepare, blends.conclude),
    "blend_proposal": Task(proposals.prepare, proposals.conclude),
    "upgrade": Task(posted.prepare),
    "lot_upgrades": Task(lots.prepare, lots.conclude),
    "siting": Task(posted.prepare),
    "allocation": Task(posted.prepare),
    "allocation_run": Task(allocated.prepare, allocated.conclude),
    "investment": Task(posted.prepare),
    "investment_run": Task(invested.prepare, invested.conclude),
    "tender_split": Task(splitting.prepare),
}
_PLAIN: Final = Task()


def task_of(job: Claimed) -> Task:
    """By the kind of the job."""
    return _TASKS.get(job.kind, _PLAIN)
