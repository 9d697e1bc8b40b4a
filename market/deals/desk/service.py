"""Read a desk: of a side its own deals, of a coordinator those that it oversees (audited)."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from market.deals import listed
from market.deals.acting import Asking
from market.deals.desk import queries
from market.deals.desk.structs import Desk
from market.deals.held import Held
from market.deals.machine import Status
from market.deals.structs import DealSummary
from market.parties.structs import OrganisationKind
from specs.kit import audit
from specs.kit.tenancy import Role, Work

# a deal that nothing has moved for so long stands still
STILL: Final = timedelta(days=14)
# of each kind so many are shown
SHOWN: Final = 8
# among so many with the nearest deadlines those of the caller's own turn are looked for
_LOOKED_AT: Final = 4 * SHOWN


async def desk(work: Work, asking: Asking) -> Desk:
    """What waits, moved, stands still or is disputed, of what the caller sees."""
    turns: list[Any] = []
    overseen = asking.principal.kind is OrganisationKind.COORDINATOR
    if overseen:
        # what waits for a coordinator is its queue
        await work.as_role(Role.COORDINATOR)
        await audit.record(work, "oversee", "deal", None, limit=SHOWN)
    else:
        turns = await queries.in_turn(work, _LOOKED_AT)
    moved = await queries.moved(work, SHOWN, reviews=not overseen)
    still = await queries.still(work, SHOWN, work.at - STILL)
    disputed = await queries.disputed(work, SHOWN)
    known = {deal.id: deal for deal in await listed.deals(work, (*turns, *moved, *still, *disputed))}
    mine = [row for row in turns if known[row["id"]].seen_turn.includes(known[row["id"]].actor)]
    waiting = {row["id"] for row in mine}
    return Desk(
        counts={Status(status): deals for status, deals in (await queries.counts(work)).items()},
        waiting=await _told(work, asking, mine[:SHOWN], known),
        moved=await _told(work, asking, [row for row in moved if row["id"] not in waiting], known),
        still=await _told(work, asking, still, known),
        disputed=await _told(work, asking, disputed, known),
    )


async def _told(work: Work, asking: Asking, rows: list[Any], known: dict[UUID, Held]) -> tuple[DealSummary, ...]:
    return await listed.summaries(work, [known[row["id"]] for row in rows], asking.language)
