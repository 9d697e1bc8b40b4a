"""Saving a spec from its form: a new draft, a new revision, or what two who edited at once have to see."""

from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Response

from market.console import revising, spec_form
from market.console.pointing import as_typed
from market.console.revising import Clash, Three
from market.console.sending import once
from market.console.spec_form import LIMITS, SCHEDULE
from market.console.typed import Typed
from market.console.visit import Visit
from market.parties.authors import author
from matching.listings import Spec
from specs.kit import wire
from specs.kit.errors import VersionMismatch
from specs.kit.tenancy import Work
from specs.spec.service import SPECS
from specs.spec.structs import SpecListing

_TABLES: Final = (LIMITS, SCHEDULE)
_ADDED: Final = frozenset(SpecListing.__struct_fields__) - frozenset(Spec.__struct_fields__)


class Edited(msgspec.Struct, frozen=True, kw_only=True):
    """A stored spec on its way into a form."""

    spec: SpecListing
    content: Any
    version: int


async def create(work: Work, typed: Typed) -> UUID:
    """A new draft. Raises Refusal and Invalid, with pointers into the form."""
    with as_typed(typed, _TABLES):
        return (await SPECS.create(work, spec_form.spec(typed))).id


async def stored(work: Work, listing: UUID) -> Edited:
    """One's own. Raises NotFound."""
    answer = await SPECS.read(work, listing)
    spec = msgspec.json.decode(answer.body, type=SpecListing)
    content = {name: value for name, value in wire.plain(answer.body).items() if name not in _ADDED}
    return Edited(spec=spec, content=content, version=answer.version)


async def save(visit: Visit, listing: UUID, typed: Typed) -> Response[Any] | Clash:
    """A new revision, and on to it; a clash where it is no more what was opened.

    Raises Refusal, Invalid and what a patch raises.
    """
    opened = typed.count("_version")
    with as_typed(typed, _TABLES):
        mine = spec_form.spec(typed)

        async def patched(work: Work) -> str:
            now = await stored(work, listing)
            await SPECS.patch(work, listing, revising.patch(now.content, mine), (opened,))
            return f"/console/specs/{listing}"

        try:
            return await once(visit, patched)
        except VersionMismatch:
            return await _clash(visit, listing, typed, mine)


async def _clash(visit: Visit, listing: UUID, typed: Typed, mine: Spec) -> Clash:
    async with visit.opened() as work:
        now = await stored(work, listing)
        revision = wire.plain(await SPECS.revision(work, listing, typed.count("_rev") or now.spec.rev))
        who = await author(work, "spec", listing, now.spec.rev)
    own = wire.plain(wire.encode(mine))
    merged = revising.merged(
        Three(before=revision["content"], theirs=now.content, own=own), spec_form.names_of_fields(), spec_form.typed
    )
    return Clash(
        who=who,
        when=now.spec.updated_at,
        differences=merged.differences,
        typed=merged.typed,
        rev=now.spec.rev,
        version=now.version,
    )
