"""/v1/upgrade-offers: the steps that processors offer, whole for their owners and redacted for everyone verified."""

from typing import Any
from uuid import UUID

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from market.http import examples, walls
from market.http.call import Call
from market.http.listing_routes import PRIVATE, Cursor, Limit, written
from market.http.responses import conditional, worded
from market.http.wire import Link, MergePatch, Wire, act, merging
from market.parties.rights import WRITERS
from matching.upgrading.offer import OfferedStep
from specs.kit.idempotency import Answer
from specs.kit.tenancy import Work
from specs.offer import service as offers
from specs.offer.seen import OfferSeen
from specs.offer.structs import OfferListing, OfferPage

MANY = "upgrade-offers"
KINDS = frozenset(WRITERS["upgrade_offer"])


def _told(answer: Answer, request: Call) -> Response[Any]:
    """With what the claims are held for in the caller's language."""
    response = written(answer, MANY)
    response.headers.update(worded(request.language))
    return response


@post(
    "/upgrade-offers",
    operation_id="create_upgrade_offer",
    summary="Offer a step at a place",
    description=(
        "Open at once. What a step cannot remove is refused; what was published stands beside each claim, and one that "
        "is far beyond it is flagged."
    ),
    tags=["Upgrades"],
    opt={
        "wire": Wire(
            answer=OfferListing,
            scope="listings:write",
            kinds=KINDS,
            tagged=True,
            located=True,
            problems=(422,),
            example=examples.OFFERED_STEP,
            links=tuple(Link(operation=f"{next_}_upgrade_offer") for next_ in ("get", "patch", "withdraw")),
        )
    },
)
async def create(data: JSONBody[OfferedStep], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """The answer is the offer with its id and its tag."""
    return _told(await offers.create(work, data, request.language, request.once), request)


@get(
    "/upgrade-offers",
    operation_id="list_upgrade_offers",
    summary="List your own offers, newest first",
    tags=["Upgrades"],
    opt={"wire": Wire(answer=OfferPage, scope="listings:read", tagged=True, problems=(304,))},
)
async def page(request: Call, work: NamedDependency[Work], limit: Limit = 50, cursor: Cursor = None) -> Response[Any]:
    """Withdrawn ones too."""
    found = await offers.page(work, request.language, limit, cursor)
    return conditional(request, found, PRIVATE | worded(request.language))


@get(
    "/upgrade-offers/{id:uuid}",
    operation_id="get_upgrade_offer",
    summary="Read one offer",
    description="Whole for its owner; while it is open, without place, fee and texts for any verified organisation.",
    tags=["Upgrades"],
    opt={"wire": Wire(answer=(OfferListing, OfferSeen), scope="listings:read", tagged=True)},
)
async def read(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """One's own, or as others see it."""
    return _told(await offers.read(work, id, request.language), request)


@patch(
    "/upgrade-offers/{id:uuid}",
    operation_id="patch_upgrade_offer",
    summary="Change an open offer: JSON merge patch",
    description="RFC 7396: null removes, arrays are replaced whole.",
    tags=["Upgrades"],
    opt=merging(OfferListing, OfferedStep, "listings:write", KINDS, examples.OFFER_PATCH),
)
async def change(
    id: FromPath[UUID],
    data: MergePatch,  # noqa: ARG001 - its text is merged
    request: Call,
    work: NamedDependency[Work],
) -> Response[Any]:
    """The offer as it is then."""
    body = await request.body()
    return _told(await offers.patch(work, id, body, request.language, walls.if_match(request)), request)


@post(
    "/upgrade-offers/{id:uuid}/withdraw",
    operation_id="withdraw_upgrade_offer",
    summary="Withdraw an open offer",
    tags=["Upgrades"],
    status_code=200,
    opt=act(OfferListing, "listings:write", KINDS),
)
async def withdraw(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """Nobody else finds it from then on."""
    return _told(await offers.withdraw(work, id, request.language, walls.if_match(request), request.once), request)


handlers = [create, page, read, change, withdraw]
