"""What a page declares about itself, once, for the gate."""

import msgspec
from litestar.handlers import BaseRouteHandler

from market.parties.structs import OrganisationKind as Kind


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """`public` pages are for everyone; the others for these kinds, with a session whose scopes hold `scope`.

    `unfinished` pages are also for those whose second factor is not yet asked for, or not yet set up. `files`: its form
    may bring some, which are read as they come.
    """

    public: bool = False
    unfinished: bool = False
    kinds: frozenset[Kind] = frozenset(Kind)
    scope: str | None = None
    files: bool = False


def screen(handler: BaseRouteHandler) -> Screen | None:
    """The declaration of a handler; None for what Litestar made itself (OPTIONS)."""
    found: Screen | None = handler.opt.get("screen")
    return found
