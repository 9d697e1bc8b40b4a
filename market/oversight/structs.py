"""What every run of a coordinator shows."""

from datetime import datetime
from uuid import UUID

import msgspec

from market.runs.structs import JobState


class RunHead(msgspec.Struct, frozen=True, kw_only=True):
    """The job of a run. How it was asked for and what it comes to, each kind says itself: `asked` and `outcome`."""

    id: UUID
    state: JobState
    progress: float
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime | None
