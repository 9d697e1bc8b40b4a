"""Jobs as they are asked for, shown, and worked."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

from matching.evaluation import Params
from matching.fault import Fault

# open jobs of one organisation
MOST_OPEN: Final = 8
# a job that three workers in turn did not survive is given up
MOST_ATTEMPTS: Final = 3
# the whole job is forgotten so long after its end
KEPT: Final = timedelta(days=7)
# wall clock of one attempt
MOST_SECONDS: Final = 300.0


class JobState(StrEnum):
    """`queued → running → done · failed`; `cancelled` from either of the first two."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Nothing changes any more, until it is forgotten."""
        return self not in (JobState.QUEUED, JobState.RUNNING)


class Trouble(msgspec.Struct, frozen=True):
    """Why a job failed: rendered as a problem when it is read."""

    code: str
    params: Params = {}
    faults: tuple[Fault, ...] = ()


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A job without what was asked and what came of it. `attempts` are the workers that have begun it."""

    id: UUID
    kind: str
    state: JobState
    progress: float
    attempts: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime | None


class Found(msgspec.Struct, frozen=True):
    """A job as its owner reads it; `result` is JSON."""

    job: Job
    version: int
    result: bytes | None
    trouble: Trouble | None


class Order(msgspec.Struct, frozen=True):
    """A job to be: its kind, what the kind is asked, and the language of its reasons."""

    kind: str
    input: bytes
    language: str


class Claimed(msgspec.Struct, frozen=True):
    """A job that this worker has taken. The attempt is its ticket: a later one makes it void."""

    tenant: UUID
    id: UUID
    kind: str
    language: str
    input: bytes
    attempt: int


class Prepared(msgspec.Struct, frozen=True):
    """What the solver processes are asked: one of `market.solving.kinds`, and its payload."""

    kind: str
    payload: bytes
