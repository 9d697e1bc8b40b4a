"""The reviews of a deal as its parties and the coordinators read them."""

from typing import Any, Final
from uuid import UUID

import msgspec

from market.deals import acting, transition
from market.deals.held import Held
from market.deals.review import queries
from market.deals.review.structs import RejectReason, Review, ReviewContent, ReviewPage
from market.deals.review.words import told, worded
from market.parties.structs import Principal
from specs.kit import paging
from specs.kit.tenancy import Work

_CONTENT: Final = msgspec.json.Decoder(ReviewContent)


async def page(  # noqa: PLR0917 - who reads what, and how much of it
    work: Work, principal: Principal, deal: UUID, language: str, limit: int, cursor: str | None = None
) -> ReviewPage:
    """The newest first; a recycler reads nothing of what other recyclers said. Raises NotFound, InvalidCursor."""
    found = await transition.read(work, principal, deal)
    place = paging.place(work.secret, ("review", work.owner, deal), limit, cursor, int)
    await acting.as_reader(work, found)
    rows, more = place.cut(await queries.history(work, found, place.after, place.most), "no")
    return ReviewPage(items=tuple(_shown(found, row, language) for row in rows), next_cursor=more)


def _shown(deal: Held, row: Any, language: str) -> Review:
    contents = [_CONTENT.decode(part) for part in row["contents"]]
    content = contents[0]
    code = None if row["reason_code"] is None else RejectReason(row["reason_code"])
    return Review(
        no=row["no"],
        at=row["at"],
        by=deal.actor_of(row["by_tenant"]),
        act=row["act"],
        reason_code=code,
        reason=None if code is None else worded("reject", code.value, {}, language),
        conditions=content.conditions,
        questions=content.questions,
        answers=content.answers,
        voided=tuple(told("void", reason, language) for part in contents for reason in part.voided),
        note=content.note,
    )
