"""The form of a lot: its fields as the lot that a program would post, and a stored lot as the fields of its form."""

import re
from collections.abc import Iterator
from typing import Any, Final

from market.console import assay_rows, conditions, forms
from market.console.assay_rows import ASSAYS
from market.console.listing_form import ListingForm
from market.console.typed import Typed
from matching.listings import Lot
from specs.lot.service import LOTS
from specs.lot.structs import LotListing

SCHEDULE: Final = "/quantity/schedule"
_NUMBERS: Final = re.compile(
    r"/quantity/(tonnes|min_take_tonnes)|/quantity/schedule/[0-9]+/tonnes|/location/(lat|lon)|/ask_price/amount",
    re.ASCII,
)
_LISTS: Final = frozenset({"/hazards", "/documents"})
# what a price has besides its amount; without one there is no price
_PRICE: Final = "/ask_price/"


def lot(typed: Typed) -> Lot:
    """What was typed as a lot. Raises Refusal that names the field."""
    found: Lot = forms.draft(fields(typed), Lot)
    return found


def fields(typed: Typed) -> Iterator[tuple[str, str]]:
    """With the kinds that `forms` reads."""
    priced = typed.text("/ask_price/amount").strip()
    for pointer, said in typed.items():
        if not said.strip() or (pointer.startswith(_PRICE) and not priced):
            continue
        if pointer.startswith(f"{ASSAYS}/"):
            yield from assay_rows.fields(pointer, said)
        elif _NUMBERS.fullmatch(pointer):
            yield f"{pointer}:number", said
        elif pointer in _LISTS:
            yield f"{pointer}:list", said
        else:
            yield pointer, said
    if priced:
        yield "/ask_price/per", "t"


def typed(document: Any) -> Typed:
    """The fields of a stored lot; results lose the ids of their rows, and get them back where they are unchanged."""
    made = Typed.of_document(document)
    for row in made.rows(ASSAYS):
        conditions.gather(made, f"{ASSAYS}/{row}/conditions")
        made.values.pop(f"{ASSAYS}/{row}/id", None)
        if made.text(f"{ASSAYS}/{row}/operator") == "=":
            made.values.pop(f"{ASSAYS}/{row}/operator")
    return made


def fresh() -> Typed:
    """An empty form, with what a lot has by itself."""
    made = Typed({"/ask_price/currency": ("JPY",), "/ask_price/incoterm": ("EXW",)})
    assay_rows.fresh(made)
    return made


def like(document: Any) -> Typed:
    """The fields of a new lot as a stored one has them: results and months are of that one alone."""
    made = typed({name: value for name, value in document.items() if name != "assays"})
    for row in made.rows(SCHEDULE):
        made.drop(SCHEDULE, row)
    assay_rows.fresh(made)
    return made


def _bare(content: Any) -> Any:
    """Results without their ids."""
    assays = [{name: value for name, value in one.items() if name != "id"} for one in content.get("assays", ())]
    return content | {"assays": assays}


FORM: Final = ListingForm(
    kind="lot",
    service=LOTS,
    shape=LotListing,
    content=Lot,
    filled=lot,
    typed=typed,
    tables=(ASSAYS, SCHEDULE),
    bare=_bare,
)
