"""POST /v1/lots/{id}/upgrades: which processors' steps would lift one's own lot into which specs."""

from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath, JSONBody

from market.http import examples
from market.http.blends import replied
from market.http.call import Call
from market.http.wire import Wire
from market.parties.rights import WRITERS
from market.runs.inquiries import Asked
from market.runs.structs import Job
from market.upgrades.lot_structs import LotSubject, LotUpgrades, LotUpgradesRequest


@post(
    "/lots/{id:uuid}/upgrades",
    operation_id="upgrade_lot",
    summary="Say which steps would lift a lot into which specs",
    description=(
        "For each open spec that your active lot misses, the cheapest path of up to three steps: of `offers` that you "
        "have from processors and, unless `open_offers` is false, of what they offer to all. Ranked by what a tonne "
        "would earn against selling it as it is. What the lot would be is judged by the same rules and never shown as "
        "measured; prices are told in bands, and claims beside what was published. The specs may be read afterwards, "
        "redacted. Up to 10,000 specs × offers² are answered at once, more as a job (202, `Location`), and so is what "
        "takes longer than ten seconds."
    ),
    tags=["Upgrades"],
    status_code=200,
    opt={
        "wire": Wire(
            answer=LotUpgrades,
            accepted=Job,
            scope="upgrades:write",
            kinds=frozenset(WRITERS["lot"]),
            problems=(409, 422),
            example=examples.LOT_UPGRADES,
        )
    },
)
async def upgrade(id: FromPath[UUID], data: JSONBody[LotUpgradesRequest], request: Call) -> Response[Any]:
    """At once where the specs are few, else by a job."""
    asked = Asked(LotSubject(id, data), request.language, request.once)
    return replied(request, await request.parts.lot_upgrading.answer(request.opened, request.principal, asked))


handlers = [upgrade]
