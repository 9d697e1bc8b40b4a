"""/v1/freight-tables: by which fares hauls are priced. Open to every organisation, set by coordinators."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from market.http import examples, walls
from market.http.call import Call
from market.http.listing_routes import PRIVATE, Cursor, Limit, Revision, written
from market.http.responses import conditional
from market.http.wire import Link, Version, Wire, act
from market.parties.structs import OrganisationKind
from specs.freight import service as tables
from specs.freight.structs import FreightTableDraft, FreightTableFound, FreightTableRevisions, FreightTables
from specs.kit.tenancy import Work

MANY = "freight-tables"
KINDS = frozenset({OrganisationKind.COORDINATOR})
_TAGS = ("Freight",)


@get(
    "/freight-tables",
    operation_id="list_freight_tables",
    summary="List the freight tables in force, and those to come",
    description=(
        "The shipped table, every one that counts today, and those that will `from` a later day, as `standing` says; "
        "each with its sources, who set it and when, and the prefectures that it prices. A haul is priced by the table "
        "of the prefecture where it is loaded: of several the one for the fewest prefectures, of those the one that "
        "was set last. `stamp` is how answers name a table."
    ),
    tags=_TAGS,
    opt={"wire": Wire(answer=FreightTables, scope="listings:read", tagged=True, problems=(304,))},
)
async def page(request: Call, work: NamedDependency[Work]) -> Response[Any]:
    """All of them: there are few."""
    return conditional(request, await tables.page(work, request.parts.editions), PRIVATE)


@post(
    "/freight-tables",
    operation_id="create_freight_table",
    summary="Set a freight table for prefectures of your jurisdiction",
    description=(
        "The whole table, each figure with its source, instead of the shipped one; an empty list of prefectures means "
        "all of Japan. It counts from today (JST), or `from` a later day."
    ),
    tags=_TAGS,
    opt={
        "wire": Wire(
            answer=FreightTableFound,
            scope="freight:write",
            kinds=KINDS,
            tagged=True,
            located=True,
            problems=(409, 422),
            example=examples.FREIGHT_TABLE,
            links=tuple(Link(operation=f"{next_}_freight_table") for next_ in ("get", "replace", "withdraw")),
        )
    },
)
async def create(data: JSONBody[FreightTableDraft], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """The answer is the table with its id and its tag."""
    return written(await tables.create(work, data, request.once), MANY)


@get(
    "/freight-tables/shipped",
    operation_id="get_shipped_freight_table",
    summary="Read the freight table of the catalogue",
    description="The published standard fares, the coastal rate and the emission factors, each with its source.",
    tags=_TAGS,
    opt={"wire": Wire(answer=FreightTableFound, scope="listings:read", tagged=True, problems=(304,))},
)
async def shipped(request: Call) -> Response[Any]:
    """What prices where nobody has set another."""
    return conditional(request, tables.of_catalogue(), PRIVATE)


@get(
    "/freight-tables/{id:uuid}",
    operation_id="get_freight_table",
    summary="Read the newest edition of a freight table",
    tags=_TAGS,
    opt={"wire": Wire(answer=FreightTableFound, scope="listings:read", tagged=True)},
)
async def read(id: FromPath[UUID], work: NamedDependency[Work]) -> Response[Any]:
    """Also one that does not count yet, or was withdrawn."""
    return written(await tables.read(work, id), MANY)


@put(
    "/freight-tables/{id:uuid}",
    operation_id="replace_freight_table",
    summary="Replace a freight table of your own: a new revision",
    description="Older revisions stay readable, and what they have priced names them.",
    tags=_TAGS,
    opt={
        "wire": Wire(
            answer=FreightTableFound,
            scope="freight:write",
            kinds=KINDS,
            version=Version.REQUIRED,
            tagged=True,
            problems=(409, 422),
            example=examples.FREIGHT_TABLE,
        )
    },
)
async def replace(
    id: FromPath[UUID], data: JSONBody[FreightTableDraft], work: NamedDependency[Work], request: Call
) -> Response[Any]:
    """The table as it is then."""
    return written(await tables.replace(work, id, data, walls.if_match(request)), MANY)


@post(
    "/freight-tables/{id:uuid}/withdraw",
    operation_id="withdraw_freight_table",
    summary="Withdraw a freight table of your own",
    description="Its prefectures go back to what else covers them, in the end to the shipped table.",
    tags=_TAGS,
    status_code=200,
    opt=act(FreightTableFound, "freight:write", KINDS),
)
async def withdraw(id: FromPath[UUID], work: NamedDependency[Work], request: Call) -> Response[Any]:
    """It stays readable."""
    return written(await tables.withdraw(work, id, walls.if_match(request), request.once), MANY)


@get(
    "/freight-tables/{id:uuid}/revisions",
    operation_id="list_freight_table_revisions",
    summary="Every edition that a freight table had, newest first",
    tags=_TAGS,
    opt={"wire": Wire(answer=FreightTableRevisions, scope="listings:read", tagged=True, problems=(304,))},
)
async def revisions(
    id: FromPath[UUID], request: Call, work: NamedDependency[Work], limit: Limit = 50, cursor: Cursor = None
) -> Response[Any]:
    """Without their figures."""
    return conditional(request, await tables.revisions(work, id, limit, cursor), PRIVATE)


@get(
    "/freight-tables/{id:uuid}/revisions/{rev:int}",
    operation_id="get_freight_table_revision",
    summary="One edition that a freight table had",
    description="What a stamp `id@rev` names.",
    tags=_TAGS,
    opt={"wire": Wire(answer=FreightTableFound, scope="listings:read", tagged=True, problems=(304,))},
)
async def revision(id: FromPath[UUID], rev: Revision, request: Call, work: NamedDependency[Work]) -> Response[Any]:
    """With its figures; it never changes but for the status of its table and where it stands."""
    return conditional(request, await tables.revision(work, id, rev), PRIVATE)


handlers = [page, create, shipped, read, replace, withdraw, revisions, revision]
