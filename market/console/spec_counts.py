"""What the form of a spec would get, or why that cannot be said yet."""

import re
from datetime import timedelta
from typing import Final

import msgspec

from market.console import forms, spec_form, text
from market.console.fault_words import reason
from market.console.pointing import as_typed
from market.console.spec_form import LIMITS, SCHEDULE
from market.console.typed import Typed
from market.console.visit import Visit
from market.http.refusal import FieldError, Refusal
from market.matches.errors import NotOpen
from matching.counting import Count
from matching.listings import Spec
from specs.kit import clock
from specs.kit.errors import Invalid

# of a spec without days, what is to be had within a year counts
_YEAR: Final = timedelta(days=365)
_ROW: Final = re.compile(r"/limits/(?P<row>[0-9]+)(/(?P<what>\w+)|$)", re.ASCII)
# how the columns of the limits are headed
_COLUMNS: Final = {
    "analytes": "specs.analyte",
    "min": "editor.at_least",
    "max": "editor.at_most",
    "exclusive_min": "editor.above",
    "exclusive_max": "editor.below",
    "unit": "editor.unit",
    "basis": "specs.basis",
}


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """`count` of `spec`; `reasons` say what of the form was left out of it, or where there is none, why."""

    count: Count | None = None
    spec: Spec | None = None
    reasons: tuple[str, ...] = ()
    unverified: bool = False

    @property
    def rounded(self) -> bool:
        """Whether the question was judged otherwise than it was typed."""
        return (
            self.count is not None
            and self.spec is not None
            and (self.count.asked.limits, self.count.asked.confidence) != (self.spec.limits, self.spec.confidence)
        )


class _Wrong(msgspec.Struct, frozen=True):
    """What stands in the way: where in the form, and why."""

    pointer: str
    reason: str

    @property
    def row(self) -> int | None:
        """The row of the limits that it is in."""
        found = _ROW.match(self.pointer)
        return int(found["row"]) if found else None


async def of(visit: Visit, typed: Typed) -> Counted:
    """Never a refusal: a half-typed spec is nothing wrong. Lines that cannot be judged yet are left out and told."""
    if not typed.text("/material").strip():
        return Counted()
    rest, reasons = Typed(typed.values), list[str]()
    # what is no number is told before what cannot be meant, so there may be lines left to leave out
    while not isinstance(found := await _count(visit, rest), Counted):
        reasons += (_said(visit, typed, wrong) for wrong in found)
        rows = {wrong.row for wrong in found}
        if None in rows:
            return Counted(reasons=tuple(reasons))
        for row in rows:
            rest.drop(LIMITS, row or 0)
    return msgspec.structs.replace(found, reasons=tuple(reasons)) if reasons else found


async def _count(visit: Visit, typed: Typed) -> Counted | tuple[_Wrong, ...]:
    today = clock.today(clock.now())
    try:
        with as_typed(typed, (LIMITS, SCHEDULE)):
            spec = spec_form.counted(typed, today.isoformat(), (today + _YEAR).isoformat())
            found = await visit.parts.matches.count(visit.opened, visit.principal, spec)
    except NotOpen:
        return Counted(unverified=True)
    except Invalid as invalid:
        told = (FieldError(pointer=one.pointer, code=one.code, params=dict(one.params)) for one in invalid.faults)
        return tuple(_wrong(visit, error) for error in told)
    except Refusal as refused:
        return tuple(_wrong(visit, error) for error in refused.errors)
    return Counted(count=found, spec=spec)


def _wrong(visit: Visit, error: FieldError) -> _Wrong:
    return _Wrong(error.pointer or "", reason(error, visit.language))


def _said(visit: Visit, typed: Typed, wrong: _Wrong) -> str:
    """By the line or the field that people see."""
    if wrong.row is not None:
        place = _cell(visit, typed.rows(LIMITS).index(wrong.row) + 1, wrong.pointer)
    else:
        name = wrong.pointer.removeprefix("/").partition("/")[0]
        known = name in forms.names_of_fields(Spec)
        place = text.text(visit.language, f"editor.field_{name}") if known else wrong.pointer
    return f"{place}: {wrong.reason}"


def _cell(visit: Visit, line: int, pointer: str) -> str:
    found = _ROW.match(pointer)
    column = _COLUMNS.get(found["what"] or "") if found else None
    if column is None:
        return text.text(visit.language, "editor.line", n=line)
    return text.text(visit.language, "editor.row", n=line, what=text.text(visit.language, column))
