"""A sample as the service holds it, the deal locked; and a result that was filed for it."""

import hashlib
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from market.deals.machine import Actor
from market.deals.samples.machine import State
from market.deals.samples.structs import Receiving, Rejudged, ResultDraft, Sending, SettledAnalyte, Wanted


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a sample beyond its columns, as it is stored; nothing of what was filed."""

    wanted: tuple[Wanted, ...]
    taken: str
    message: str | None = None
    sending: Sending | None = None
    receiving: Receiving | None = None
    proposed: dict[str, UUID] = {}
    settlement: tuple[SettledAnalyte, ...] = ()
    judged: Rejudged | None = None
    lot_rev: int | None = None
    reason: str | None = None


class HeldSample(msgspec.Struct, frozen=True, kw_only=True):
    """`filed` are the sides that have, in the order of their names: who was first is nobody's business."""

    id: UUID
    deal_id: UUID
    leg_id: UUID
    seller_tenant: UUID
    lot_id: UUID
    no: int
    version: int
    state: State
    filed: tuple[Actor, ...] = ()
    umpire: UUID | None = None
    opened_at: datetime | None = None
    facts: Facts
    created_at: datetime
    updated_at: datetime


class Filed(msgspec.Struct, frozen=True, kw_only=True):
    """A filed result with the digest that everyone may see from then on."""

    side: Actor
    tenant: UUID
    draft: ResultDraft
    salt: bytes
    digest: bytes
    filed_at: datetime


_FACTS: Final = msgspec.json.Decoder(Facts)
_DRAFT: Final = msgspec.json.Decoder(ResultDraft)
_SEALING: Final = msgspec.json.Encoder(order="sorted", decimal_format="number")


def sealed(draft: ResultDraft, salt: bytes) -> bytes:
    """The digest of a result: without the salt, the few values that a laboratory may find could be tried out."""
    return hashlib.sha256(salt + _SEALING.encode(draft)).digest()


def sample(row: Any) -> HeldSample:
    """From a row of `market.deals.samples.queries`."""
    names = (name for name in HeldSample.__struct_fields__ if name not in ("facts", "state", "filed"))
    return HeldSample(
        **{name: row[name] for name in names},
        state=State(row["state"]),
        filed=tuple(Actor(side) for side in row["filed"]),
        facts=_FACTS.decode(row["content"]),
    )


def filed(row: Any) -> Filed:
    """From a row of results."""
    return Filed(
        side=Actor(row["side"]),
        tenant=row["by_tenant"],
        draft=_DRAFT.decode(row["content"]),
        salt=row["salt"],
        digest=row["digest"],
        filed_at=row["filed_at"],
    )
