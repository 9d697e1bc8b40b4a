"""A claim as the service holds it, the deal locked."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import msgspec

from market.deals.claims.machine import State
from market.deals.claims.structs import ClaimFacts, Kind, Severity
from market.deals.machine import Actor
from market.deals.money import stored
from matching.values import Currency

_FACTS: Final = msgspec.json.Decoder(ClaimFacts)


class HeldClaim(msgspec.Struct, frozen=True, kw_only=True):
    """`by` is the side that makes it; `amount` is what it asks for."""

    id: UUID
    leg_id: UUID
    seller_tenant: UUID
    delivery_id: UUID | None
    no: int
    version: int
    by: Actor
    state: State
    kind: Kind
    severity: Severity
    amount: Decimal | None
    currency: Currency
    facts: ClaimFacts
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None = None


def claim(row: Any) -> HeldClaim:
    """From a row of `market.deals.claims.queries`."""
    coded: dict[str, Any] = {"by": Actor, "state": State, "kind": Kind, "severity": Severity, "currency": Currency}
    plain = (name for name in HeldClaim.__struct_fields__ if name not in ("facts", "amount", *coded))
    found: dict[str, Any] = {name: enum(row[name]) for name, enum in coded.items()}
    return HeldClaim(
        **{name: row[name] for name in plain},
        **found,
        amount=None if row["amount"] is None else stored(row["amount"], found["currency"]),
        facts=_FACTS.decode(row["content"]),
    )
