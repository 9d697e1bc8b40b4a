"""What may be taken at all: how little of a lot, from how many recyclers, and until which day.

Every way to agree on tonnes comes by here: an opening, an offer, a bid, an award, and the moment at which stock is
taken. It goes by the day in Japan, not by whether the sweeper has closed a listing yet.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from market.deals.errors import TooManySuppliers
from matching.fault import Fault, fault
from matching.listings import Lot, Spec
from specs.kit import clock
from specs.kit.tenancy import Work
from specs.listing.errors import WindowPassed
from specs.listing.structs import KG

_SUPPLIERS: Final = """select distinct l.seller_tenant from reservation r
join deal_leg l on l.tenant_id = r.tenant_id and l.id = r.leg
where r.tenant_id = $1 and r.spec_id = $2 and r.state in ('committed', 'delivered')"""


class Take(msgspec.Struct, frozen=True):
    """Kilograms of a lot, of which `left` are left."""

    lot: Lot
    kg: int
    left: int


def least(spec: Spec, lot: Lot, *, blended: bool) -> int:
    """The fewest kilograms that may be taken of a lot: its recycler's word, and the buyer's on single lots.

    A blend's shares are of the buyer's own choosing: for it a lot has to be so large as a whole.
    """
    wanted = 0.0 if blended else spec.quantity.min_lot_tonnes or 0.0
    return round(max(lot.quantity.min_take_tonnes or 0.0, wanted) * KG)


def take_faults(pointer: str, spec: Spec, takes: Sequence[Take], *, blended: bool) -> Iterator[Fault]:
    """Less of any lot than the least of it; all that is left may always be taken."""
    for take in takes:
        fewest = min(least(spec, take.lot, blended=blended), take.left)
        if 0 < take.kg < fewest:
            code = "less_than_least" if len(takes) == 1 else "less_of_a_lot"
            yield fault(pointer, code, given=take.kg / KG, least=fewest / KG)


def refuse_passed(spec: Spec, lots: Iterable[Lot], today: date) -> None:
    """Raises WindowPassed where the last day of a listing, inclusive, is over."""
    last = min(spec.delivery.until, *(lot.available.until for lot in lots))
    if last < today:
        raise WindowPassed({"until": last.isoformat()})


async def refuse_many(work: Work, buyer: UUID, spec_id: UUID, spec: Spec, sellers: Iterable[UUID]) -> None:
    """More recyclers than the spec wants, with those of whom something is taken already; as the engine.

    Raises TooManySuppliers.
    """
    most = spec.quantity.max_suppliers
    if most is None:
        return
    rows = await work.connection.fetch(_SUPPLIERS, buyer, spec_id)
    if len({*sellers, *(row["seller_tenant"] for row in rows)}) > most:
        raise TooManySuppliers({"most": most})


async def refuse_takes(  # noqa: PLR0917 - whose, of what
    work: Work, buyer: UUID, spec_id: UUID, spec: Spec, lots: Iterable[Lot], sellers: Iterable[UUID]
) -> None:
    """Whatever the tonnes; as the engine. Raises WindowPassed, TooManySuppliers."""
    refuse_passed(spec, lots, clock.today(work.at))
    await refuse_many(work, buyer, spec_id, spec, sellers)
