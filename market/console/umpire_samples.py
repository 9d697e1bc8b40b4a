"""A laboratory's day: samples on which it was asked to decide, and the results that it files."""

from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from market.console import forms, posted, rendering, results_form
from market.console.assay_rows import ASSAYS
from market.console.deals.acting import asking
from market.console.editing import Edit, edited
from market.console.pointing import as_typed
from market.console.reading import decoded
from market.console.screen import Screen
from market.console.typed import Typed
from market.console.visit import Visit
from market.deals.samples.machine import Turn
from market.deals.samples.structs import ResultDraft, UmpireSample
from market.parties.structs import OrganisationKind as Kind

LABORATORIES: Final = frozenset({Kind.LABORATORY})
READING: Final = Screen(kinds=LABORATORIES, scope="deals:read")
FILING: Final = Screen(kinds=LABORATORIES, scope="samples:write")
AT: Final = "/console/samples"
_PAGE: Final = 50


@get("/samples", opt={"screen": READING})
async def page(request: Visit) -> Response[Any]:
    """Those that wait for this laboratory, then the others, the newest first."""
    async with request.opened() as work:
        found = await request.parts.samples.asked_page(work, _PAGE, request.query_params.get("cursor"))
    waiting = [one for one in found.items if one.turn is Turn.UMPIRE]
    return rendering.page(
        request,
        "samples/list.html",
        waiting=waiting,
        others=[one for one in found.items if one not in waiting],
        next_cursor=found.next_cursor,
        here=AT,
    )


@get("/samples/{id:uuid}", opt={"screen": READING})
async def read(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """What to measure, with a row for each analyte where a result is still to be filed."""
    sample, version = await _sample(request, id)
    typed = results_form.waiting(sample.analytes)
    typed.put("_version", str(version))
    if request.session is not None:
        typed.put("/laboratory", request.session.organisation)
    return _form(request, sample, typed)


@post("/samples/{id:uuid}/editor", status_code=200, opt={"screen": FILING})
async def change(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """The form again after one of its own buttons; nothing is filed, and nothing typed is lost."""
    sample, _ = await _sample(request, id)
    done = await results_form.changed(request)
    return _form(request, sample, done.typed, pasted=done.pasted)


@post("/samples/check", status_code=200, opt={"screen": FILING})
async def check(request: Visit) -> Response[Any]:
    """What is to be said beside each result, while someone types."""
    return await results_form.noted(request)


@post("/samples/{id:uuid}/results", status_code=200, opt={"screen": FILING})
async def file(id: FromPath[UUID], request: Visit) -> Response[Any]:
    """It is filed once, and decides."""
    sample, _ = await _sample(request, id)
    typed = await posted.typed(request)
    request.drawn(lambda: _form(request, sample, typed))

    async def decided(edit: Edit) -> str:
        with as_typed(typed, (ASSAYS,)):
            draft = forms.draft(results_form.fields(typed, "/measured_on"), ResultDraft)
            await request.parts.samples.decide(edit.work, asking(request, edit.versions), id, draft)
        return f"{AT}/{id}"

    return await edited(request, decided, f"{AT}/{id}")


async def _sample(request: Visit, id: UUID) -> tuple[UmpireSample, int]:
    async with request.opened() as work:
        answer = await request.parts.samples.asked(work, id)
    return decoded(answer, UmpireSample), answer.version


def _form(request: Visit, sample: UmpireSample, typed: Typed, **holes: Any) -> Response[Any]:
    return results_form.shown(request, typed, "samples/form.html", "samples/sample.html", sample=sample, **holes)


handlers = [page, read, change, check, file]
