"""What the sides have offered each other so far, leg by leg, as far as a review looks at it."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

import msgspec

from market.deals.held import Held
from market.deals.relaxing import Relaxation
from market.deals.structs import ApprovedLot
from matching.values import Currency, Incoterm, Price


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """One leg's: the price per tonne, the limits that give way, and what is taken of which lot."""

    leg_id: UUID
    price: Price | None
    relaxations: tuple[Relaxation, ...]
    lots: tuple[ApprovedLot, ...]


class _Content(msgspec.Struct, frozen=True):
    """Of an offer's content, what is looked at here."""

    relaxations: tuple[Relaxation, ...] = ()
    incoterm: Incoterm | None = None


_CONTENT: Final = msgspec.json.Decoder(_Content)


def offered(deal: Held, rows: Iterable[Any]) -> tuple[Terms, ...]:
    """Of the legs that have an offer which was accepted or stands; rows of `queries.offers`, one a leg."""
    lots = {leg.id: tuple(ApprovedLot(lot_id=lot.lot_id, kg=lot.kg) for lot in leg.lots) for leg in deal.legs}
    found = []
    for row in rows:
        content = _CONTENT.decode(row["content"])
        price = Price(amount=row["price"], currency=Currency(row["currency"]), incoterm=content.incoterm)
        found.append(
            Terms(leg_id=row["leg_id"], price=price, relaxations=content.relaxations, lots=lots[row["leg_id"]])
        )
    return tuple(found)
