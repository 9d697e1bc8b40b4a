"""A siting as it is asked for."""

from typing import Annotated

import msgspec
from msgspec import Meta

from matching.locating.instance import Instance


class SitingRequest(Instance, frozen=True, kw_only=True):
    """A location problem, and how it is solved.

    `gap` is the certified distance from the optimum, as a share, at which the search may end; with `changes` it is
    solved again with one hub more and one less, and with other fixed costs and detours.
    """

    gap: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.0
    changes: bool = False


class Outline(msgspec.Struct, frozen=True):
    """How large a `SitingRequest` is; everything else in it is read in the solver process."""

    sites: tuple[msgspec.Raw, ...] = ()
    customers: tuple[msgspec.Raw, ...] = ()
    suppliers: tuple[msgspec.Raw, ...] = ()
    changes: bool = False
