"""A page of the matches, or the near misses, of a listing: one's own, or for a coordinator one of its jurisdiction."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from market.console import following, subjects
from market.console.visit import Visit
from market.deals.under_way import under_way
from market.matches.current import Kind
from market.matches.following import Followed
from specs.kit.tenancy import Work
from specs.listing.structs import Status


async def page(request: Visit, work: Work, kind: Kind, listing: UUID, limit: int) -> dict[str, Any]:
    """What it is drawn with, ranked from current data: the listing by its kind, what is matched, how it is followed.

    Raises NotFound, InvalidCursor.
    """
    near = request.query_params.get("near") == "1"
    seen = await following.seen(work)
    buys = kind == "spec"
    subject = await (subjects.spec if buys else subjects.lot)(work, request, listing)
    matches = request.parts.matches
    matched: Any = await (matches.of_spec if buys else matches.of_lot)(
        work,
        request.principal,
        listing,
        near_misses=near,
        limit=limit,
        cursor=request.query_params.get("cursor"),
        language=request.language,
    )
    request.parts.metrics.judged(item.evaluation for item in matched.items)
    far = tuple(item.lot.id if buys else item.spec.id for item in matched.items)
    dealing = request.may("deals:read") and subjects.own(request)
    followed = Followed(kind=kind, id=listing, material=subject.material, near_misses=near, seen=seen, shown=far)
    return {
        kind: subject,
        "active": subject.status is Status.ACTIVE,
        "mine": subjects.own(request),
        "near": near,
        "tab": "near" if near else "matches",
        "matched": matched,
        "cards": tuple(zip(far, matched.items, strict=True)),
        "of_all": _of_all(matched.items),
        "under_way": await under_way(work, kind, listing, far) if dealing else {},
        "carried": following.carried(request, followed),
        "here": following.address(followed),
    }


def _of_all(items: Sequence[Any]) -> tuple[str, ...]:
    """Warnings that every one of several cards has."""
    told = [[flag.reason for flag in item.evaluation.flags] for item in items]
    return tuple(reason for reason in told[0] if all(reason in one for one in told)) if len(told) > 1 else ()
