"""A page of matches that stays open: what it carries so that it is told when its list changes, and what it is told."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

import msgspec

from market.console.rendering import environment
from market.console.text import Language
from market.console.visit import Visit
from market.matches.counted import Counted
from market.matches.current import Kind
from market.matches.following import Followed, Moved, Seen, seen
from specs.kit import paging
from specs.kit.errors import InvalidCursor
from specs.listing.structs import Status
from specs.lot.structs import LotListing
from specs.spec.structs import SpecListing

__all__ = ["address", "carried", "counts", "read", "seen", "told"]
_LONGEST: Final = 4096


def carried(visit: Visit, followed: Followed | Counted) -> str:
    """For the address of the page's stream: nobody else can use it, nor make one up."""
    return paging.sign(visit.parts.database.secret, _scope(visit.principal.tenant), followed)


def counts(visit: Visit, kind: Kind, listings: Iterable[SpecListing | LotListing], seen: Seen) -> str:
    """The same for a page of one's own listings: those that are open have their numbers on it."""
    active = [one for one in listings if one.status is Status.ACTIVE]
    ids, materials = tuple(one.id for one in active), tuple(sorted({one.material for one in active}))
    return carried(visit, Counted(kind=kind, ids=ids, materials=materials, seen=seen))


def read(visit: Visit) -> Followed | Counted | None:
    """What the page shows, if it is of matches and this organisation's: who signs in as another goes on without."""
    given = visit.query_params.get("list", "")
    if not given or len(given) > _LONGEST:
        return None
    try:
        return paging.read(visit.parts.database.secret, _scope(visit.principal.tenant), given, Followed | Counted)  # type: ignore[arg-type]  # a union is a type to msgspec
    except (InvalidCursor, msgspec.MsgspecError):
        # a page of an older program, too, whose list was written down otherwise
        return None


def told(followed: Followed | Counted, moved: Moved, language: Language) -> str:
    """What stands on the page about its list, on one line; nothing where nothing moved, and numbers say themselves."""
    if isinstance(followed, Counted) or not moved.mark:
        return ""
    made = (
        environment(language)
        .get_template("matches/moved.html")
        .render(followed=followed, moved=moved, here=address(followed))
    )
    return " ".join(made.split())


def address(followed: Followed) -> str:
    """Where the list is, from its first page."""
    near = "?near=1" if followed.near_misses else ""
    return f"/console/{followed.kind}s/{followed.id}/matches{near}"


def _scope(tenant: UUID) -> tuple[object, ...]:
    return ("following", tenant)
