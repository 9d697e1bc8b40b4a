"""What proves a claim: documents of whoever lays them before the other side, with the claim or later."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from market.app import Application
from market.http.examples import CLAIM_ANSWER, CLAIM_EVIDENCE
from market.parties.structs import Jurisdiction
from tests.support.api import client
from tests.support.claims import about, disputed, document, faults, made, proving, resolution
from tests.support.deals import Scene, scene
from tests.support.deliveries import acts, contracted, oversee, received, told
from tests.support.market import Market


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, overseen=False) as found:
        yield found


async def test_evidence_is_opened_to_the_other_side_and_to_nobody_else(market: Market, api: Application) -> None:
    async with scene(market, api, yards=2, overseen=False) as met:
        deal = await contracted(met)
        portion = await received(met, deal)
        proof = await document(met.mill)
        hidden = await met.yard.get(f"/v1/documents/{proof}")
        claim = await made(met, deal, portion, evidence=[proof])

        shown = await met.yard.get(f"/v1/documents/{proof}")
        other = await met.yards[1].get(f"/v1/documents/{proof}")

        assert [hidden.status_code, shown.status_code, other.status_code] == [404, 200, 404]
        assert (await met.yard.get(f"/v1/{claim}")).json()["evidence"] == [proof]


async def test_evidence_is_ones_own(met: Scene) -> None:
    deal = await contracted(met)
    portion = await received(met, deal)

    refused = await met.mill.post(f"/v1/deals/{deal}/claims", json=about(portion, evidence=[await document(met.yard)]))

    assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [("/evidence/0", "no_such_document")]
    assert (await met.mill.get(f"/v1/deals/{deal}/claims")).json()["items"] == []


async def test_a_claimant_adds_what_came_to_light_later_and_the_claim_stands_as_it_stood(met: Scene) -> None:
    deal = await contracted(met)
    claim = await made(met, deal, await received(met, deal))
    proof = await proving(met.mill)

    hidden = await met.yard.get(f"/v1/documents/{proof['evidence'][0]}")
    after = await met.post(met.mill, f"{claim}/evidence", proof)
    shown = await met.yard.get(f"/v1/documents/{proof['evidence'][0]}")

    [added] = after["added"]
    assert {"text": added["text"], "evidence": added["evidence"]} == proof
    assert (added["by"], added["at"]) == ("buyer", after["updated_at"])
    assert (after["state"], after["turn"], after["evidence"], after["closed_at"]) == ("open", "seller", [], None)
    assert (hidden.status_code, shown.status_code) == (404, 200)
    assert (await met.yard.get(f"/v1/{claim}")).json()["added"] == after["added"]
    assert (await acts(met.yard, deal))[-2:] == ["claim", "claim_add_evidence"]
    assert (await told(met.yard))[0] == "claim_add_evidence"


async def test_what_is_added_stays_beside_what_was_added_and_answered_before(met: Scene) -> None:
    deal = await contracted(met)
    claim = await made(met, deal, await received(met, deal))
    first, second = await proving(met.mill), await proving(met.mill)

    await met.post(met.mill, f"{claim}/evidence", first)
    await met.post(met.yard, f"{claim}/answer", CLAIM_ANSWER)
    after = await met.post(met.mill, f"{claim}/evidence", second)

    assert [one["evidence"] for one in after["added"]] == [first["evidence"], second["evidence"]]
    assert (after["state"], after["turn"], len(after["answers"])) == ("answered", "buyer", 1)


async def test_the_other_side_says_it_in_its_answer(met: Scene) -> None:
    deal = await contracted(met)
    claim = await made(met, deal, await received(met, deal))

    refused = await met.yard.post(f"/v1/{claim}/evidence", json=await proving(met.yard))

    assert (refused.status_code, refused.json()["code"]) == (409, "claim_refused")


async def test_before_a_coordinator_both_sides_add_evidence_and_the_coordinator_is_told_and_reads_it(
    met: Scene, market: Market
) -> None:
    _, _, claim = await disputed(met, market)
    by_mill, by_yard = await proving(met.mill), await proving(met.yard)

    await met.post(met.mill, f"{claim}/evidence", by_mill)
    await met.post(met.yard, f"{claim}/evidence", by_yard)

    read = (await met.coordinator.get(f"/v1/{claim}")).json()
    assert [(one["by"], one["evidence"]) for one in read["added"]] == [
        ("buyer", by_mill["evidence"]),
        ("seller", by_yard["evidence"]),
    ]
    assert (read["state"], read["turn"]) == ("escalated", "coordinator")
    assert (await told(met.coordinator))[:2] == ["dispute_evidence"] * 2
    assert (await met.coordinator.get(f"/v1/documents/{by_yard['evidence'][0]}")).status_code == 200


async def test_of_a_side_that_it_does_not_oversee_a_coordinator_reads_the_proof_alone(
    met: Scene, market: Market, api: Application
) -> None:
    _, _, claim = await disputed(met, market)
    proof, other = await proving(met.yard), await document(met.yard)
    link = {"links": [{"object_kind": "lot", "object_id": met.lots[0]}]}
    tag = {"if-match": (await met.yard.get(f"/v1/documents/{other}")).headers["etag"]}
    assert (await met.yard.patch(f"/v1/documents/{other}", json=link, headers=tag)).status_code == 200
    await met.post(met.yard, f"{claim}/evidence", proof)
    elsewhere = await market.organisation("coordinator", "Elsewhere", jurisdiction=Jurisdiction(prefectures=("JP-01",)))

    async with client(api, elsewhere) as stranger:
        strange = (await stranger.get("/v1/documents")).json()["items"]
    read = (await met.coordinator.get("/v1/documents")).json()["items"]

    assert strange == []
    assert [(one["id"], [link["object_kind"] for link in one["links"]]) for one in read] == [
        (proof["evidence"][0], ["claim"])
    ]


async def test_a_coordinator_adds_no_evidence(met: Scene, market: Market) -> None:
    _, _, claim = await disputed(met, market)

    refused = await met.coordinator.post(f"/v1/{claim}/evidence", json=CLAIM_EVIDENCE)

    assert (refused.status_code, refused.json()["code"]) == (403, "wrong_kind")


@pytest.mark.parametrize("end", ["settle", "withdraw", "decide"])
async def test_nothing_is_added_to_a_claim_that_is_over(met: Scene, market: Market, end: str) -> None:
    deal = await contracted(met)
    claim = await made(met, deal, await received(met, deal))
    await met.post(met.yard, f"{claim}/answer", CLAIM_ANSWER)
    if end == "decide":
        await oversee(market, met)
        await met.post(met.mill, f"{claim}/escalate")
        await met.post(met.coordinator, f"deals/{deal}/resolve", resolution(claim))
    else:
        await met.post(met.mill, f"{claim}/{end}")
    proof = await proving(met.mill)

    refused = await met.mill.post(f"/v1/{claim}/evidence", json=proof)

    assert (refused.status_code, refused.json()["code"]) == (409, "claim_refused")
    assert (await met.yard.get(f"/v1/documents/{proof['evidence'][0]}")).status_code == 404


async def test_added_evidence_is_one_or_more_documents_of_ones_own(met: Scene) -> None:
    deal = await contracted(met)
    claim = await made(met, deal, await received(met, deal))

    none = await met.mill.post(f"/v1/{claim}/evidence", json=CLAIM_EVIDENCE | {"evidence": []})
    strange = await met.mill.post(f"/v1/{claim}/evidence", json=await proving(met.yard))

    assert (none.status_code, faults(none)[0][0]) == (400, "/evidence")
    assert faults(strange) == [("/evidence/0", "no_such_document")]
    assert (await met.mill.get(f"/v1/{claim}")).json()["added"] == []
