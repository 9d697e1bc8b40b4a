"""Links that an organisation's administrator makes for its people. There is no mail server: they hand them over."""

from datetime import datetime
from uuid import UUID

import msgspec

from market.parties.rights import manages
from market.parties.structs import Principal
from market.people import links, queries, tokens
from market.people.errors import HasLogin, HasNoLogin, LoginShared
from market.people.structs import LinkPurpose
from specs.kit import idempotency, wire
from specs.kit.errors import Forbidden, NotFound
from specs.kit.idempotency import Answer, Idempotency
from specs.kit.tenancy import Work

CONSOLE = "/console/link/"


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """A one-time link to hand over: its path on this server, shown once."""

    user_id: UUID
    purpose: LinkPurpose
    path: str
    expires_at: datetime


async def invite(work: Work, principal: Principal, user: UUID, request: Idempotency | None = None) -> Handed:
    """For one who has no login here yet. Raises Forbidden, NotFound, HasLogin."""
    return await _handed(work, principal, user, LinkPurpose.INVITATION, request)


async def reset(work: Work, principal: Principal, user: UUID, request: Idempotency | None = None) -> Handed:
    """For one who lost the password. Raises Forbidden, NotFound, HasNoLogin, LoginShared."""
    return await _handed(work, principal, user, LinkPurpose.RESET, request)


async def logins(work: Work, users: tuple[UUID, ...]) -> frozenset[UUID]:
    """Which of the tenant's users have a login already."""
    return frozenset(await queries.joined(work, users))


async def _handed(
    work: Work, principal: Principal, user: UUID, purpose: LinkPurpose, request: Idempotency | None
) -> Handed:
    """A retried request is given the same link, though only its digest is stored."""
    if not manages(principal.role):
        raise Forbidden
    first = await idempotency.claim(work, request)
    if first is not None:
        kept = msgspec.json.decode(first.body, type=Handed)
        return msgspec.structs.replace(kept, path=CONSOLE + tokens.repeatable(work.secret, kept.path))
    await _check(work, user, purpose)
    seed = tokens.fresh()
    token = await links.make(work, user, purpose, token=tokens.repeatable(work.secret, seed))
    handed = Handed(user_id=user, purpose=purpose, path=CONSOLE + token, expires_at=work.at + links.LIFETIME[purpose])
    answer = Answer(id=user, rev=1, version=1, body=wire.encode(handed))
    await idempotency.keep(work, request, answer, wire.encode(msgspec.structs.replace(handed, path=seed)))
    return handed


async def _check(work: Work, user: UUID, purpose: LinkPurpose) -> None:
    found = await queries.user(work, user)
    if found is None or found["disabled_at"] is not None:
        raise NotFound
    person = found["person_id"]
    if purpose is LinkPurpose.INVITATION and person is not None:
        raise HasLogin
    if purpose is LinkPurpose.RESET:
        if person is None:
            raise HasNoLogin
        if len(await queries.memberships(work, person)) > 1:
            raise LoginShared
