"""/v1/lots."""

from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody

from market.http import examples, listing_routes
from market.http.call import Call, single
from market.http.listing_routes import Noun
from market.http.overseen import OverseenLot, OverseenLots
from market.http.wire import Link, Wire
from market.parties.rights import WRITERS
from matching.listings import Lot
from specs.kit.tenancy import Work
from specs.lot.seen import LotSeen
from specs.lot.service import LOTS
from specs.lot.structs import LotListing, LotPage, LotRevision, LotRevisions

NOUN = Noun(
    one="lot",
    many="lots",
    tag="Lots",
    listing=LotListing,
    seen=(LotListing, OverseenLot, LotSeen),
    page=(LotPage, OverseenLots),
    revision=LotRevision,
    revisions=LotRevisions,
    kinds=frozenset(WRITERS["lot"]),
    patch_of=Lot,
    patch_example=examples.LOT_PATCH,
)
_NEXT = (
    "get_lot",
    "patch_lot",
    "publish_lot",
    "withdraw_lot",
    "list_lot_revisions",
    "list_lot_matches",
    "list_lot_next_tests",
)


@post(
    "/lots",
    operation_id="create_lot",
    summary="Post a lot as a draft",
    description="Nothing is matched until it is published.",
    tags=["Lots"],
    dependencies={"work": Provide(single)},
    opt={
        "wire": Wire(
            answer=LotListing,
            scope="listings:write",
            kinds=NOUN.kinds,
            tagged=True,
            located=True,
            problems=(422,),
            example=examples.LOT,
            links=(
                *(Link(operation=next_) for next_ in _NEXT),
                Link(operation="get_lot_revision", fields=("id", "rev")),
            ),
        )
    },
)
async def create_lot(data: JSONBody[Lot], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """The answer is the lot with its id, its revision and its tag."""
    return listing_routes.written(await LOTS.create(work, data, request=request.once), NOUN.many)


handlers = [create_lot, *listing_routes.routes(LOTS, NOUN)]
