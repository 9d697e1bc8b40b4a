"""A portion as the service holds it, the deal locked."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import msgspec

from market.deals.deliveries.machine import State
from market.deals.deliveries.structs import Facts
from market.deals.money import stored
from matching.values import Currency

_FACTS: Final = msgspec.json.Decoder(Facts)


class HeldPortion(msgspec.Struct, frozen=True, kw_only=True):
    """`outcome` is what the buyer decided, `net` what it pays for `accepted_kg`, of which `booked_kg` were stock."""

    id: UUID
    leg_id: UUID
    seller_tenant: UUID
    lot_id: UUID
    no: int
    version: int
    state: State
    outcome: State | None = None
    planned_kg: int
    declared_kg: int | None = None
    measured_kg: int | None = None
    accepted_kg: int | None = None
    booked_kg: int | None = None
    dispatched_on: date | None = None
    received_on: date | None = None
    net: Decimal | None = None
    currency: str | None = None
    facts: Facts
    created_at: datetime
    updated_at: datetime

    @property
    def weighs(self) -> int:
        """Kilograms that it takes of what was agreed, as far as is known yet."""
        if self.state in (State.CALLED_OFF, State.LOST):
            return 0
        if self.accepted_kg is not None:
            return self.accepted_kg
        return self.declared_kg or self.planned_kg


def portion(row: Any) -> HeldPortion:
    """From a row of `market.deals.deliveries.queries`."""
    names = (name for name in HeldPortion.__struct_fields__ if name not in ("facts", "state", "outcome", "net"))
    net, currency = row["net"], row["currency"]
    return HeldPortion(
        **{name: row[name] for name in names},
        state=State(row["state"]),
        net=net if net is None or currency is None else stored(net, Currency(currency)),
        outcome=None if row["outcome"] is None else State(row["outcome"]),
        facts=_FACTS.decode(row["content"]),
    )
