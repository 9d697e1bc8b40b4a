"""A listing on its way into a form and out of it: a new revision, or what two who edited at once have to see."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec
from litestar import Response

from market.console import revising
from market.console.editing import versions
from market.console.forms import names_of_fields
from market.console.pointing import as_typed
from market.console.reading import decoded
from market.console.revising import Clash, Three
from market.console.sending import once
from market.console.typed import Typed
from market.console.visit import Visit
from market.matches.current import Kind
from market.parties.authors import author
from specs.kit import wire
from specs.kit.errors import VersionMismatch
from specs.kit.tenancy import Work
from specs.listing.service import Listings
from specs.lot.structs import LotListing
from specs.spec.structs import SpecListing

Listing = TypeVar("Listing", bound=SpecListing | LotListing)
Content = TypeVar("Content", bound=msgspec.Struct)


class Edited(msgspec.Struct, Generic[Listing], frozen=True, kw_only=True):
    """A stored listing; `content` are the JSON values that its form is about."""

    listing: Listing
    content: Any
    version: int


class ListingForm(msgspec.Struct, Generic[Listing, Content], frozen=True, kw_only=True):
    """The form of a kind of listing: `filled` reads it, `typed` fills it from a document, `tables` are its rows."""

    kind: Kind
    service: Listings[Any]
    shape: type[Listing]
    content: type[Content]
    filled: Callable[[Typed], Content]
    typed: Callable[[Any], Typed]
    tables: tuple[str, ...]
    # without what the form does not show
    bare: Callable[[Any], Any] = lambda content: content

    async def create(self, work: Work, typed: Typed, *, publish: bool) -> UUID:
        """A new one. Raises Refusal and Invalid, with pointers into the form, and WindowPassed."""
        with as_typed(typed, self.tables):
            return (await self.service.create(work, self.filled(typed), publish=publish)).id

    async def stored(self, work: Work, listing: UUID) -> Edited[Listing]:
        """One's own. Raises NotFound."""
        answer = await self.service.read(work, listing)
        added = frozenset(self.shape.__struct_fields__) - frozenset(self.content.__struct_fields__)
        content = {name: value for name, value in wire.plain(answer.body).items() if name not in added}
        return Edited(listing=decoded(answer, self.shape), content=self.bare(content), version=answer.version)

    async def save(self, visit: Visit, listing: UUID, typed: Typed) -> Response[Any] | Clash:
        """A new revision, and on to it; a clash where it is no more what was opened.

        Raises Refusal, Invalid and what a patch raises.
        """
        opened = versions(typed.items()) or ()
        with as_typed(typed, self.tables):
            mine = self.filled(typed)

            async def patched(work: Work) -> str:
                now = await self.stored(work, listing)
                await self.service.patch(work, listing, revising.patch(now.content, mine), opened)
                return f"/console/{self.kind}s/{listing}"

            try:
                return await once(visit, patched)
            except VersionMismatch:
                return await self._clash(visit, listing, typed, mine)

    async def _clash(self, visit: Visit, listing: UUID, typed: Typed, mine: Content) -> Clash:
        async with visit.opened() as work:
            now = await self.stored(work, listing)
            revision = wire.plain(await self.service.revision(work, listing, typed.count("_rev") or now.listing.rev))
            who = await author(work, self.kind, listing, now.listing.rev)
        three = Three(before=self.bare(revision["content"]), theirs=now.content, own=wire.plain(wire.encode(mine)))
        merged = revising.merged(three, names_of_fields(self.content), self.typed)
        return Clash(
            who=who,
            when=now.listing.updated_at,
            differences=merged.differences,
            typed=merged.typed,
            rev=now.listing.rev,
            version=now.version,
        )
