"""Saving a spec from its form: a new draft, a new revision, or what two who edited at once have to see.

What only the other changed is taken over into the form, what only oneself changed stays, and what both changed stays
as typed and is shown beside theirs. Nothing is stored until the form is sent again, on the newest version.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from market.console import spec_form
from market.console.pointing import as_typed
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


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A field that another changed: as it was, as they have it, as it was typed here; `both` where all three differ."""

    field: str
    before: Any
    theirs: Any
    mine: Any
    both: bool


class Clash(msgspec.Struct, frozen=True, kw_only=True):
    """Someone else saved meanwhile. `typed` is the form with what only they changed."""

    who: str | None
    when: datetime
    differences: tuple[Difference, ...]
    typed: Typed
    rev: int
    version: int


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


async def save(visit: Visit, listing: UUID, typed: Typed) -> Clash | None:
    """A new revision; a clash where it is no more what was opened. Raises Refusal, Invalid and what a patch raises."""
    opened = int(typed.text("_version") or 0)
    with as_typed(typed, _TABLES):
        mine = spec_form.spec(typed)
        try:
            async with visit.opened() as work:
                now = await stored(work, listing)
                await SPECS.patch(work, listing, spec_form.patch(now.content, mine), (opened,))
        except VersionMismatch:
            return await _clash(visit, listing, typed, mine)
    return None


async def _clash(visit: Visit, listing: UUID, typed: Typed, mine: Spec) -> Clash:
    async with visit.opened() as work:
        now = await stored(work, listing)
        revision = wire.plain(await SPECS.revision(work, listing, int(typed.text("_rev") or now.spec.rev)))
        who = await author(work, "spec", listing, now.spec.rev)
    before, theirs, own = revision["content"], now.content, wire.plain(wire.encode(mine))
    merged = Typed(spec_form.typed(own).values)
    differences = []
    for name in spec_form.changed(before, theirs, spec_form.names_of_fields()):
        if own.get(name) == before.get(name):
            _take_over(merged, name, theirs)
        both = own.get(name) != before.get(name) and own.get(name) != theirs.get(name)
        differences.append(
            Difference(field=name, before=before.get(name), theirs=theirs.get(name), mine=own.get(name), both=both)
        )
    return Clash(
        who=who,
        when=now.spec.updated_at,
        differences=tuple(differences),
        typed=merged,
        rev=now.spec.rev,
        version=now.version,
    )


def _take_over(merged: Typed, name: str, theirs: Any) -> None:
    at = f"/{name}"
    kept = {key: texts for key, texts in merged.values.items() if key != at and not key.startswith(f"{at}/")}
    merged.values = kept | spec_form.typed({name: theirs.get(name)}).values
