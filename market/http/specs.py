"""/v1/specs."""

from typing import Any

from litestar import Response, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody

from market.http import examples, listing_routes
from market.http.call import Call, single
from market.http.listing_routes import Noun
from market.http.overseen import OverseenSpec, OverseenSpecs
from market.http.wire import Link, Wire
from market.parties.rights import WRITERS
from matching.listings import Spec
from specs.kit.tenancy import Work
from specs.spec.seen import SpecSeen
from specs.spec.service import SPECS
from specs.spec.structs import SpecListing, SpecPage, SpecRevision, SpecRevisions

NOUN = Noun(
    one="spec",
    many="specs",
    tag="Specs",
    listing=SpecListing,
    seen=(SpecListing, OverseenSpec, SpecSeen),
    page=(SpecPage, OverseenSpecs),
    revision=SpecRevision,
    revisions=SpecRevisions,
    kinds=frozenset(WRITERS["spec"]),
    patch_of=Spec,
    patch_example=examples.SPEC_PATCH,
)
_NEXT = ("get_spec", "patch_spec", "publish_spec", "withdraw_spec", "list_spec_revisions", "list_spec_matches")


@post(
    "/specs",
    operation_id="create_spec",
    summary="Post a spec as a draft",
    description="Nothing is matched until it is published.",
    tags=["Specs"],
    dependencies={"work": Provide(single)},
    opt={
        "wire": Wire(
            answer=SpecListing,
            scope="listings:write",
            kinds=NOUN.kinds,
            tagged=True,
            located=True,
            problems=(422,),
            example=examples.SPEC,
            links=(
                *(Link(operation=next_) for next_ in _NEXT),
                Link(operation="get_spec_revision", fields=("id", "rev")),
            ),
        )
    },
)
async def create_spec(data: JSONBody[Spec], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """The answer is the spec with its id, its revision and its tag."""
    return listing_routes.written(await SPECS.create(work, data, request=request.once), NOUN.many)


handlers = [create_spec, *listing_routes.routes(SPECS, NOUN)]
