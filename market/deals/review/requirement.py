"""Whether a deal is to be reviewed, until when, and what speaks against it."""

from datetime import datetime, timedelta
from typing import Final

import msgspec

from market.deals import queries
from market.deals.held import Held
from specs.kit import clock
from specs.kit.tenancy import Work

# days that a review may take
PATIENCE: Final = timedelta(days=3)


class Requirement(msgspec.Struct, frozen=True, kw_only=True):
    """`risk` are the reasons as stored, `level` sorts the queue from 0 to 1."""

    required: bool
    deadline: datetime
    risk: str = "{}"
    level: float = 0.0


async def of(work: Work, deal: Held) -> Requirement:
    """Every deal that someone oversees; as the engine."""
    overseers = await queries.overseers(work, deal.prefectures, deal.parties)
    return Requirement(required=bool(overseers), deadline=clock.end_of(clock.today(work.at) + PATIENCE))
