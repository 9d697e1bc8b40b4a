"""Saving a processor's offer from its form. An offer has no revisions: its form carries what was opened."""

from typing import Any, Final
from uuid import UUID

from litestar import Response

from market.console import revising
from market.console.editing import versions
from market.console.forms import names_of_fields
from market.console.pointing import as_typed
from market.console.reading import decoded
from market.console.revising import Clash, Three
from market.console.sending import once
from market.console.typed import Typed
from market.console.upgrade_offers import form
from market.console.visit import Visit
from matching.upgrading.offer import OfferedStep
from specs.kit import wire
from specs.kit.errors import NotFound, VersionMismatch
from specs.kit.idempotency import Answer
from specs.kit.tenancy import Work
from specs.offer import service as offers
from specs.offer.structs import OfferListing

_ADDED: Final = frozenset(OfferListing.__struct_fields__) - frozenset(OfferedStep.__struct_fields__)


async def own(work: Work, offer: UUID, language: str) -> Answer:
    """One's own. Raises NotFound for another's, which the API shows redacted."""
    answer = await offers.read(work, offer, language)
    if answer.redacted:
        raise NotFound
    return answer


def opened(answer: Answer) -> Typed:
    """The fields of a stored offer, with what its save has to be held against."""
    content = _content(answer)
    typed = form.typed(content)
    typed.put("_id", str(answer.id))
    typed.put("_version", str(answer.version))
    typed.put("_was", wire.encode(content).decode())
    return typed


async def save(visit: Visit, offer: UUID, typed: Typed) -> Response[Any] | Clash:
    """Changed, and on to it; a clash where it is no more what was opened.

    Raises Refusal, Invalid and what a patch raises.
    """
    opened = versions(typed.items()) or ()
    with as_typed(typed, (form.REMOVAL,)):
        mine = form.offer(typed)

        async def patched(work: Work) -> str:
            now = _content(await own(work, offer, visit.language))
            await offers.patch(work, offer, revising.patch(now, mine), visit.language, opened)
            return f"/console/upgrade-offers/{offer}"

        try:
            return await once(visit, patched)
        except VersionMismatch:
            return await _clash(visit, offer, typed, mine)


async def _clash(visit: Visit, offer: UUID, typed: Typed, mine: OfferedStep) -> Clash:
    async with visit.opened() as work:
        now = await own(work, offer, visit.language)
    theirs = _content(now)
    before = wire.plain(typed.text("_was")) if typed.text("_was") else theirs
    merged = revising.merged(
        Three(before=before, theirs=theirs, own=wire.plain(wire.encode(mine))), names_of_fields(OfferedStep), form.typed
    )
    for name, said in (("_id", str(offer)), ("_version", str(now.version)), ("_was", wire.encode(theirs).decode())):
        merged.typed.put(name, said)
    return Clash(
        who=None,
        when=decoded(now, OfferListing).updated_at,
        differences=merged.differences,
        typed=merged.typed,
        rev=now.rev,
        version=now.version,
    )


def _content(answer: Answer) -> Any:
    return {name: value for name, value in wire.plain(answer.body).items() if name not in _ADDED}
