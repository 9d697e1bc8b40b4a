"""People of the caller's organisation."""

from typing import Any
from uuid import UUID

import msgspec

from market.parties import queries
from market.parties.errors import EmailTaken
from market.parties.rights import manages
from market.parties.structs import Principal, User, UserDraft, UserPage
from matching.faults import Fault
from specs.kit import audit, idempotency, ids, paging, wire
from specs.kit.errors import Forbidden, Invalid, NotFound
from specs.kit.idempotency import Answer, Idempotency
from specs.kit.tenancy import Work


async def create(work: Work, principal: Principal, draft: UserDraft, request: Idempotency | None = None) -> Answer:
    """Raises Forbidden, Invalid, EmailTaken."""
    if not manages(principal.role):
        raise Forbidden
    first = await idempotency.claim(work, request)
    if first is not None:
        return first
    answer = msgspec.structs.replace(_answer(await add(work, draft)), status=201)
    await idempotency.keep(work, request, answer)
    return answer


async def add(work: Work, draft: UserDraft) -> Any:
    """The row, whoever asks. Raises Invalid, EmailTaken."""
    faults = _faults(draft)
    if faults:
        raise Invalid(faults=faults)
    row = await queries.add_user(work, ids.new_id(), draft.email.lower(), draft.name, draft.role.value)
    if row is None:
        raise EmailTaken
    await audit.record(work, "create", "user", row["id"])
    return row


async def read(work: Work, user: UUID) -> Answer:
    """Raises NotFound."""
    row = await queries.user(work, user)
    if row is None:
        raise NotFound
    return _answer(row)


async def page(work: Work, limit: int, cursor: str | None = None) -> bytes:
    """Newest first. Raises InvalidCursor."""
    scope = ("user", work.owner)
    after = paging.read(work.secret, scope, cursor, UUID) if cursor else None
    rows = await queries.users(work, after, limit + 1)
    more = paging.onward(work.secret, scope, rows, limit)
    return wire.encode(UserPage(items=tuple(msgspec.convert(dict(r), User) for r in rows[:limit]), next_cursor=more))


def _faults(draft: UserDraft) -> list[Fault]:
    local, _, domain = draft.email.partition("@")
    faults = [
        Fault(f"/{name}", "control_character", {})
        for name, text in (("email", draft.email), ("name", draft.name))
        if not text.isprintable()
    ]
    if not local or not domain or "@" in domain or any(c.isspace() for c in draft.email):
        faults.append(Fault("/email", "not_an_email", {}))
    return faults


def _answer(row: Any) -> Answer:
    version = 2 if row["disabled_at"] else 1
    return Answer(id=row["id"], rev=version, version=version, body=wire.encode(msgspec.convert(dict(row), User)))
