"""The table of a laboratory's results in a form: its rows, what is pasted into it, and what is to be said beside each.

Shared by whoever types results: the lot editor, and the laboratory that decides on a sample.
"""

import itertools
import re
from collections.abc import Iterator
from typing import Final, Protocol

import msgspec

from market.console import conditions, forms
from market.console.fault_words import reason
from market.console.pasting import days, names, results
from market.console.pasting.results import Pasted
from market.console.text import Language, text, text_of
from market.console.typed import Fields, Typed
from market.http.refusal import FieldError, Refusal
from matching.measure_faults import assay_faults
from matching.values import Assay, Basis
from specs.catalogue.loader import catalogue

ASSAYS: Final = "/assays"
PASTE: Final = "_paste"
COVERAGE: Final = "_coverage"
_PART: Final = re.compile(r"/assays/(?P<row>[0-9]+)/(?P<what>[a-z_]+)", re.ASCII)
_NUMBERS: Final = frozenset({"value", "low", "high", "uncertainty"})
# parts of a result that other tables have too
_LABELS: Final = {"unit": "editor.unit", "basis": "specs.basis", "conditions": "editor.conditions"}
_NAMELESS: Final = frozenset({"analyte", "sum"})
# what has to be filled in before a doubt is settled; the others stand until their row goes
_SETTLED_BY: Final = {
    "no_unit": ("unit",),
    "two_units": ("unit",),
    "unit": ("unit",),
    "two_bases": ("basis",),
    "date": ("sampled_on",),
    "uncertainty": ("uncertainty",),
    **dict.fromkeys(
        ("nd_without_limit", "trace", "decimal_comma", "cell", "no_value", "two_values"), ("value", "low", "high")
    ),
}


class Measurable(Protocol):
    """What a result is waited for of."""

    @property
    def analyte(self) -> str: ...

    @property
    def unit(self) -> str: ...

    @property
    def basis(self) -> Basis | None: ...


class Done(msgspec.Struct, frozen=True):
    """The form afterwards, and what a paste has brought."""

    typed: Typed
    pasted: Pasted | None = None


def fresh(typed: Typed, rows: int = 3) -> None:
    """Blank rows to begin with."""
    for row in range(rows):
        typed.put(f"{ASSAYS}/{row}/analyte", "")


def wait_for(typed: Typed, row: int, wanted: Measurable) -> None:
    """A row that lacks its result only."""
    typed.put(f"{ASSAYS}/{row}/analyte", wanted.analyte)
    typed.put(f"{ASSAYS}/{row}/unit", wanted.unit)
    if wanted.basis is not None:
        typed.put(f"{ASSAYS}/{row}/basis", wanted.basis.value)


def drop_waiting(typed: Typed) -> None:
    """Without the rows that have no result: a pasted table comes instead of them, or not all was measured."""
    for row in typed.rows(ASSAYS):
        at = f"{ASSAYS}/{row}"
        if not any(typed.text(f"{at}/{name}").strip() for name in _NUMBERS):
            typed.drop(ASSAYS, row)


def do(typed: Typed, action: str) -> Done:
    """`action` is the value of the button: `row`, `drop:3`, `paste`. One that nobody knows changes nothing."""
    name, _, row = action.partition(":")
    match name:
        case "row":
            typed.put(f"{ASSAYS}/{typed.next_row(ASSAYS)}/analyte", "")
        case "drop" if row.isascii() and row.isdigit():
            typed.drop(ASSAYS, int(row))
            typed.values.pop(f"_doubt-{int(row)}", None)
        case "paste":
            return _paste(typed)
        case _:
            pass
    return Done(typed)


def _paste(typed: Typed) -> Done:
    coverage = typed.text(COVERAGE)
    found = results.read(typed.pasted(PASTE), int(coverage) if coverage in {"1", "2", "3"} else None)
    at: dict[int, int] = {}
    empty = [row for row in typed.rows(ASSAYS) if not typed.filled(ASSAYS, row)]
    rows = itertools.chain(empty, itertools.count(typed.next_row(ASSAYS)))
    for i, result in enumerate(found.results):
        at[i] = next(rows)
        typed.put(f"{ASSAYS}/{at[i]}/analyte", result.analyte)
        for name, value in result.fields.items():
            typed.put(f"{ASSAYS}/{at[i]}/{name}", value)
        typed.values.pop(f"_doubt-{at[i]}", None)
    for doubt in found.doubts:
        if doubt.of is not None and doubt.of in at:
            name = f"_doubt-{at[doubt.of]}"
            typed.put(name, *typed.values.get(name, ()), f"{doubt.code}|{doubt.text}")
    typed.put(PASTE, "")
    return Done(typed, found)


def fields(pointer: str, said: str) -> Iterator[tuple[str, str]]:
    """A field of the table with the kind that `forms` reads: names as codes, days of any writing as dates."""
    part = _PART.fullmatch(pointer)
    what = part["what"] if part else ""
    if what == "analyte":
        codes = names.codes(said)
        yield pointer, codes[0] if len(codes) == 1 else said
    elif what == "conditions":
        yield from conditions.fields(pointer, said)
    elif what == "sampled_on":
        found = days.day(said)
        yield pointer, found.isoformat() if found else said
    elif what in _NUMBERS:
        yield f"{pointer}:number", said
    else:
        yield pointer, said


def notes(typed: Typed, language: Language) -> dict[int, tuple[str, ...]]:
    """Beside each row: what was not understood of it and is not settled yet, and what cannot be."""
    found = {}
    parts = typed.by_row(ASSAYS)
    for row in typed.rows(ASSAYS):
        standing = [(code, said) for code, said in _doubts(typed, row) if not _settled(typed, row, code)]
        doubts = [text(language, f"assays.doubt_{code}", text=said) for code, said in standing]
        # a name that nobody knows is said once
        named = not any(code in _NAMELESS for code, _ in standing)
        found[row] = (*doubts, *(_faults(typed, row, parts[row], language) if named else ()))
    return found


def _doubts(typed: Typed, row: int) -> Iterator[tuple[str, str]]:
    for kept in typed.values.get(f"_doubt-{row}", ()):
        code, _, said = kept.partition("|")
        if code in KNOWN:
            yield code, said


def _settled(typed: Typed, row: int, code: str) -> bool:
    if code in _NAMELESS:
        codes = names.codes(typed.text(f"{ASSAYS}/{row}/analyte"))
        known = catalogue()
        return len(codes) == 1 and (codes[0] in known.analytes or codes[0] in known.oxides)
    return any(typed.text(f"{ASSAYS}/{row}/{name}").strip() for name in _SETTLED_BY.get(code, ()))


def _faults(typed: Typed, row: int, parts: Fields, language: Language) -> Iterator[str]:
    """What the engine would refuse, as soon as there is something to judge."""
    at = f"{ASSAYS}/{row}"
    measured = typed.text(f"{at}/value").strip() or typed.text(f"{at}/low").strip()
    if not (measured and typed.text(f"{at}/analyte").strip() and typed.text(f"{at}/unit").strip()):
        return
    filled = [(name, said) for name, said in parts if said.strip()]
    try:
        assay: Assay = forms.draft(
            [(name.removeprefix(at), said) for one in filled for name, said in fields(*one)], Assay
        )
    except Refusal as refused:
        for error in refused.errors:
            part = (error.pointer or "").partition("/")[2].partition("/")[0]
            label = text_of(language, "assays", part) or text(language, _LABELS.get(part, "specs.analyte"))
            yield f"{label}: {reason(error, language)}"
        return
    for fault in assay_faults("", assay, catalogue()):
        yield reason(FieldError(pointer=fault.pointer, code=fault.code, params=fault.params), language)


KNOWN: Final = _NAMELESS | {*_SETTLED_BY, "coverage", "unit_above", "unused", "unread"}
