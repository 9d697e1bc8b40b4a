"""Others' listings in the order in which the owner of one sees them: a page of it, how many there are, whose they are.

Few are evaluated one by one, and remembered; of many lots the index puts all in order and evaluates those of the page.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from market.matches.current import AnyListing, Current
from matching.columns import Listing
from matching.listings import Spec
from matching.ranking import MatchKey, NearKey, Ranked, near_order, order

Found = tuple[Ranked, AnyListing]


async def page(
    current: Current, near: AnyListing, last: MatchKey | NearKey | None, most: int | None, *, near_misses: bool
) -> list[Found]:
    """All, or no more than `most`, of those that stand after a key, best first: the matches, or the near misses."""
    spec = as_spec(near)
    if spec is not None and current.many(spec):
        standings = await current.standings(spec)
        read: Any = standings.nearest if near_misses else standings.best
        # how far each lot is from fitting is worked out where it is asked for, and of many that takes a while
        found = await asyncio.to_thread(read, most, last)
        return [(current.evaluated(spec, lot), lot) for _, lot in found]
    key = key_of(near_misses=near_misses)
    rest = [one for one in current.ranked(near, near_misses=near_misses) if last is None or key(one) > last]
    return [(one, far) for one in rest[:most] if (far := current.find(one.id)) is not None]


def key_of(*, near_misses: bool) -> Callable[[Ranked], tuple[Any, ...]]:
    """By which a list is in order."""
    return near_order if near_misses else order


async def numbers(current: Current, near: AnyListing) -> tuple[int, int]:
    """How many matches a listing has, and how many near misses."""
    spec = as_spec(near)
    if spec is not None and current.many(spec):
        standings = await current.standings(spec)
        return standings.matches, len(standings) - standings.matches
    matches, near_misses = (len(current.ranked(near, near_misses=which)) for which in (False, True))
    return matches, near_misses


async def owners(current: Current, spec: Listing[Spec]) -> list[str]:
    """Whose lots fit a spec, in the order of their best one."""
    if current.many(spec):
        return list(dict.fromkeys(lot.owner for _, lot in (await current.standings(spec)).best()))
    found = [current.find(one.id) for one in current.ranked(spec, near_misses=False)]
    return list(dict.fromkeys(lot.owner for lot in found if lot is not None))


def as_spec(near: AnyListing) -> Listing[Spec] | None:
    """The listing where it is a spec."""
    if not isinstance(near.content, Spec):
        return None
    return Listing(near.id, near.owner, near.rev, near.content, near.permits, near.permits_rev)
