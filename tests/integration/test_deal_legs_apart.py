"""What a recycler of a blend cannot learn of the other legs: in its answers, and with SQL as the application does."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from market.app import Application
from specs.kit.tenancy import Role
from tests.support.deals import TERMS, Scene, scene
from tests.support.market import Market
from tests.support.samples import REQUEST

LEAN = [{"analyte": "Cu", "value": 0.2, "unit": "%", "uncertainty": 0.005}]
SPEC = {
    "grades": [],
    "limits": [{"analytes": ["Cu"], "max": 0.25, "unit": "%", "negotiable": True}],
    "quantity": {"tonnes": 200, "max_suppliers": 2},
}
LOTS = {"grade": None, "quantity": {"tonnes": 100}, "assays": LEAN}
RETURN = {"act": "return", "questions": ["Who took the sample?"]}
SECRET = "The cousin of our works manager."


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, yards=2, spec=SPEC, lots=[LOTS, LOTS]) as found:
        yield found


async def in_review(met: Scene) -> str:
    """The id of a deal on a blend that all have taken up."""
    found = (await met.mill.post(f"/v1/specs/{met.spec}/blends", json={})).json()["items"]
    blend = next(one for one in found if len(one["blend"]["takes"]) == 2)
    deal = str((await met.post(met.mill, "deals", {"blend_id": blend["id"]}, 201))["id"])
    for yard in met.yards:
        await met.post(yard, f"deals/{deal}/take-up")
    return deal


async def agree(met: Scene, deal: str, yard: httpx.AsyncClient, **terms: Any) -> None:
    """The mill offers on that recycler's leg, which accepts."""
    leg = (await yard.get(f"/v1/deals/{deal}")).json()["legs"][0]["id"]
    await met.post(met.mill, f"deals/{deal}/offers", TERMS | {"leg_id": leg} | terms)
    offer = (await yard.get(f"/v1/deals/{deal}/offers")).json()["items"][0]["id"]
    await met.post(yard, f"deals/{deal}/offers/{offer}/accept")


async def reviews(caller: httpx.AsyncClient, deal: str) -> list[tuple[int, str, str]]:
    """Number, who, and what, the newest first."""
    items = (await caller.get(f"/v1/deals/{deal}/reviews")).json()["items"]
    return [(one["no"], one["by"], one["act"]) for one in items]


async def test_what_a_recycler_answers_is_nothing_to_the_others_and_leaves_no_gap_in_their_numbers(met: Scene) -> None:
    deal = await in_review(met)
    await met.post(met.coordinator, f"deals/{deal}/review", RETURN)
    await met.post(met.yards[0], f"deals/{deal}/resubmit", {"answers": [SECRET]})
    await met.post(met.coordinator, f"deals/{deal}/review", {"act": "approve"})

    whole = [(3, "coordinator", "approve"), (2, "seller", "resubmit"), (1, "coordinator", "return")]
    assert [await reviews(one, deal) for one in (met.mill, met.coordinator, met.yards[0])] == [whole] * 3
    assert await reviews(met.yards[1], deal) == [(2, "coordinator", "approve"), (1, "coordinator", "return")]
    first = (await met.yards[1].get(f"/v1/deals/{deal}/reviews?limit=1")).json()
    rest = (await met.yards[1].get(f"/v1/deals/{deal}/reviews?limit=1&cursor={first['next_cursor']}")).json()
    assert [one["no"] for one in (*first["items"], *rest["items"])] == [2, 1]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize("for_all", [False, True])
async def test_what_the_buyer_answers_is_read_by_the_coordinators_and_by_all_only_if_it_says_so(
    met: Scene, *, for_all: bool
) -> None:
    deal = await in_review(met)
    await met.post(met.coordinator, f"deals/{deal}/review", RETURN)
    await met.post(met.mill, f"deals/{deal}/resubmit", {"answers": [SECRET], "for_all": for_all})

    for caller, reads in ((met.mill, True), (met.coordinator, True), (met.yards[0], for_all), (met.yards[1], for_all)):
        told = [(await caller.get(f"/v1/deals/{deal}/{noun}")).text for noun in ("reviews", "events")]
        # coordinators, whom the event is not told to, read every event of what they oversee
        assert [SECRET in text for text in told] == [reads, reads]


async def test_the_policies_of_the_tables_alone_keep_reviews_and_approvals_of_legs_apart(
    met: Scene, market: Market
) -> None:
    deal = await in_review(met)
    await met.post(met.coordinator, f"deals/{deal}/review", RETURN)
    await met.post(met.yards[0], f"deals/{deal}/resubmit", {"answers": [SECRET]})
    await met.post(met.coordinator, f"deals/{deal}/review", {"act": "approve"})
    mill, _, *yards = (party.id for party in met.parties)

    seen = {}
    for tenant in (mill, *yards):
        async with market.work(tenant, Role.TENANT) as work:
            rows = await work.connection.fetch("select content::text from review where deal_id = $1", UUID(deal))
            legs = await work.connection.fetch(
                "select seller_tenant, approved::text from deal_leg where deal_id = $1", UUID(deal)
            )
            whole = await work.connection.fetchval("select approved::text from deal where id = $1", UUID(deal))
        seen[tenant] = (any(SECRET in row["content"] for row in rows), {leg["seller_tenant"] for leg in legs})
        assert all(leg["approved"] for leg in legs)
        assert not any(lot in whole for lot in met.lots)

    assert seen == {
        mill: (True, set(yards)),
        yards[0]: (True, {yards[0]}),
        yards[1]: (False, {yards[1]}),
    }


async def test_an_approval_that_became_void_is_told_to_each_with_its_own_reasons_and_not_by_which_other(
    met: Scene, market: Market
) -> None:
    deal = await in_review(met)
    await met.post(met.coordinator, f"deals/{deal}/review", {"act": "approve"})
    first, second = met.yards
    await agree(met, deal, first, relaxations=[{"limit": 0, "relax_to": 0.26}])
    await agree(met, deal, second)

    found = [(await caller.get(f"/v1/deals/{deal}/reviews")).json()["items"] for caller in (met.mill, *met.yards)]

    assert [[one["no"] for one in items] for items in found] == [[2, 1]] * 3
    assert [items[0]["by"] for items in found] == ["seller", "system", "seller"]
    codes = [[reason["code"] for reason in items[0]["voided"]] for items in found]
    assert codes == [["limit_relaxed_further"], ["limit_relaxed_further"], []]
    async with market.work(met.parties[2].id, Role.TENANT) as work:
        rows = await work.connection.fetch("select by_tenant, content::text from review where act = 'void'")
    assert [row["by_tenant"] for row in rows] == [None]


async def test_whether_the_blend_holds_is_told_to_the_buyer_and_the_coordinator_only(met: Scene) -> None:
    deal = await in_review(met)
    await met.post(met.coordinator, f"deals/{deal}/review", {"act": "approve"})
    await met.post(met.yards[0], f"deals/{deal}/offers", TERMS)

    told = [
        (await caller.get(f"/v1/deals/{deal}/offers")).json()["items"][0]["judged"]["blend_holds"]
        for caller in (met.mill, met.coordinator, met.yards[0])
    ]

    assert told == [True, True, None]


async def test_of_anothers_open_sample_a_recycler_learns_that_the_deal_is_not_ready(met: Scene) -> None:
    deal = await in_review(met)
    await met.post(met.coordinator, f"deals/{deal}/review", {"act": "approve"})
    for yard in met.yards:
        await agree(met, deal, yard)
    first, second = met.yards
    leg = (await first.get(f"/v1/deals/{deal}")).json()["legs"][0]["id"]
    await met.post(met.mill, f"deals/{deal}/samples", REQUEST | {"leg_id": leg}, 201)

    own, other = [await yard.post(f"/v1/deals/{deal}/contract") for yard in (first, second)]

    assert own.json()["code"] == "sample_open"
    assert (other.json()["code"], other.json()["params"]) == ("not_finished", {"deliveries": [], "claims": []})
    assert "ample" not in other.text


async def test_a_contract_does_not_tell_a_recycler_when_another_signs_it(met: Scene) -> None:
    deal = await in_review(met)
    await met.post(met.coordinator, f"deals/{deal}/review", {"act": "approve"})
    for yard in met.yards:
        await agree(met, deal, yard)
    first, second = met.yards
    before = (await second.get(f"/v1/deals/{deal}/contract")).json()

    await met.post(first, f"deals/{deal}/contract")

    assert (await second.get(f"/v1/deals/{deal}/contract")).json() == before
