"""API keys of the caller's organisation: shown once, scoped, revocable."""

from typing import Any
from uuid import UUID

import msgspec

from market.parties import queries, secrets
from market.parties.errors import ScopeNotAllowed
from market.parties.rights import manages
from market.parties.structs import ApiKey, ApiKeyDraft, ApiKeyPage, IssuedApiKey, Principal, Scope
from matching.faults import Fault
from specs.kit import audit, idempotency, ids, paging, wire
from specs.kit.errors import Forbidden, Invalid, NotFound
from specs.kit.idempotency import Answer, Idempotency
from specs.kit.tenancy import Work


async def create(work: Work, principal: Principal, draft: ApiKeyDraft, request: Idempotency | None = None) -> Answer:
    """A key with the asked scopes, or all that its maker has. The body holds the secret: the only time.

    Raises Forbidden, ScopeNotAllowed, Invalid. Who does not manage the organisation makes keys of their own only: one
    of the whole organisation would have no role. A retried request is given the same key, though only its digest is
    stored; not where another, narrower key repeats it.
    """
    if not manages(principal.role) and draft.user_id != principal.user:
        raise Forbidden
    scopes = _allowed(principal, draft)
    first = await idempotency.claim(work, request)
    if first is not None:
        return _with_secret(work, principal, first)
    await _check(work, draft)
    seed = secrets.seed()
    key = secrets.repeatable(work.secret, work.owner, seed)
    row = await queries.add_key(
        work,
        ids.new_id(),
        name=draft.name,
        prefix=key[: secrets.SHOWN],
        digest=secrets.digest(key),
        scopes=sorted(s.value for s in scopes),
        user=draft.user_id,
    )
    await audit.record(work, "create", "api_key", row["id"])
    issued = msgspec.convert(dict(row) | {"api_key": key}, IssuedApiKey)
    answer = Answer(id=issued.id, rev=1, version=1, body=wire.encode(issued), status=201)
    await idempotency.keep(work, request, answer, wire.encode(msgspec.structs.replace(issued, api_key=seed)))
    return answer


async def read(work: Work, key: UUID) -> Answer:
    """Raises NotFound."""
    row = await queries.key(work, key)
    if row is None:
        raise NotFound
    return _answer(row)


async def page(work: Work, limit: int, cursor: str | None = None) -> bytes:
    """Newest first, revoked ones too. Raises InvalidCursor."""
    scope = ("api_key", work.owner)
    after = paging.read(work.secret, scope, cursor, UUID) if cursor else None
    rows = await queries.keys(work, after, limit + 1)
    more = paging.onward(work.secret, scope, rows, limit)
    items = tuple(msgspec.convert(dict(row), ApiKey) for row in rows[:limit])
    return wire.encode(ApiKeyPage(items=items, next_cursor=more))


async def revoke(work: Work, key: UUID) -> Answer:
    """From the next few seconds on the key opens nothing. Again is the same. Raises NotFound."""
    row = await queries.revoke(work, key)
    if row is None:
        raise NotFound
    await audit.record(work, "revoke", "api_key", key)
    return _answer(row)


def _allowed(principal: Principal, draft: ApiKeyDraft) -> frozenset[Scope]:
    wanted = frozenset(draft.scopes) or principal.scopes
    _within(principal, wanted)
    return wanted


def _within(principal: Principal, wanted: frozenset[Scope]) -> None:
    if not wanted <= principal.scopes:
        raise ScopeNotAllowed({"scopes": sorted(s.value for s in wanted - principal.scopes)})


async def _check(work: Work, draft: ApiKeyDraft) -> None:
    faults = [] if draft.name.isprintable() else [Fault("/name", "control_character", {})]
    if draft.user_id is not None and await queries.user(work, draft.user_id) is None:
        faults.append(Fault("/user_id", "unknown_user", {"id": str(draft.user_id)}))
    if faults:
        raise Invalid(faults=faults)


def _with_secret(work: Work, principal: Principal, first: Answer) -> Answer:
    """The first answer, its secret made again of the seed kept in its place; never more than its new reader has."""
    issued = msgspec.json.decode(first.body, type=IssuedApiKey)
    _within(principal, frozenset(issued.scopes))
    key = secrets.repeatable(work.secret, work.owner, issued.api_key)
    return msgspec.structs.replace(first, body=wire.encode(msgspec.structs.replace(issued, api_key=key)))


def _answer(row: Any) -> Answer:
    version = 2 if row["revoked_at"] else 1
    return Answer(id=row["id"], rev=version, version=version, body=wire.encode(msgspec.convert(dict(row), ApiKey)))
