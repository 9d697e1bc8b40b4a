"""What the form of a spec would get, or why that cannot be said yet."""

from datetime import timedelta
from typing import Any

import msgspec

from market.console import spec_form
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
_YEAR = timedelta(days=365)


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """`count` of `spec`, or the reasons why there is none: first of the document, then of whoever asks."""

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


async def of(visit: Visit, typed: Typed) -> Counted:
    """Never a refusal: a half-typed spec is nothing wrong."""
    today = clock.today(clock.now())
    if not typed.text("/material").strip():
        return Counted()
    try:
        with as_typed(typed, (LIMITS, SCHEDULE)):
            spec = spec_form.counted(typed, today.isoformat(), (today + _YEAR).isoformat())
            found = await visit.parts.matches.count(visit.opened, visit.principal, spec)
    except NotOpen:
        return Counted(unverified=True)
    except Invalid as invalid:
        return Counted(reasons=tuple(_reason(visit, fault) for fault in invalid.faults))
    except Refusal as refused:
        return Counted(reasons=tuple(_reason(visit, error) for error in refused.errors))
    return Counted(count=found, spec=spec)


def _reason(visit: Visit, fault: Any) -> str:
    return f"{fault.pointer}: {messages.field_reason(fault.code, dict(fault.params), visit.language)}"
