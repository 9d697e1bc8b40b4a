"""Whether audit chains hold: every event, link and payload recomputed here from what the database stores.

In one pass over the events by chain and number, in batches; O(events) time, O(batch + chains) memory where the heads
are asked for. The canonical form is that of the function `chain_put` (migration 0007): each field preceded by its
length in four bytes, -1 for null; SHA-256 (FIPS 180-4). A payload is digested behind its salt as PostgreSQL writes
jsonb. What is proven is that nothing was changed since the heads were taken note of: keep them outside the database.
"""

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import msgspec

BATCH: Final = 1_000
ERASURE: Final = "erase_payload"
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_FIRST: Final = UUID(int=0)

_EVENTS: Final = """select e.*, p.salt, p.payload, h.seq as head_seq, h.digest as head_digest
from chain_event e left join chain_payload p using (chain, seq) left join chain_head h using (chain)
where (e.chain, e.seq) > ($1, $2) and ($3::uuid is null or e.chain = $3) order by e.chain, e.seq limit $4"""
_EMPTIED: Final = """select chain from chain_head h where ($1::uuid is null or chain = $1)
and not exists (select from chain_event e where e.chain = h.chain) order by chain"""


class Flaw(StrEnum):
    """What is wrong with a row."""

    DIGEST = "digest"
    LINK = "link"
    GAP = "gap"
    HEAD = "head"
    PAYLOAD = "payload"


class Broken(msgspec.Struct, frozen=True):
    """The first row of a chain that does not hold: changed (`digest`), not behind the one before (`link`), missing
    (`gap`), behind the end (`head`), or with a payload that is another, is gone, or came back (`payload`)."""

    chain: UUID
    seq: int
    flaw: Flaw


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Over all chains; `heads` are the digests of their last events, in hex."""

    chains: int
    events: int
    broken_chains: int
    broken: Broken | None
    heads: dict[UUID, str]


def field(value: bytes | None) -> bytes:
    """Its length in front of it."""
    return (-1).to_bytes(4, "big", signed=True) if value is None else len(value).to_bytes(4, "big") + value


def digest(event: Any) -> bytes:
    """Of an event, by the names of its columns."""
    fields: tuple[bytes | None, ...] = (
        event["chain"].bytes,
        event["seq"].to_bytes(8, "big"),
        ((event["at"] - _EPOCH) // _MICROSECOND).to_bytes(8, "big", signed=True),
        _id(event["actor_tenant"]),
        _id(event["actor"]),
        event["action"].encode(),
        event["object_kind"].encode(),
        event["object_id"].bytes,
        b"".join(tenant.bytes for tenant in event["audience"]),
        event["payload_digest"],
        event["previous"],
        None if event["request_id"] is None else event["request_id"].encode(),
    )
    return hashlib.sha256(b"capillary.chain.1" + b"".join(map(field, fields))).digest()


def _id(value: UUID | None) -> bytes | None:
    return None if value is None else value.bytes


def payload_digest(salt: bytes, payload: str) -> bytes:
    """Of a payload as PostgreSQL writes it."""
    return hashlib.sha256(salt + payload.encode()).digest()


class _Walk:
    """One chain, event by event, in order."""

    def __init__(self, chain: UUID) -> None:
        self.chain = chain
        self.events = 0
        self.digest: bytes | None = None
        self._head: tuple[int, bytes] | None = None
        self._broken: Broken | None = None
        self._gone: set[int] = set()
        self._erased: set[int] = set()

    def step(self, event: Any) -> None:
        """The next event; what is behind the first that is broken is only counted."""
        self.events += 1
        if self._broken is not None:
            return
        if event["head_seq"] is not None:
            self._head = event["head_seq"], event["head_digest"]
        flaw = self._flaw(event)
        if flaw is not None:
            self._broken = Broken(self.chain, self.events, flaw)
        self.digest = event["digest"]

    def _flaw(self, event: Any) -> Flaw | None:
        if event["seq"] != self.events:
            return Flaw.GAP
        if digest(event) != event["digest"]:
            return Flaw.DIGEST
        if event["previous"] != self.digest:
            return Flaw.LINK
        if self._head is None or self.events > self._head[0]:
            return Flaw.HEAD
        if event["payload"] is None or event["salt"] is None:
            self._gone.add(self.events)
        elif payload_digest(event["salt"], event["payload"]) != event["payload_digest"]:
            return Flaw.PAYLOAD
        elif event["action"] == ERASURE:
            self._erased.add(msgspec.json.decode(event["payload"])["seq"])
        return None

    def end(self) -> Broken | None:
        """The first row that does not hold, once every event was seen."""
        if self._broken is not None or self._head is None:
            return self._broken
        seq, last = self._head
        found = [Broken(self.chain, n, Flaw.PAYLOAD) for n in self._gone ^ self._erased]
        if seq > self.events:
            found.append(Broken(self.chain, self.events + 1, Flaw.GAP))
        elif last != self.digest:
            found.append(Broken(self.chain, seq, Flaw.HEAD))
        return min(found, key=lambda broken: broken.seq, default=None)


async def _walked(connection: Any, chain: UUID | None, batch: int) -> AsyncIterator[_Walk]:
    """Each chain, walked to its end, in the order of their ids."""
    walk: _Walk | None = None
    last: tuple[UUID, int] = chain or _FIRST, 0
    while rows := await connection.fetch(_EVENTS, *last, chain, batch):
        for row in rows:
            if walk is None or walk.chain != row["chain"]:
                if walk is not None:
                    yield walk
                walk = _Walk(row["chain"])
            walk.step(row)
        last = rows[-1]["chain"], rows[-1]["seq"]
    if walk is not None:
        yield walk


async def verify(connection: Any, chain: UUID | None = None, *, heads: bool = False, batch: int = BATCH) -> Verdict:
    """All chains, or one, as the connection sees them: as the engine, in a snapshot of its own where others append."""
    chains = events = 0
    broken: list[Broken] = []
    ends: dict[UUID, str] = {}
    async for walk in _walked(connection, chain, batch):
        chains, events = chains + 1, events + walk.events
        if heads and walk.digest is not None:
            ends[walk.chain] = walk.digest.hex()
        if (found := walk.end()) is not None:
            broken.append(found)
    emptied = await connection.fetch(_EMPTIED, chain)
    broken += [Broken(row["chain"], 1, Flaw.GAP) for row in emptied]
    return Verdict(
        chains=chains + len(emptied),
        events=events,
        broken_chains=len(broken),
        broken=min(broken, key=lambda row: row.chain, default=None),
        heads=ends,
    )
