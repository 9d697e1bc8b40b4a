"""A coordinator's decisions through the wire, what the sides answer, and what leaves an approval behind."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from market.app import Application
from market.http.examples import ANSWERS, REVIEW
from market.parties.founding import set_jurisdiction
from market.parties.structs import Jurisdiction
from tests.support.api import client
from tests.support.deals import Scene, scene
from tests.support.market import Market

APPROVE = {"act": "approve", "conditions": ["Weigh every portion."]}
RETURN = {"act": "return", "questions": ["Who took the sample?", "When?"]}
REJECT = {"act": "reject", "reason_code": "evidence", "note": "One result is not enough."}
PRICE = {"amount": 44000, "currency": "JPY", "per": "t", "incoterm": "DAP"}


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api) as found:
        yield found


async def in_review(met: Scene, **more: Any) -> str:
    """A deal that the mill opened and the yard took up."""
    deal = await met.open(**more)
    taken = await met.post(met.yard, f"deals/{deal['id']}/take-up")
    assert taken["status"] == "in_review"
    return str(deal["id"])


async def notices(caller: httpx.AsyncClient, deal: str) -> list[str]:
    """Codes of what an organisation was told of a deal since it was proposed, the newest first."""
    items = (await caller.get("/v1/notices")).json()["items"]
    told = [notice["code"] for notice in items if notice["object_id"] == deal]
    return [code for code in told if code != "deal_proposed"]


async def reviews(caller: httpx.AsyncClient, deal: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await caller.get(f"/v1/deals/{deal}/reviews")).json()["items"]
    return found


async def test_an_approved_deal_is_negotiated_and_both_sides_read_the_conditions(met: Scene) -> None:
    deal = await in_review(met, tonnes=100)

    approved = await met.post(met.coordinator, f"deals/{deal}/review", APPROVE)

    assert (approved["status"], approved["turn"]) == ("negotiating", "both")
    for caller in (met.mill, met.yard):
        shown = (await caller.get(f"/v1/deals/{deal}")).json()
        assert shown["approval"]["conditions"] == ["Weigh every portion."]
        (leg,) = shown["approval"]["legs"]
        assert (leg["price"], leg["relaxations"], leg["lots"]) == (None, [], [{"lot_id": met.lots[0], "kg": 100_000}])
        assert await notices(caller, deal) == ["deal_approved"]
    assert await notices(met.coordinator, deal) == ["review_waiting"]


async def test_a_returned_deal_comes_back_with_an_answer_to_every_question(met: Scene) -> None:
    deal = await in_review(met)
    returned = await met.post(met.coordinator, f"deals/{deal}/review", RETURN)
    assert (returned["status"], returned["turn"]) == ("returned", "both")

    short = await met.yard.post(f"/v1/deals/{deal}/resubmit", json={"answers": ["The laboratory."]})
    back = await met.post(met.yard, f"deals/{deal}/resubmit", {"answers": ["The laboratory.", "In May."]})

    assert short.status_code == 422
    assert [(error["pointer"], error["code"]) for error in short.json()["errors"]] == [
        ("/answers", "answer_each_question")
    ]
    assert (back["status"], back["turn"]) == ("in_review", "coordinator")
    assert [(one["no"], one["by"], one["act"]) for one in await reviews(met.coordinator, deal)] == [
        (2, "seller", "resubmit"),
        (1, "coordinator", "return"),
    ]
    assert await notices(met.coordinator, deal) == ["review_waiting", "review_waiting"]


async def test_a_rejected_deal_is_over_and_says_why_in_words(met: Scene) -> None:
    deal = await in_review(met)

    over = await met.post(met.coordinator, f"deals/{deal}/review", REJECT)

    assert (over["status"], over["turn"], over["allowed"]) == ("rejected", "nobody", [])
    japanese = await met.yard.get(f"/v1/deals/{deal}/reviews", headers={"accept-language": "ja"})
    (review,) = japanese.json()["items"]
    assert (review["reason_code"], review["reason"]) == ("evidence", "裏付けが十分ではありません")
    assert review["note"] == "One result is not enough."
    assert await notices(met.mill, deal) == ["deal_rejected"]


@pytest.mark.parametrize(
    ("draft", "faults"),
    [
        ({"act": "return"}, [("/questions", "needed_by_act")]),
        ({"act": "reject"}, [("/reason_code", "needed_by_act")]),
        (
            {"act": "approve", "questions": ["?"], "reason_code": "other"},
            [("/questions", "only_with_act"), ("/reason_code", "only_with_act")],
        ),
    ],
)
async def test_each_decision_takes_what_belongs_to_it(
    met: Scene, draft: dict[str, Any], faults: list[tuple[str, str]]
) -> None:
    deal = await in_review(met)

    refused = await met.coordinator.post(f"/v1/deals/{deal}/review", json=draft)

    assert refused.status_code == 422
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == faults


async def test_two_coordinators_race_and_one_decides(met: Scene, market: Market, api: Application) -> None:
    members = Jurisdiction(members=(met.parties[0].id,))
    other = await market.organisation("coordinator", "Other Desk", prefecture=None, jurisdiction=members)
    async with client(api, other) as second:
        deal = await in_review(met)
        answers = await asyncio.gather(
            met.coordinator.post(f"/v1/deals/{deal}/review", json=APPROVE),
            second.post(f"/v1/deals/{deal}/review", json=REJECT),
        )

        assert sorted(answer.status_code for answer in answers) == [200, 409]
        (lost,) = [answer.json() for answer in answers if answer.status_code == 409]
        assert lost["code"] == "transition_refused"
        assert len(await reviews(met.coordinator, deal)) == 1


async def test_a_coordinator_of_another_prefecture_finds_nothing(met: Scene, market: Market, api: Application) -> None:
    far = await market.organisation(
        "coordinator", "Far Desk", prefecture=None, jurisdiction=Jurisdiction(prefectures=("JP-47",))
    )
    async with client(api, far) as stranger:
        deal = await in_review(met)

        for answer in (
            await stranger.post(f"/v1/deals/{deal}/review", json=APPROVE),
            await stranger.get(f"/v1/deals/{deal}/reviews"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert (await stranger.get("/v1/reviews")).json()["items"] == []
        assert (await stranger.get("/v1/reviews/counts")).json()["waiting"] == 0


async def test_a_coordinator_decides_nothing_on_a_deal_of_its_own_organisation(
    met: Scene, market: Market, api: Application
) -> None:
    deal = await in_review(met)
    mill = met.parties[0].id
    key = (await met.mill.post("/v1/api-keys", json={"name": "of a mill that coordinates"})).json()["api_key"]
    async with market.owner() as connection, connection.transaction():
        # no path of ours leads there, and the rule must not hang on that
        await connection.execute("select set_config('app.tenant_id', $1, true)", str(mill))
        await connection.execute("update organisation set kind = 'coordinator' where id = $1", mill)
        await set_jurisdiction(connection, mill, Jurisdiction(members=(mill,)))
    async with client(api, authorization=f"Bearer {key}") as both:
        refused = await both.post(f"/v1/deals/{deal}/review", json=APPROVE)
        assert (refused.status_code, refused.json()["code"]) == (403, "own_deal")
        assert (await both.get("/v1/reviews")).json()["items"] == []


async def test_the_parties_do_not_see_what_speaks_against_them(met: Scene) -> None:
    deal = await in_review(met)

    risk = (await met.coordinator.get(f"/v1/deals/{deal}")).json()["risk"]
    assert "first_deal" in [reason["code"] for reason in risk["reasons"]]
    assert all(reason["reason"] for reason in risk["reasons"])
    for caller in (met.mill, met.yard):
        assert (await caller.get(f"/v1/deals/{deal}")).json()["risk"] is None
        assert [item["risk"] for item in (await caller.get("/v1/deals")).json()["items"]] == [None]


async def agree(met: Scene, deal: str, **terms: Any) -> dict[str, Any]:
    """The yard offers, the mill accepts; the deal as the mill sees it then."""
    await met.post(met.yard, f"deals/{deal}/offers", {"price": PRICE, "tonnes": 100} | terms)
    newest = (await met.mill.get(f"/v1/deals/{deal}/offers")).json()["items"][0]
    return await met.post(met.mill, f"deals/{deal}/offers/{newest['id']}/accept")


async def test_terms_inside_the_approval_are_struck_at_once(met: Scene) -> None:
    deal = await in_review(met, tonnes=100)
    await met.post(met.coordinator, f"deals/{deal}/review", APPROVE)

    assert (await agree(met, deal))["status"] == "agreed"


async def test_a_limit_relaxed_beyond_the_approval_is_reviewed_again_and_then_agreed(met: Scene) -> None:
    deal = await in_review(met, tonnes=100)
    await met.post(met.coordinator, f"deals/{deal}/review", APPROVE)

    again = await agree(met, deal, relaxations=[{"limit": 0, "relax_to": 0.27}])

    assert (again["status"], again["turn"], again["approval"]) == ("in_review", "coordinator", None)
    void = (await reviews(met.yard, deal))[0]
    assert (void["act"], [reason["code"] for reason in void["voided"]]) == ("void", ["limit_relaxed_further"])
    assert "Cu" in void["voided"][0]["reason"]
    assert (await met.coordinator.get(f"/v1/deals/{deal}")).json()["risk"]["reasons"]

    agreed = await met.post(met.coordinator, f"deals/{deal}/review", APPROVE)
    assert agreed["status"] == "agreed"
    (leg,) = agreed["approval"]["legs"]
    assert (leg["price"]["amount"], leg["relaxations"]) == (44000, [{"limit": 0, "relax_to": 0.27}])


@pytest.mark.parametrize(
    ("first_offer", "amount", "status", "codes"),
    [
        ("near_ask", 49_500, "agreed", []),
        ("near_ask", 49_501, "in_review", ["first_price_beyond_band"]),
        ("review", 45_000, "in_review", ["first_offer"]),
        ("any", 90_000, "agreed", []),
    ],
)
async def test_a_first_price_is_held_against_what_the_lot_asks_as_the_policy_says(
    met: Scene, first_offer: str, amount: int, status: str, codes: list[str]
) -> None:
    await met.coordinator.put("/v1/review-policy", json={"first_offer": first_offer}, headers={"If-Match": '"0"'})
    deal = await in_review(met, tonnes=100)
    approved = await met.post(met.coordinator, f"deals/{deal}/review", APPROVE)
    assert approved["approval"]["first_offer"] == first_offer

    after = await agree(met, deal, price=PRICE | {"amount": amount})

    assert after["status"] == status
    told = (await reviews(met.mill, deal))[0]
    assert [reason["code"] for reason in told["voided"]] == codes
    # what the lot asks is not the buyer's to read
    assert "45000" not in str(told)
    assert "45,000" not in str(told)


async def test_what_the_contract_said_when_it_was_reviewed_is_part_of_the_approval(met: Scene) -> None:
    deal = await in_review(met, tonnes=100)
    await met.post(met.coordinator, f"deals/{deal}/review", APPROVE)
    await agree(met, deal, relaxations=[{"limit": 0, "relax_to": 0.27}], contract={"claim_days": 20})
    await met.post(met.coordinator, f"deals/{deal}/review", RETURN)
    await met.post(met.yard, f"deals/{deal}/resubmit", {"answers": ["The laboratory.", "In May."]})

    assert (await met.post(met.coordinator, f"deals/{deal}/review", APPROVE))["status"] == "agreed"
    (leg,) = (await met.yard.get(f"/v1/deals/{deal}")).json()["approval"]["legs"]
    assert leg["contract"]["claim_days"] == 20


async def test_a_recycler_reads_only_its_own_leg_of_an_approval_and_its_own_answers(
    market: Market, api: Application
) -> None:
    certain = [{"analyte": "Cu", "value": 0.2, "unit": "%", "uncertainty": 0.005}]
    wanted = {"quantity": {"tonnes": 180}, "limits": [{"analytes": ["Cu"], "max": 0.25, "unit": "%"}]}
    async with scene(market, api, yards=2, spec=wanted, lots=[{"assays": certain}] * 2) as met:
        blend = (await met.mill.post(f"/v1/specs/{met.spec}/blends", json={})).json()["items"][0]
        deal = (await met.post(met.mill, "deals", {"blend_id": blend["id"]}, 201))["id"]
        for yard in met.yards:
            await met.post(yard, f"deals/{deal}/take-up")
        await met.post(met.coordinator, f"deals/{deal}/review", RETURN)
        await met.post(met.yards[0], f"deals/{deal}/resubmit", {"answers": ["A secret.", "Another."]})
        await met.post(met.coordinator, f"deals/{deal}/review", APPROVE)

        assert len((await met.mill.get(f"/v1/deals/{deal}")).json()["approval"]["legs"]) == 2
        for yard, lot, acts in zip(
            met.yards, met.lots, (["approve", "resubmit", "return"], ["approve", "return"]), strict=True
        ):
            (leg,) = (await yard.get(f"/v1/deals/{deal}")).json()["approval"]["legs"]
            assert [one["lot_id"] for one in leg["lots"]] == [lot]
            assert [review["act"] for review in await reviews(yard, deal)] == acts
        rival = met.yards[1]
        assert "secret" not in (await rival.get(f"/v1/deals/{deal}/events")).text


async def test_the_examples_are_accepted(met: Scene) -> None:
    deal = await in_review(met)
    await met.post(met.coordinator, f"deals/{deal}/review", {"act": "return", "questions": ["When?"]})

    await met.post(met.yard, f"deals/{deal}/resubmit", ANSWERS)

    assert (await met.post(met.coordinator, f"deals/{deal}/review", REVIEW))["status"] == "negotiating"
