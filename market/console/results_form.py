"""What every form with a table of results does: how it is drawn, its own buttons, and what is said while one types."""

import asyncio
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from litestar import Response

from market.console import assay_rows, posted, rendering
from market.console.assay_rows import ASSAYS, Done, Measurable
from market.console.pasting import days
from market.console.spec_choices import choices
from market.console.typed import Typed
from market.console.visit import Visit


def waiting(wanted: Iterable[Measurable]) -> Typed:
    """A form with a row for each result that is to come."""
    typed = Typed()
    for row, one in enumerate(wanted):
        assay_rows.wait_for(typed, row, one)
    return typed


async def changed(request: Visit) -> Done:
    """After one of the form's own buttons: a pasted table comes in the place of the rows that wait."""
    typed = await posted.typed(request)
    if typed.text("_do") == "paste":
        assay_rows.drop_waiting(typed)
    return await done(typed, typed.text("_do"))


async def done(typed: Typed, action: str) -> Done:
    """As `assay_rows.do`, in a thread: the longest table that is taken is read for a second or two."""
    return await asyncio.to_thread(assay_rows.do, typed, action)


async def noted(request: Visit) -> Response[Any]:
    """What is to be said beside each result, while someone types."""
    typed = await posted.typed(request)
    return rendering.page(request, "assays/notes.html", notes=assay_rows.notes(typed, request.language))


def fields(typed: Typed, day: str, numbers: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """With the kinds that `forms` reads; `day` is the field of a day of any writing, `numbers` those of measures."""
    for pointer, said in typed.items():
        if not said.strip():
            continue
        if pointer.startswith(f"{ASSAYS}/"):
            yield from assay_rows.fields(pointer, said)
        elif pointer in numbers:
            yield f"{pointer}:number", said
        elif pointer == day and (found := days.day(said)):
            yield pointer, found.isoformat()
        else:
            yield pointer, said


def shown(
    request: Visit, typed: Typed, form: str, whole: str, *, material: str = "", status: int = 200, **holes: Any
) -> Response[Any]:
    """The template `form` where htmx asks for the form alone, else the `whole` page around it."""
    return rendering.page(
        request,
        form if request.partial else whole,
        status=status,
        headers=rendering.beside(request, "#editor", "outerHTML"),
        typed=typed,
        notes=assay_rows.notes(typed, request.language),
        choices=choices(material, request.language),
        **{"pasted": None, **holes},
    )
