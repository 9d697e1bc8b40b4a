"""The form of a processor's offer: shares are typed in per cent, lists one a line."""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from market.console import forms
from market.console.pasting import names
from market.console.pasting.cells import narrow
from market.console.typed import Typed, percent
from matching.upgrading.offer import OfferedStep

REMOVAL: Final = "/removal"
_SHARES: Final = re.compile(r"/yield|/removal/[0-9]+/(fraction|uncertainty)", re.ASCII)
_NUMBERS: Final = frozenset(
    {"/capacity_tonnes", "/fee/amount", "/residue/charge/amount", "/residue/credit/amount", "/co2_kg_per_t"}
)
_COORDINATES: Final = frozenset({"/location/lat", "/location/lon"})
_LISTS: Final = frozenset({"/evidence", "/materials", "/families", "/forms"})
_ANALYTE: Final = re.compile(r"/removal/[0-9]+/analyte", re.ASCII)


def offer(typed: Typed) -> OfferedStep:
    """What was typed as an offer. Raises Refusal that names the field."""
    found: OfferedStep = forms.draft(fields(typed), OfferedStep)
    return found


def fields(typed: Typed) -> Iterator[tuple[str, str]]:
    """With the kinds that `forms` reads; names of analytes as codes, per cent as shares."""
    for pointer, said in typed.items():
        if not said.strip():
            continue
        if _SHARES.fullmatch(pointer):
            yield f"{pointer}:number", share(said)
        elif pointer in _NUMBERS or pointer in _COORDINATES:
            yield f"{pointer}:number", said
        elif pointer in _LISTS:
            yield f"{pointer}:list", said
        elif pointer == "/keeps":
            yield "/keeps:list", "\n".join(names.codes(said))
        elif _ANALYTE.fullmatch(pointer):
            yield pointer, "".join(names.codes(said)[:1]) or said
        else:
            yield pointer, said


def share(said: str) -> str:
    """70 (per cent) is 0.7; what is no number stays as it is, to be refused."""
    try:
        return str(Decimal(narrow(said).rstrip("% ")) / 100)
    except InvalidOperation:
        return said


def typed(document: Any) -> Typed:
    """The fields of a stored offer."""
    made = Typed.of_document(document)
    for name in list(made.values):
        if _SHARES.fullmatch(name):
            made.put(name, percent(made.text(name)))
    for name in ("/keeps", "/evidence"):
        if name in made.values:
            made.put(name, "\n".join(made.values[name]))
    return made


def fresh() -> Typed:
    """An empty form."""
    made = Typed()
    for row in range(2):
        made.put(f"{REMOVAL}/{row}/analyte", "")
    return made
