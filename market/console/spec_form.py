"""The form of a spec: its fields as the spec that a program would post, and a stored spec as the fields of its form."""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from market.console import conditions, forms
from market.console.listing_form import ListingForm
from market.console.pasting import names
from market.console.pasting.cells import fold, narrow, read
from market.console.typed import Typed, percent
from matching.listings import Spec
from specs.spec.service import SPECS
from specs.spec.structs import SpecListing

LIMITS: Final = "/limits"
SCHEDULE: Final = "/quantity/schedule"
_NUMBERS: Final = re.compile(
    r"/limits/[0-9]+/(min|max|exclusive_min|exclusive_max)|/quantity/(tonnes|min_lot_tonnes|max_suppliers)"
    r"|/quantity/schedule/[0-9]+/tonnes|/delivery/location/(lat|lon)|/max_price/amount|/weights/[a-z]+|/confidence",
    re.ASCII,
)
_LISTS: Final = frozenset(
    {
        "/grades",
        "/forms",
        "/origins",
        "/custody_models",
        "/legal_statuses",
        "/regimes",
        "/refused_hazards",
        "/required_documents",
    }
)
_OF_LIMIT: Final = re.compile(r"/limits/[0-9]+/(?P<what>analytes|unit|min|max|conditions|negotiable)", re.ASCII)
# what a spec always has; a price is none without its amount
_PRICE: Final = "/max_price/"


def spec(typed: Typed) -> Spec:
    """What was typed as a spec. Raises Refusal that names the field."""
    found: Spec = forms.draft(fields(typed), Spec)
    return found


def counted(typed: Typed, today: str, until: str) -> Spec:
    """As `spec`, for a count: what is not there yet stands open, as wide as it can be."""
    wide = Typed(typed.values)
    for pointer, text in (
        ("/quantity/tonnes", "1000000"),
        ("/delivery/from", today),
        ("/delivery/until", until),
        ("/delivery/location/prefecture", "JP-13"),
    ):
        if not wide.text(pointer).strip():
            wide.put(pointer, text)
    return spec(wide)


def fields(typed: Typed) -> Iterator[tuple[str, str]]:
    """With the kinds that `forms` reads; names of analytes as codes, per cent of confidence as a share."""
    priced = typed.text("/max_price/amount").strip()
    for pointer, text in typed.items():
        if not text.strip() or (pointer.startswith(_PRICE) and not priced):
            continue
        part = _OF_LIMIT.fullmatch(pointer)
        if part is not None:
            yield from _of_limit(pointer, part["what"], text)
        elif pointer == "/confidence":
            yield "/confidence:number", _share(text)
        elif _NUMBERS.fullmatch(pointer):
            yield f"{pointer}:number", text
        elif pointer in _LISTS:
            yield f"{pointer}:list", text
        else:
            yield pointer, text
    if priced:
        yield "/max_price/per", "t"


def _of_limit(pointer: str, what: str, text: str) -> Iterator[tuple[str, str]]:
    if what == "analytes":
        yield f"{pointer}:list", "\n".join(names.codes(text))
    elif what == "unit":
        yield pointer, names.units().get(fold(text), text)
    elif what in {"min", "max"}:
        yield _end(pointer, what, text)
    elif what == "negotiable":
        yield f"{pointer}:boolean", text
    else:
        yield from conditions.fields(pointer, text)


def _end(pointer: str, side: str, text: str) -> tuple[str, str]:
    """`<0.002` among the upper ends is below it, `≦50` at most it; what says another end stays, to be refused."""
    cell = read(text, {})
    match [(end, number) for end, number in cell.ends.items() if end.endswith(side)]:
        case [(end, number)] if cell.trouble is None and len(cell.ends) == 1:
            return f"{pointer.removesuffix(side)}{end}:number", number
    return f"{pointer}:number", text


def _share(text: str) -> str:
    """95 (per cent) is 0.95; what is no number stays as it is, to be refused."""
    try:
        return str(Decimal(narrow(text).rstrip("% ")) / 100)
    except InvalidOperation:
        return text


def typed(document: Any) -> Typed:
    """The fields of a stored spec: sums and conditions in one field each, the confidence in per cent."""
    made = Typed.of_document(document)
    for row in made.rows(LIMITS):
        at = f"{LIMITS}/{row}"
        made.put(f"{at}/analytes", "+".join(made.values.get(f"{at}/analytes", ())))
        conditions.gather(made, f"{at}/conditions")
    if share := made.text("/confidence"):
        made.put("/confidence", percent(share))
    return made


def fresh() -> Typed:
    """An empty form, with what a spec has by itself, and three rows to begin with."""
    made = Typed({"/confidence": ("95",), "/max_price/currency": ("JPY",), "/max_price/incoterm": ("DAP",)})
    for row in range(3):
        made.put(f"{LIMITS}/{row}/analytes", "")
    return made


FORM: Final = ListingForm(
    kind="spec",
    service=SPECS,
    shape=SpecListing,
    content=Spec,
    filled=spec,
    typed=typed,
    tables=(LIMITS, SCHEDULE),
)
