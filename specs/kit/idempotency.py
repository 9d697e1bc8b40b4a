"""First answers of keyed requests, kept for a day and given again byte for byte."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from specs.kit.errors import IdempotencyKeyReused, Unavailable
from specs.kit.tenancy import Work

KEPT = timedelta(hours=24)

# Claims the key inside a larger statement: a claim older than a day is taken over, a rival's open
# transaction is waited for. Every part of that statement hangs on `go`. `source` is what both hang on.
CLAIM = """claim as (
  insert into idempotency as i (tenant_id, path, key, body_hash, status, headers, body, created_at)
  select {tenant}, {path}, {key}, {body_hash}, {status}, {headers}, {body}, {at} {source} where {key} is not null
  on conflict (tenant_id, path, key) do update
    set body_hash = excluded.body_hash, status = excluded.status, headers = excluded.headers,
        body = excluded.body, created_at = excluded.created_at
    where i.created_at < excluded.created_at - interval '24 hours'
  returning 1
), go as (select 1 {source} where {key} is null or exists (select from claim))"""

_PARAMETERS = {
    "tenant": "$1",
    "path": "$2",
    "key": "$3::text",
    "body_hash": "$4",
    "status": "0",
    "headers": "'{}'",
    "body": "''",
    "at": "$5",
    "source": "",
}
TAKE = f"with {CLAIM.format(**_PARAMETERS)} select count(*) from claim"  # noqa: S608 - parameter numbers only
STORED = """select body_hash, status, headers, body from idempotency
where tenant_id = $1 and path = $2 and key = $3 and created_at >= $4"""


class Idempotency(msgspec.Struct, frozen=True):
    """What makes two requests the same: the path, the client's key, and a digest of the body."""

    path: str
    key: str
    body_hash: bytes


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A finished response: the body as it is sent, and what its headers are made of.

    `redacted`: for one who may not know how often the object was changed, so its tag is made of the body.
    """

    id: UUID
    rev: int
    version: int
    body: bytes
    status: int = 200
    replayed: bool = False
    redacted: bool = False


class Heading(msgspec.Struct, frozen=True):
    """What is stored beside the body; ETag and Location are made of it."""

    id: UUID
    rev: int
    version: int


def keyed(path: str, key: str, body: bytes) -> Idempotency:
    """For a request with an `Idempotency-Key`; `path` without query, `body` as it was received."""
    return Idempotency(path, key, hashlib.sha256(body).digest())


async def stored(work: Work, request: Idempotency | None) -> Answer | None:
    """The first answer to this request, None for a new one. Raises IdempotencyKeyReused for another body."""
    if request is None:
        return None
    row = await work.connection.fetchrow(STORED, work.owner, request.path, request.key, work.at - KEPT)
    if row is None:
        return None
    if row["body_hash"] != request.body_hash:
        raise IdempotencyKeyReused
    heading = msgspec.json.decode(row["headers"], type=Heading)
    return Answer(
        id=heading.id,
        rev=heading.rev,
        version=heading.version,
        body=row["body"],
        status=row["status"],
        replayed=True,
    )


async def claim(work: Work, request: Idempotency | None) -> Answer | None:
    """Take the key for this transaction, or the first answer. `keep` must follow before the commit."""
    if request is None:
        return None
    taken = await work.connection.fetchval(TAKE, work.owner, request.path, request.key, request.body_hash, work.at)
    if taken:
        return None
    first = await stored(work, request)
    if first is None:
        # the one who held the key is not done, which only its own transaction can see
        raise Unavailable
    return first


async def keep(work: Work, request: Idempotency | None, answer: Answer, body: bytes | None = None) -> None:
    """Store the answer to a claimed request; `body` where what is kept differs from what is sent (a secret)."""
    if request is None:
        return
    heading = msgspec.json.encode(Heading(answer.id, answer.rev, answer.version)).decode()
    await work.connection.execute(
        """update idempotency set status = $4, headers = $5, body = $6
           where tenant_id = $1 and path = $2 and key = $3""",
        work.owner,
        request.path,
        request.key,
        answer.status,
        heading,
        answer.body if body is None else body,
    )


async def purge(work: Work, before: datetime) -> int:
    """Forget answers older than `before`; as the engine. Returns how many."""
    gone = await work.connection.execute("delete from idempotency where created_at < $1", before)
    return int(gone.split()[-1])
