"""What stands in the paths of the party matrix: for each operation a thing of its own, so that no cell spoils another.

The callers are those of `tests/integration/test_http_matrix.py`.
"""

import re
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

import httpx

from market.http.examples import BID, BLEND, DOCUMENT, DOCUMENT_CONTENT, FREIGHT_TABLE, OFFERED_STEP, PERMIT
from tests.support.api import published
from tests.support.asked import large
from tests.support.market import LOT, SPEC
from tests.support.tenders import tomorrow

NOTHING = "01900000-0000-7000-8000-000000000000"
ENOUGH = {k: v for k, v in BLEND["lots"][0].items() if k != "id"} | {"quantity": {"tonnes": 500}}
_years = count(2300)
BODIES: dict[str, dict[str, Any]] = {
    "specs": SPEC,
    "lots": LOT,
    "upgrade-offers": OFFERED_STEP,
    "permits": PERMIT,
    "freight-tables": FREIGHT_TABLE,
    "api-keys": {"name": "temporary"},
    "documents": DOCUMENT,
}
# whose list it is posted to, where it is not own's
OWNERS = {"specs": "partner", "upgrade-offers": "works", "freight-tables": "coordinator"}


def nothing(path: str) -> str:
    """With every parameter but the first id filled by what is not there; the first revision always is."""
    return re.sub(r"\{\w+_id\}", NOTHING, path.replace("{code}", "not-found").replace("{rev}", "1"))


async def place(callers: dict[str, httpx.AsyncClient], operation: str, path: str) -> str:
    """The path with a fresh id of own's (partner's for specs), so that no cell spoils another."""
    path = nothing(path)
    if "{id}" not in path:
        return path
    noun = path.split("/")[2]
    made = await MAKERS[noun](callers) if noun in MAKERS else await listed(callers, noun, operation)
    return path.replace("{id}", made)


async def listed(callers: dict[str, httpx.AsyncClient], noun: str, operation: str) -> str:
    """Something that is posted to its own list."""
    owner = callers[OWNERS.get(noun, "own")]
    body = BODIES.get(noun) or {"email": f"{operation}-{id(noun)}@example.com", "name": "Temporary"}
    made = await owner.post(f"/v1/{noun}", json=body)
    if made.status_code == 409:
        return str((await owner.get("/v1/users")).json()["items"][0]["id"])
    assert made.status_code == 201, made.text
    if operation == "download_document":
        await owner.put(f"{made.headers['location']}/content", content=DOCUMENT_CONTENT)
    if noun in ("specs", "lots") and not operation.startswith("publish"):
        assert (await owner.post(f"{made.headers['location']}/publish")).status_code == 200
    return str(made.json()["id"])


async def ownself(callers: dict[str, httpx.AsyncClient]) -> str:
    """Own's organisation."""
    return callers["own"].headers["x-organisation"]


async def dealt(callers: dict[str, httpx.AsyncClient]) -> str:
    """A deal between partner, who opened it, and own."""
    return str((await callers["partner"].post("/v1/deals", json=await pair(callers))).json()["id"])


async def tendered(callers: dict[str, httpx.AsyncClient]) -> str:
    """A tender of partner's, to own alone."""
    made = await callers["partner"].post("/v1/tenders", json=await invitation(callers))
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def invitation(callers: dict[str, httpx.AsyncClient]) -> dict[str, Any]:
    """A tender to be, on a spec of partner's and for a lot of own's."""
    found = await pair(callers)
    return {"spec_id": found["spec_id"], "lot_ids": [found["lot_id"]], "deadline": tomorrow()}


async def drafted_bid(callers: dict[str, httpx.AsyncClient], url: str) -> dict[str, Any]:
    """A bid of own's for the tender of a path, with the lot that it was invited for."""
    seen = (await callers["own"].get(url.removesuffix("/bids"))).json()
    lot = (await callers["own"].get("/v1/lots?limit=1")).json()["items"][0]["id"]
    return BID | {"lot_id": lot, "deliver_from": seen["spec"]["delivery"]["from"]}


async def waiting(callers: dict[str, httpx.AsyncClient]) -> str:
    """A job of own's."""
    return await queued(callers["own"], "/v1/blends", large())


async def overseen(callers: dict[str, httpx.AsyncClient]) -> str:
    """A run of the coordinator's."""
    return await queued(callers["coordinator"], "/v1/allocations", {"material": SPEC["material"]})


async def told(callers: dict[str, httpx.AsyncClient]) -> str:
    """A notice of own's."""
    for turn in ("unverify", "verify"):
        await callers["coordinator"].post(f"/v1/organisations/{await ownself(callers)}/{turn}")
    return str((await callers["own"].get("/v1/notices")).json()["items"][0]["id"])


async def proposed(callers: dict[str, httpx.AsyncClient]) -> str:
    """A blend for a spec of partner's, of a lot of own's."""
    for owner, noun, body in (("partner", "specs", BLEND["spec"]), ("own", "lots", ENOUGH)):
        made = await callers[owner].post(f"/v1/{noun}", json=body)
        await callers[owner].post(f"{made.headers['location']}/publish")
        if noun == "specs":
            spec = made.headers["location"]
    answer = await callers["partner"].post(f"{spec}/blends", json={})
    return str(answer.json()["items"][0]["id"])


async def pair(callers: dict[str, httpx.AsyncClient]) -> dict[str, str]:
    """A spec of partner's and a lot of own's that match, and were shown to each other: in a year of their own, as
    lists of matches are no longer than a page.
    """
    year = next(_years)
    days = {"from": f"{year}-01-01", "until": f"{year}-03-31"}
    spec = await published(callers["partner"], "specs", SPEC | {"delivery": SPEC["delivery"] | days})  # type: ignore[operator]
    lot = await published(callers["own"], "lots", LOT | {"available": days})
    await callers["partner"].get(f"/v1/specs/{spec}/matches")
    await callers["own"].get(f"/v1/lots/{lot}/matches")
    return {"spec_id": spec, "lot_id": lot}


async def queued(owner: httpx.AsyncClient, operation: str, body: dict[str, Any]) -> str:
    """A job that no worker takes; of those before it, none is left open."""
    for job in (await owner.get("/v1/jobs?state=queued")).json()["items"]:
        await owner.post(f"/v1/jobs/{job['id']}/cancel")
    made = await owner.post(operation, json=body)
    assert made.status_code == 202, made.text
    return str(made.json()["id"])


async def looked_into(callers: dict[str, httpx.AsyncClient]) -> str:
    """A coordinator's run of what to invest in."""
    return await queued(callers["coordinator"], "/v1/investments", {})


async def nobodys(_callers: dict[str, httpx.AsyncClient]) -> str:
    """What does not exist: only two sides and a laboratory together bring a sample to an umpire."""
    return NOTHING


# what a fresh id stands for, by the first word of the path; the rest is `listed`
MAKERS: dict[str, Callable[[dict[str, httpx.AsyncClient]], Awaitable[str]]] = {
    "organisations": ownself,
    "blends": proposed,
    "deals": dealt,
    "tenders": tendered,
    "jobs": waiting,
    "allocations": overseen,
    "investments": looked_into,
    "notices": told,
    "samples": nobodys,
}
