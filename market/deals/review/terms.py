"""What the sides have offered each other so far, leg by leg, as far as a review looks at it."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

import msgspec

from market.deals.approval import ApprovedLot
from market.deals.contract.structs import ContractTerms
from market.deals.held import Held
from market.deals.offers.structs import Terms
from market.deals.promise import Promise
from market.deals.relaxing import Relaxation
from market.deals.sharing import shared_out
from matching.values import Portion, Price


class LegTerms(msgspec.Struct, frozen=True, kw_only=True):
    """One leg's: the price per tonne, the limits that give way, what is taken of which lot, and what else was said."""

    leg_id: UUID
    price: Price | None
    relaxations: tuple[Relaxation, ...]
    lots: tuple[ApprovedLot, ...]
    steps: tuple[Promise, ...] = ()
    schedule: tuple[Portion, ...] = ()
    contract: ContractTerms | None = None


_TERMS: Final = msgspec.json.Decoder(Terms)


def offered(deal: Held, rows: Iterable[Any]) -> tuple[LegTerms, ...]:
    """Of the legs that have an offer which was accepted or stands; rows of `queries.offers`, one a leg."""
    legs = {leg.id: leg for leg in deal.legs}
    found = []
    for row in rows:
        terms, lots = _TERMS.decode(row["content"]), legs[row["leg_id"]].lots
        shares = shared_out(row["kg"], [lot.kg for lot in lots])
        found.append(
            LegTerms(
                leg_id=row["leg_id"],
                price=terms.price,
                relaxations=terms.relaxations,
                lots=tuple(ApprovedLot(lot_id=lot.lot_id, kg=kg) for lot, kg in zip(lots, shares, strict=True) if kg),
                steps=terms.steps,
                schedule=terms.schedule,
                contract=terms.contract,
            )
        )
    return tuple(found)
