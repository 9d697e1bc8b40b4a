"""A portion arrives: what the weighbridge shows and what was measured of it, typed or pasted, on a page of its own."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from market.console import assay_rows, forms, posted, rendering, results_form
from market.console.assay_rows import ASSAYS
from market.console.deals.acting import AT, Sent, asking, run
from market.console.pointing import as_typed
from market.console.reading import decoded
from market.console.screen import Screen
from market.console.typed import Typed
from market.console.visit import Visit
from market.deals.contract.structs import ContractTerms
from market.deals.deliveries.machine import Act
from market.deals.deliveries.structs import Delivery, ReceiptDraft
from market.deals.structs import Deal
from market.http.deals import PARTIES
from matching.evaluation import LimitResult
from matching.values import Basis
from specs.kit import clock
from specs.kit.tenancy import Role

RECEIVING: Final = Screen(kinds=PARTIES, scope="deals:write")
_ONE: Final = "/deals/{id:uuid}/deliveries/{inner:uuid}/receive"


class Wanted(msgspec.Struct, frozen=True):
    """What is to be measured of a portion, in the unit and basis in which it is judged or paid by."""

    analyte: str
    unit: str
    basis: Basis | None = None


class Portion(msgspec.Struct, frozen=True, kw_only=True):
    """A portion, of which deal, and what its limits and its contract speak of."""

    deal: Deal
    delivery: Delivery
    wanted: tuple[Wanted, ...]


@get(_ONE, opt={"screen": RECEIVING})
async def ask(id: FromPath[UUID], inner: FromPath[UUID], request: Visit) -> Response[Any]:
    """With a row for each analyte that the agreed limits and the deductions name."""
    portion = await _portion(request, id, inner)
    if Act.RECEIVE not in portion.delivery.allowed:
        return rendering.see(request, _then(id, inner))
    typed = results_form.waiting(portion.wanted)
    typed.put("_of", portion.delivery.updated_at.isoformat())
    typed.put("_seen", clock.now().isoformat())
    return _form(request, portion, typed)


@post(f"{_ONE}/editor", status_code=200, opt={"screen": RECEIVING})
async def change(id: FromPath[UUID], inner: FromPath[UUID], request: Visit) -> Response[Any]:
    """The form again after one of its own buttons; nothing is stored, and nothing typed is lost."""
    portion = await _portion(request, id, inner)
    done = await results_form.changed(request)
    return _form(request, portion, done.typed, pasted=done.pasted)


@post("/deliveries/check", status_code=200, opt={"screen": RECEIVING})
async def check(request: Visit) -> Response[Any]:
    """What is to be said beside each result, while someone types."""
    return await results_form.noted(request)


@post(_ONE, status_code=200, opt={"screen": RECEIVING})
async def receive(id: FromPath[UUID], inner: FromPath[UUID], request: Visit) -> Response[Any]:
    """Weighed and judged: what the contract makes of it is seen before anyone decides. Rows without a result go."""
    typed = await posted.typed(request)
    request.drawn(lambda: _again(request, id, inner, typed))
    return await run(request, id, _receive, "deliveries", inner, then=_then(id, inner))


async def _receive(sent: Sent) -> Any:
    typed = Typed.of_form(sent.fields)
    assay_rows.drop_waiting(typed)
    with as_typed(typed, (ASSAYS,)):
        draft = forms.draft(results_form.fields(typed, "/received_on", ("/tonnes",)), ReceiptDraft)
        return await sent.parts.deliveries.receive(*sent.noun, draft)


async def _again(request: Visit, deal: UUID, delivery: UUID, typed: Typed) -> Response[Any]:
    return _form(request, await _portion(request, deal, delivery), typed)


def wanted(limits: Iterable[LimitResult], terms: ContractTerms | None) -> tuple[Wanted, ...]:
    """Each analyte once: as a limit on it alone has it, else one on a sum, else as it is paid by."""
    found: dict[str, Wanted] = {}
    for limit in sorted(limits, key=lambda limit: len(limit.analytes)):
        for analyte in limit.analytes:
            found.setdefault(analyte, Wanted(analyte, limit.unit, limit.basis))
    for one in terms.deductions if terms else ():
        found.setdefault(one.analyte, Wanted(one.analyte, one.unit, one.basis))
    if terms and terms.moisture_above_percent is not None:
        found.setdefault("moisture", Wanted("moisture", "%"))
    return tuple(found.values())


async def _portion(request: Visit, deal: UUID, delivery: UUID) -> Portion:
    parts, who = request.parts, asking(request)
    async with request.opened() as work:
        found = decoded(await parts.deals.read(work, who, deal), Deal)
        await work.as_role(Role.TENANT)
        one = decoded(await parts.deliveries.read(work, who, deal, delivery), Delivery)
        await work.as_role(Role.TENANT)
        contract = await parts.deals.contract(work, who, deal)
    lots = {lot.lot.id: lot.evaluation.limits for leg in found.legs for lot in leg.lots}
    terms = next((leg.terms for leg in contract.legs if leg.leg_id == one.leg_id), None)
    return Portion(deal=found, delivery=one, wanted=wanted(lots.get(one.lot_id, ()), terms))


def _then(deal: UUID, delivery: UUID) -> str:
    return f"{AT.format(id=deal)}#delivery-{delivery}"


def _form(request: Visit, portion: Portion, typed: Typed, **holes: Any) -> Response[Any]:
    templates = ("deliveries/form.html", "deliveries/receive.html")
    return results_form.shown(request, typed, *templates, portion=portion, **holes)


handlers = [ask, change, check, receive]
