"""Sliders over a blend: limits, tonnes and confidence moved, each move solved again; nothing is stored."""

import math
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from market.blends.structs import ProposalRequest
from market.blends.what_if import Altered, Asked
from market.console import forms, posted, rendering, spec_form
from market.console.blend_shown import Shown, of_blend
from market.console.spec_blends import BLENDING
from market.console.visit import Visit
from matching.listings import Spec
from matching.units import MASS_FRACTION, dimension
from matching.values import Limit
from specs.catalogue.loader import catalogue
from specs.kit.tenancy import Work
from specs.spec.structs import SpecListing

_ENDS: Final = (("min", "≥"), ("exclusive_min", ">"), ("max", "≤"), ("exclusive_max", "<"))
_STEPS: Final = 100


class Slider(msgspec.Struct, frozen=True, kw_only=True):
    """A number that may be moved between `low` and `high`; `stored` is what the spec says. `analytes` of a limit."""

    name: str
    value: str
    low: float
    high: float
    step: float
    unit: str
    stored: float
    analytes: tuple[str, ...] = ()
    sign: str = ""
    negotiable: bool = True


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """What the sliders say: by limit and end, `tonnes`, and `confidence` in per cent."""

    limits: dict[str, dict[str, float]] = {}
    tonnes: float
    confidence: float


@get("/specs/{id:uuid}/what-if", opt={"screen": BLENDING})
async def page(id: FromPath[UUID], work: NamedDependency[Work], request: Visit) -> Response[Any]:
    """The spec as it is; the first answer is loaded after the page."""
    found = await spec_form.FORM.stored(work, id)
    sliders = _sliders(found.listing, request)
    return rendering.page(
        request, "blends/what_if.html", spec=found.listing, sliders=sliders, tab="blends", answer=None
    )


@post("/specs/{id:uuid}/what-if", status_code=200, opt={"screen": BLENDING})
async def move(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """The best blend for what the sliders say: a fragment, or without a script the whole page again."""
    fields = await posted.fields(request)
    # rows of limits are named by their number, and none is left out: they are an object here, not a list
    said = [(name.replace("/limits/", "/limits/at"), text) for name, text in fields]
    moved = forms.draft([one for one in said if not one[0].startswith(("/sense", "/joint"))], Move)
    how = forms.draft([one for one in fields if one[0].startswith(("/sense", "/joint"))], ProposalRequest)
    async with request.opened() as work:
        spec = (await spec_form.FORM.stored(work, id)).listing
    asked = Asked(spec_id=id, altered=_altered(spec, moved), wish=how.wish, language=request.language)
    answer = await request.parts.what_if.answer(request.opened, request.principal, asked)
    shown = await _shown(request, answer)
    if request.partial:
        return rendering.page(request, "blends/answer.html", shown=shown, limits=asked.altered.limits, spec=spec)
    sliders = _sliders(spec, request, dict(fields))
    return rendering.page(
        request,
        "blends/what_if.html",
        spec=spec,
        sliders=sliders,
        tab="blends",
        answer=shown or "later",
        shown=shown,
        limits=asked.altered.limits,
    )


async def _shown(request: Visit, answer: Any) -> Shown | None:
    if answer is None:
        return None
    async with request.opened() as work:
        return of_blend(answer, await request.parts.matches.lots(work, {take.lot for take in answer.takes}))


def _altered(spec: Spec, moved: Move) -> Altered:
    limits = tuple(
        msgspec.structs.replace(
            limit,
            **{
                end: value
                for end, value in moved.limits.get(f"at{i}", {}).items()
                if getattr(limit, end, None) is not None
            },
        )
        for i, limit in enumerate(spec.limits)
    )
    return Altered(limits=limits, tonnes=moved.tonnes, confidence=moved.confidence / 100.0)


def _sliders(spec: SpecListing, request: Visit, typed: dict[str, str] | None = None) -> tuple[Slider, ...]:
    """One for each end of each limit, then tonnes and confidence; a link may carry values to begin with."""
    given = typed if typed is not None else dict(request.query_params.items())
    found = [
        _slider(f"/limits/{i}/{end}:number", value, limit, sign, given)
        for i, limit in enumerate(spec.limits)
        for end, sign in _ENDS
        if (value := getattr(limit, end)) is not None
    ]
    tonnes = spec.remaining_tonnes or spec.quantity.tonnes
    most, percent = 2 * spec.quantity.tonnes, round(spec.confidence * 100, 4)
    plain = {
        "/tonnes:number": Slider(
            name="/tonnes:number",
            value="",
            low=_round(most / 100),
            high=most,
            step=_round(most / 100),
            unit="t",
            stored=tonnes,
        ),
        "/confidence:number": Slider(
            name="/confidence:number", value="", low=50.0, high=99.9, step=0.1, unit="%", stored=percent
        ),
    }
    found += [
        msgspec.structs.replace(one, value=given.get(name) or f"{one.stored:.10g}") for name, one in plain.items()
    ]
    return tuple(found)


def _slider(name: str, value: float, limit: Limit, sign: str, given: dict[str, str]) -> Slider:
    """From half as strict to twice, measured from the nearer end where shares are limited."""
    unit = catalogue().units.get(limit.unit)
    share = unit is not None and dimension(limit.unit, catalogue()) == MASS_FRACTION
    whole = 100.0 / unit.factor if share and unit is not None else math.inf
    reach = min(abs(value), whole - value) if value < whole else abs(value)
    reach = reach or 1.0
    step = _round(reach / _STEPS)
    return Slider(
        name=name,
        value=given.get(name) or f"{value:.10g}",
        low=max(0.0, value - reach),
        high=min(whole, value + reach),
        step=step,
        unit=limit.unit,
        stored=value,
        analytes=limit.analytes,
        sign=sign,
        negotiable=limit.negotiable,
    )


def _round(value: float) -> float:
    """To one digit, so that a step is one that people count in."""
    return float(f"{value:.1g}") or 0.001


handlers = [page, move]
