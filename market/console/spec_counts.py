"""What the form of a spec would get, or why that cannot be said yet."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import msgspec

from market.console import spec_form, text
from market.console.pointing import as_typed
from market.console.spec_form import LIMITS, SCHEDULE
from market.console.typed import Typed
from market.console.visit import Visit
from market.http import messages
from market.http.refusal import Refusal
from market.matches.errors import NotOpen
from matching.counting import Count
from matching.listings import Spec
from specs.kit import clock
from specs.kit.errors import Invalid

# of a spec without days, what is to be had within a year counts
_YEAR: Final = timedelta(days=365)
_ROW: Final = re.compile(r"/limits/(?P<row>[0-9]+)(/|$)", re.ASCII)


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
    found = await _count(visit, typed)
    if isinstance(found, Counted):
        return found
    rows = {wrong.row for wrong in found}
    reasons = tuple(_said(visit, typed, wrong) for wrong in found)
    if None in rows:
        return Counted(reasons=reasons)
    rest = Typed(typed.values)
    for row in rows:
        rest.drop(LIMITS, row or 0)
    again = await _count(visit, rest)
    return msgspec.structs.replace(again, reasons=reasons) if isinstance(again, Counted) else Counted(reasons=reasons)


async def _count(visit: Visit, typed: Typed) -> Counted | tuple[_Wrong, ...]:
    today = clock.today(clock.now())
    try:
        with as_typed(typed, (LIMITS, SCHEDULE)):
            spec = spec_form.counted(typed, today.isoformat(), (today + _YEAR).isoformat())
            found = await visit.parts.matches.count(visit.opened, visit.principal, spec)
    except NotOpen:
        return Counted(unverified=True)
    except Invalid as invalid:
        return tuple(_wrong(visit, fault.pointer, fault.code, fault.params) for fault in invalid.faults)
    except Refusal as refused:
        return tuple(_wrong(visit, error.pointer or "", error.code, error.params) for error in refused.errors)
    return Counted(count=found, spec=spec)


def _wrong(visit: Visit, pointer: str, code: str, params: Mapping[str, Any]) -> _Wrong:
    return _Wrong(pointer, messages.field_reason(code, dict(params), visit.language))


def _said(visit: Visit, typed: Typed, wrong: _Wrong) -> str:
    """By the line or the field that people see."""
    if wrong.row is not None:
        place = text.text(visit.language, "editor.line", n=typed.rows(LIMITS).index(wrong.row) + 1)
    else:
        name = wrong.pointer.removeprefix("/").partition("/")[0]
        known = name in spec_form.names_of_fields()
        place = text.text(visit.language, f"editor.field_{name}") if known else wrong.pointer
    return f"{place}: {wrong.reason}"
