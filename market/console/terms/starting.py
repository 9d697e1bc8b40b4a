"""What a form begins with: the newest terms of the leg, else what the sides have asked for, and rows to fill."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from market.console.terms import form
from market.console.terms.form import DEDUCTIONS, GIVEN, SCHEDULE, SPLITTING, STEPS
from market.console.typed import Typed, said
from market.deals.contract.structs import ContractTerms
from market.deals.offers.structs import Offer
from market.deals.structs import Deal, DealLeg
from market.tenders.structs import Tender
from matching.values import Limit
from specs.kit import wire

# rows that a page offers by itself, for the first so many limits of a spec
_MOST: Final = 6
# months to be filled: the schedule of a quarter
_MONTHS: Final = 3


def of_offer(deal: Deal, leg: DealLeg, past: Sequence[Offer]) -> Typed:
    """An offer on a leg; `past` are the offers made on it, the newest first."""
    if past:
        made = form.typed(_document(past[0].terms))
        for name in ("/message", "/valid_until"):
            made.values.pop(name, None)
        contract = past[0].terms.contract
    else:
        made = form.typed({"relaxations": _document(deal.asked.relaxations)})
        made.put("/tonnes", said(leg.tonnes))
        made.put("/price/currency", "JPY")
        made.put("/price/incoterm", "DAP")
        contract = None
    made.put("/leg_id", str(leg.id))
    _add_contract(made, contract or ContractTerms())
    _offer_rows(made, deal.spec.limits)
    months = len(made.rows(SCHEDULE))
    for row in range(months, max(months + 1, _MONTHS)):
        made.put(f"{SCHEDULE}/{row}/month", "")
    return made


def of_bid(tender: Tender) -> Typed:
    """A bid; what the tender says is there."""
    made = Typed()
    made.put("/price/currency", tender.wanted.currency.value)
    made.put("/price/incoterm", (tender.wanted.incoterm.value if tender.wanted.incoterm else "DAP"))
    made.put("/deliver_from", tender.spec.delivery.from_.isoformat())
    return made


def of_tender(limits: Sequence[Limit], tonnes: float | None) -> Typed:
    """An invitation to bid, under the usual terms."""
    made = Typed()
    made.put("/currency", "JPY")
    if tonnes is not None:
        made.put("/tonnes", said(tonnes))
    _add_contract(made, ContractTerms())
    _offer_rows(made, limits)
    return made


def add_step(typed: Typed) -> int:
    """A blank step with a row for what it takes out; returns its number."""
    row = typed.next_row(STEPS)
    typed.put(f"{STEPS}/{row}/step", "")
    typed.put(f"{STEPS}/{row}/removal/0/analyte", "")
    return row


def _add_contract(made: Typed, contract: ContractTerms) -> None:
    made.values |= Typed.of_document({"contract": _document(contract)}).values


def _offer_rows(made: Typed, limits: Sequence[Limit]) -> None:
    """For what the spec limits: nobody has to look up which analytes there are, nor from where on one deducts."""
    single = [limit for limit in limits if len(limit.analytes) == 1]
    upper = [limit for limit in single if limit.max is not None or limit.exclusive_max is not None]
    for limit in _missing(made, DEDUCTIONS, upper):
        bound = limit.max if limit.max is not None else limit.exclusive_max
        _give(made, DEDUCTIONS, limit, {"from": said(bound)})
    for limit in _missing(made, SPLITTING, single):
        _give(made, SPLITTING, limit, {})
    for table in (DEDUCTIONS, SPLITTING):
        made.put(f"{table}/{made.next_row(table)}/analyte", "")


def _missing(made: Typed, table: str, limits: Sequence[Limit]) -> list[Limit]:
    """One limit of each analyte that the table does not name yet."""
    known = {made.text(f"{table}/{row}/analyte") for row in made.rows(table)}
    first: dict[str, Limit] = {}
    for limit in limits:
        first.setdefault(limit.analytes[0], limit)
    return [limit for code, limit in first.items() if code not in known][:_MOST]


def _give(made: Typed, table: str, limit: Limit, more: dict[str, str]) -> None:
    at = f"{table}/{made.next_row(table)}"
    basis = {"basis": limit.basis.value} if limit.basis and table == DEDUCTIONS else {}
    texts = {"analyte": limit.analytes[0], "unit": limit.unit, **basis, **more}
    for name, text in texts.items():
        made.put(f"{at}/{name}", text)
    given = (f"{at}/{name}={text}" for name, text in texts.items())
    made.put(GIVEN, *made.values.get(GIVEN, ()), *given)


def _document(value: Any) -> Any:
    return wire.plain(wire.encode(value))


def leg_of(deal: Deal, named: UUID | None) -> DealLeg | None:
    """The leg that is named, else the first on which it is the reader's turn; None where there is none to offer on."""
    open_to = [leg for leg in deal.legs if leg.turn.includes(deal.side)]
    return next((leg for leg in open_to if named in (None, leg.id)), None)
