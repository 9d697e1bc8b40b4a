"""Saving a lot from its form: a new draft, a new revision, or what two who edited at once have to see."""

from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Response

from market.console import revising
from market.console.assay_rows import ASSAYS
from market.console.lots import form
from market.console.pointing import as_typed
from market.console.revising import Clash, Three
from market.console.sending import once
from market.console.typed import Typed
from market.console.visit import Visit
from market.parties.authors import author
from matching.listings import Lot
from specs.kit import wire
from specs.kit.errors import VersionMismatch
from specs.kit.tenancy import Work
from specs.lot.service import LOTS
from specs.lot.structs import LotListing

_TABLES: Final = (ASSAYS, form.SCHEDULE)
_ADDED: Final = frozenset(LotListing.__struct_fields__) - frozenset(Lot.__struct_fields__)


class Edited(msgspec.Struct, frozen=True, kw_only=True):
    """A stored lot on its way into a form; `content` has its results without their ids."""

    lot: LotListing
    content: Any
    version: int


async def create(work: Work, typed: Typed, *, publish: bool) -> UUID:
    """A new lot. Raises Refusal and Invalid, with pointers into the form, and WindowPassed."""
    with as_typed(typed, _TABLES):
        return (await LOTS.create(work, form.lot(typed), publish=publish)).id


async def stored(work: Work, listing: UUID) -> Edited:
    """One's own. Raises NotFound."""
    answer = await LOTS.read(work, listing)
    lot = msgspec.json.decode(answer.body, type=LotListing)
    content = {name: value for name, value in wire.plain(answer.body).items() if name not in _ADDED}
    return Edited(lot=lot, content=_bare(content), version=answer.version)


def _bare(content: Any) -> Any:
    assays = [{name: value for name, value in one.items() if name != "id"} for one in content.get("assays", ())]
    return content | {"assays": assays}


async def save(visit: Visit, listing: UUID, typed: Typed) -> Response[Any] | Clash:
    """A new revision, and on to it; a clash where it is no more what was opened.

    Raises Refusal, Invalid and what a patch raises.
    """
    opened = typed.count("_version")
    with as_typed(typed, _TABLES):
        mine = form.lot(typed)

        async def patched(work: Work) -> str:
            now = await stored(work, listing)
            await LOTS.patch(work, listing, revising.patch(now.content, mine), (opened,))
            return f"/console/lots/{listing}"

        try:
            return await once(visit, patched)
        except VersionMismatch:
            return await _clash(visit, listing, typed, mine)


async def _clash(visit: Visit, listing: UUID, typed: Typed, mine: Lot) -> Clash:
    async with visit.opened() as work:
        now = await stored(work, listing)
        revision = wire.plain(await LOTS.revision(work, listing, typed.count("_rev") or now.lot.rev))
        who = await author(work, "lot", listing, now.lot.rev)
    own = wire.plain(wire.encode(mine))
    merged = revising.merged(
        Three(before=_bare(revision["content"]), theirs=now.content, own=own), form.names_of_fields(), form.typed
    )
    return Clash(
        who=who,
        when=now.lot.updated_at,
        differences=merged.differences,
        typed=merged.typed,
        rev=now.lot.rev,
        version=now.version,
    )
