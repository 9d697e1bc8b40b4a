"""The audit chain: what several tenants did with one object, each event carrying the digest of the one before.

A chain is known by the id of what it is about. Events are written by a function of the database only, in the name of
the caller's own tenant, and never changed. The payload is kept apart with a random salt: where it has to be erased
the chain holds, and the digest that stays tells nobody what it was. `specs.kit.proof` checks all of it.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from specs.kit import paging, wire
from specs.kit.tenancy import Work

_APPEND: Final = "select chain_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
# the place is that among the events which the reader sees: it stays, because a chain only grows
_PAGE: Final = """with seen as (
  select seq, at, actor_tenant, actor, action, object_kind, object_id, digest, previous, p.payload,
    row_number() over (order by seq) as place
  from chain_event e left join chain_payload p using (chain, seq) where chain = $1
)
select * from seen where $2::bigint is null or place < $2 order by place desc limit $3"""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be told: `audience` are the tenants that may read it, the payload what was before and after, and why.

    The payload becomes a JSON object, of a Struct or of a dict; money in it keeps every digit.
    """

    chain: UUID
    action: str
    object_kind: str
    object_id: UUID
    audience: tuple[UUID, ...]
    payload: msgspec.Struct | dict[str, Any]


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """An event as one of its audience reads it; no tenant is the marketplace itself, no payload one that was erased.

    Whoever does not read every event of a chain must not be shown `seq`, `digest` or `previous`: the gaps would tell
    of what others do.
    """

    seq: int
    at: datetime
    actor_tenant: UUID | None
    actor: UUID | None
    action: str
    object_kind: str
    object_id: UUID
    digest: bytes
    previous: bytes | None
    payload: msgspec.Raw | None


async def append(work: Work, entry: Entry) -> int:
    """Write an event in the transaction of the change itself, under whatever role; its number in the chain, from 1.

    Others who append to the chain wait until this transaction ends: append late, and to several chains in the order
    of their ids. Work without a tenant appends as the engine only.
    """
    number: int = await work.connection.fetchval(
        _APPEND,
        entry.chain,
        work.at,
        work.tenant,
        work.actor,
        entry.action,
        entry.object_kind,
        entry.object_id,
        sorted(set(entry.audience)),
        wire.encode(entry.payload).decode(),
        work.request_id,
    )
    return number


async def page(work: Work, chain: UUID, limit: int, cursor: str | None = None) -> tuple[tuple[Event, ...], str | None]:
    """The events that the tenant is in the audience of, newest first, and the cursor of the next page.

    Raises InvalidCursor. A cursor can be decoded, so it counts what its reader sees and nothing else.
    """
    scope = ("chain", work.owner, chain)
    after = paging.read(work.secret, scope, cursor, int) if cursor else None
    rows = await work.connection.fetch(_PAGE, chain, after, limit + 1)
    more = paging.onward(work.secret, scope, rows, limit, "place")
    return tuple(map(_event, rows[:limit])), more


def _event(row: Any) -> Event:
    told = {name: row[name] for name in Event.__struct_fields__}
    payload = row["payload"]
    return Event(**told | {"payload": None if payload is None else msgspec.Raw(payload.encode())})
