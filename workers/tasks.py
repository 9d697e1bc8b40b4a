"""What a kind of job needs besides solving. A kind that solves its own input, and opens nothing, needs no line here."""

from collections.abc import Awaitable, Callable
from typing import Final

import msgspec

from market.blends import service as blends
from market.matches.current import Current
from market.runs.structs import Claimed, Prepared
from specs.kit.tenancy import Work


async def as_it_is(_work: Work, _current: Current, job: Claimed) -> Prepared:
    """The input is the payload."""
    return Prepared(job.kind, job.input)


async def nothing(_work: Work, _current: Current, _job: Claimed, _result: bytes) -> None:
    """The result is only kept."""


class Task(msgspec.Struct, frozen=True):
    """`prepare` in the tenant's own transaction before solving; `conclude` as the engine, with the result's own."""

    prepare: Callable[[Work, Current, Claimed], Awaitable[Prepared]] = as_it_is
    conclude: Callable[[Work, Current, Claimed, bytes], Awaitable[None]] = nothing


_TASKS: Final[dict[str, Task]] = {"blend": Task(blends.prepare, blends.conclude)}
_PLAIN: Final = Task()


def task_of(job: Claimed) -> Task:
    """By the kind of the job."""
    return _TASKS.get(job.kind, _PLAIN)
