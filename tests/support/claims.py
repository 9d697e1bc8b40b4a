"""Claims in tests: made by the mill on a portion, and brought before a coordinator."""

from typing import Any

import httpx

from market.http.examples import CLAIM, CLAIM_ANSWER, CLAIM_EVIDENCE, DOCUMENT, DOCUMENT_CONTENT, RESOLUTION
from tests.support.deals import Scene
from tests.support.deliveries import contracted, oversee, settled
from tests.support.market import Market


def about(path: str, **more: Any) -> dict[str, Any]:
    return CLAIM | {"delivery_id": path.rpartition("/")[2]} | more


def faults(answer: httpx.Response) -> list[tuple[str, str]]:
    """Where and what, of a refusal."""
    return [(one["pointer"], one["code"]) for one in answer.json().get("errors", [])]


async def made(met: Scene, deal: str, portion: str, **more: Any) -> str:
    """The path of a claim of the mill."""
    claim = await met.post(met.mill, f"deals/{deal}/claims", about(portion, **more), 201)
    return f"deals/{deal}/claims/{claim['id']}"


async def document(caller: httpx.AsyncClient) -> str:
    """The id of an uploaded document."""
    made = await caller.post("/v1/documents", json=DOCUMENT)
    assert made.status_code == 201, made.text
    content = await caller.put(f"{made.headers['location']}/content", content=DOCUMENT_CONTENT)
    assert content.status_code == 200, content.text
    return str(made.json()["id"])


async def proving(caller: httpx.AsyncClient) -> dict[str, Any]:
    """Evidence to add to a claim: a document of the caller's own."""
    return CLAIM_EVIDENCE | {"evidence": [await document(caller)]}


async def disputed(met: Scene, market: Market) -> tuple[str, str, str]:
    """A deal that a coordinator has to decide, the portion (accepted), and the claim."""
    deal = await contracted(met)
    portion = await settled(met, deal)
    claim = await made(met, deal, portion)
    await met.post(met.yard, f"{claim}/answer", CLAIM_ANSWER)
    await oversee(market, met)
    await met.post(met.mill, f"{claim}/escalate")
    return deal, portion, claim


def resolution(claim: str, **more: Any) -> dict[str, Any]:
    ruling = RESOLUTION["rulings"][0] | {"claim_id": claim.rpartition("/")[2]}
    return RESOLUTION | {"rulings": [ruling]} | more
