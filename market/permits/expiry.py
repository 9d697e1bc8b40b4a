"""What a calendar does to permits: their holders are told before they end, and matches that they kept open close.

For the worker, as role engine. `warned` is the last that its holder was told: 60 or 14 days before the last day, or 0
once that has passed; a permit that was declared late is told only the nearest. Writing 0 asks for the thin match rows
of the holder's waste anew.
"""

from datetime import date
from typing import Final

from market.alerts import service as notices
from market.alerts.codes import Code
from matching.permits.validity import WARNINGS
from specs.kit.errors import Params
from specs.kit.tenancy import Work

# the next run takes what is left
BATCH: Final = 500
_ENDED: Final = 0

_DUE: Final = """with due as (
  select tenant_id, id, level from permit p cross join lateral (
    select min(days) as level from unnest($3::int[]) days
    where p.valid_until - $1 <= days and (days > 0 or p.valid_until < $1)) nearest
  where status = 'active' and valid_until <= $1 + $4::int and level < coalesce(warned, $4 + 1)
  order by tenant_id, id limit $2 for update of p skip locked
)
update permit p set warned = level from due where p.tenant_id = due.tenant_id and p.id = due.id
returning p.tenant_id, p.id, p.kind, p.valid_until, p.warned, p.content ->> 'number' as number"""


async def warn(work: Work, today: date) -> int:
    """Tell the holders of permits that end soon, or have ended, on a JST day; once for each warning. How many."""
    rows = await work.connection.fetch(_DUE, today, BATCH, [_ENDED, *WARNINGS], max(WARNINGS))
    for row in rows:
        until = row["valid_until"]
        params: Params = {
            "number": row["number"] or row["kind"],
            "permit": row["kind"],
            "until": until.isoformat(),
            "days": (until - today).days,
        }
        code = Code.PERMIT_ENDED if row["warned"] == _ENDED else Code.PERMIT_ENDS_SOON
        # two processes never tell the same, nor one that was interrupted between telling and committing
        once = f"permit {row['id']} {until} {row['warned']}"
        await notices.tell(work, row["tenant_id"], code, params, "permit", row["id"], dedupe=once)
    return len(rows)
