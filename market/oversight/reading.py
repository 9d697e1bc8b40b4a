"""A coordinator's own runs, read and listed. The result stays with the job, and is forgotten with it."""

from typing import Any, TypeVar
from uuid import UUID

import msgspec

from market.oversight import queries
from market.oversight.structs import RunHead
from market.runs.structs import Trouble
from specs.kit import paging
from specs.kit.errors import NotFound
from specs.kit.tenancy import Work

Shown = TypeVar("Shown", bound=RunHead)


async def read(work: Work, kind: str, run: UUID, shape: type[Shown]) -> tuple[Shown, Trouble | None]:
    """One run, and why it failed if it did. Raises NotFound, also once it is forgotten."""
    row = await queries.run(work, kind, run)
    if row is None:
        raise NotFound
    trouble = None if row["problem"] is None else msgspec.json.decode(row["problem"], type=Trouble)
    return _shown(row, shape), trouble


async def page(
    work: Work, kind: str, shape: type[Shown], limit: int, cursor: str | None = None
) -> tuple[tuple[Shown, ...], str | None]:
    """Newest first, and the cursor of the next page. Raises InvalidCursor."""
    place = paging.place(work.secret, (kind, work.owner), limit, cursor, UUID)
    rows, more = place.cut(await queries.page(work, kind, place.after, place.most))
    return tuple(_shown(row, shape) for row in rows), more


def _shown(row: Any, shape: type[Shown]) -> Shown:
    """The columns of a job and the parts of the document that it keeps, as one; null where it keeps none yet."""
    told = {name: row.get(name) for name in shape.__struct_fields__}
    asked = {name: msgspec.Raw(row[name]) for name in ("asked", "outcome") if row[name] is not None}
    kept = msgspec.json.decode(row.get("result") or b"{}", type=dict[str, msgspec.Raw])
    return msgspec.json.decode(msgspec.json.encode(told | asked | kept), type=shape)
