"""The form of an offer, a bid or a tender: shares in per cent, analytes by their names, rows that somebody filled.

A page may offer rows for what a spec limits. `_given` says with what texts: a row that still says no more is none.
"""

import contextlib
import re
from collections.abc import Iterator
from typing import Any, Final

from market.console import forms, pointing
from market.console.pasting import names
from market.console.pasting.cells import fold
from market.console.typed import Typed, percent
from market.console.upgrade_offers.form import share

SCHEDULE: Final = "/schedule"
RELAXATIONS: Final = "/relaxations"
STEPS: Final = "/steps"
DEDUCTIONS: Final = "/contract/deductions"
SPLITTING: Final = "/contract/splitting"
TABLES: Final = (SCHEDULE, RELAXATIONS, STEPS, DEDUCTIONS, SPLITTING)
GIVEN: Final = "_given"
_SHARES: Final = re.compile(r"/steps/[0-9]+/(yield|removal/[0-9]+/(fraction|uncertainty))", re.ASCII)
_NUMBERS: Final = re.compile(
    r"/price/amount|/(min_)?tonnes|/schedule/[0-9]+/tonnes|/relaxations/[0-9]+/(limit|relax_to)"
    r"|/contract/(claim_days|grace_days|receipt_days|result_days|weight_tolerance_percent|moisture_above_percent)"
    r"|/contract/deductions/[0-9]+/(from|per|amount)|/contract/splitting/[0-9]+/limit",
    re.ASCII,
)
_ANALYTE: Final = re.compile(r"/(steps/[0-9]+/removal|contract/(deductions|splitting))/[0-9]+/analyte", re.ASCII)
_UNIT: Final = re.compile(r"/contract/(deductions|splitting)/[0-9]+/unit", re.ASCII)
_KEEPS: Final = re.compile(r"/steps/[0-9]+/keeps", re.ASCII)
_LISTS: Final = frozenset({"/lot_ids"})


def draft(typed: Typed, type_: Any) -> Any:
    """What was typed as a value of the API's own type. Raises Refusal that names the field."""
    return forms.draft(fields(typed), type_)


@contextlib.contextmanager
def as_typed(typed: Typed) -> Iterator[None]:
    """Raises what is raised inside, with the numbers of rows as they stand in the form."""
    kept = filled(typed)
    with pointing.as_typed(kept, _removals(kept)), pointing.as_typed(kept, TABLES):
        yield


def fields(typed: Typed) -> Iterator[tuple[str, str]]:
    """With the kinds that `forms` reads; names of analytes as codes, per cent as shares."""
    for pointer, text in filled(typed).items():
        if not text.strip():
            continue
        if _SHARES.fullmatch(pointer):
            yield f"{pointer}:number", share(text)
        elif _NUMBERS.fullmatch(pointer):
            yield f"{pointer}:number", text
        elif _ANALYTE.fullmatch(pointer):
            known = names.codes(text)
            yield pointer, known[0] if len(known) == 1 else text
        elif _KEEPS.fullmatch(pointer):
            yield f"{pointer}:list", "\n".join(names.codes(text))
        elif _UNIT.fullmatch(pointer):
            yield pointer, names.units().get(fold(text), text)
        elif pointer in _LISTS:
            yield f"{pointer}:list", text
        else:
            yield pointer, text


def filled(typed: Typed) -> Typed:
    """Without rows in which nothing stands but what the page itself put there."""
    kept = Typed(typed.values)
    given = set(kept.values.get(GIVEN, ()))
    for table in (*_removals(kept), *TABLES):
        for row in kept.rows(table):
            if not _says_more(kept, table, row, given):
                kept.drop(table, row)
    for row in kept.rows(RELAXATIONS):
        # a limit gives way where it is said to where; which one it is, is the number of its row
        if not kept.text(f"{RELAXATIONS}/{row}/relax_to").strip():
            kept.drop(RELAXATIONS, row)
        elif not kept.text(f"{RELAXATIONS}/{row}/limit").strip():
            kept.put(f"{RELAXATIONS}/{row}/limit", str(row))
    return kept


def typed(document: Any) -> Typed:
    """The fields of stored terms; what gives way stands in the row of its limit."""
    made = Typed.of_document(document)
    for name in list(made.values):
        if _SHARES.fullmatch(name):
            made.put(name, percent(made.text(name)))
        elif _KEEPS.fullmatch(name):
            made.put(name, ", ".join(made.values[name]))
    moved = [
        (made.text(f"{RELAXATIONS}/{row}/limit"), made.text(f"{RELAXATIONS}/{row}/relax_to"))
        for row in made.rows(RELAXATIONS)
    ]
    for row in made.rows(RELAXATIONS):
        made.drop(RELAXATIONS, row)
    for limit, to in moved:
        made.put(f"{RELAXATIONS}/{limit}/relax_to", to)
    return made


def _says_more(typed: Typed, table: str, row: int, given: set[str]) -> bool:
    at = f"{table}/{row}/"
    return any(
        text.strip() and f"{name}={text}" not in given
        for name, texts in typed.values.items()
        if name.startswith(at)
        for text in texts
    )


def _removals(typed: Typed) -> tuple[str, ...]:
    return tuple(f"{STEPS}/{row}/removal" for row in typed.rows(STEPS))
