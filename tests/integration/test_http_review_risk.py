"""What a coordinator is told of a deal's risk: from pinned listings, earlier deals of the parties, and like prices."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from market.app import Application
from market.deals.review.risk import LEAST_LIKE_DEALS
from tests.support.api import published
from tests.support.deals import Scene, scene
from tests.support.market import LOT, Market

PRICE = {"amount": 44000, "currency": "JPY", "per": "t", "incoterm": "DAP"}
CERTAIN = [
    {"analyte": "Cu", "value": 0.18, "unit": "%", "uncertainty": 0.005},
    *({"analyte": name, "value": 0.04, "unit": "%", "uncertainty": 0.002} for name in ("Cr", "Ni", "Mo")),
]
WAIVE_ALL = {"rules": [{"when": {}, "review": False}]}
# the catalogue has no ordinance of Kanagawa on scrap yards
UNREAD = {"yard_rules_unknown": {"prefectures": ["JP-14"]}}


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with market.superuser() as connection:
        # what other tests agreed on is not like what this one does
        await connection.execute("update deal set material = 'pp'")
    async with scene(market, api, lots=[{"assays": CERTAIN}]) as found:
        yield found


async def policy(met: Scene, rules: dict[str, Any]) -> None:
    answer = await met.coordinator.put("/v1/review-policy", json=rules, headers={"if-match": "*"})
    assert answer.status_code == 200, answer.text


async def opened(met: Scene, **lot: Any) -> str:
    """A deal on a new lot that both sides want."""
    changes = {"available": met.days, "assays": CERTAIN} | lot
    offered = await published(met.yard, "lots", LOT | changes)
    await met.mill.get(f"/v1/specs/{met.spec}/matches?near_misses=true&limit=200")
    await met.mill.get(f"/v1/specs/{met.spec}/matches?limit=200")
    deal = await met.post(met.mill, "deals", {"spec_id": met.spec, "lot_id": offered}, 201)
    await met.post(met.yard, f"deals/{deal['id']}/take-up")
    return str(deal["id"])


async def agreed(met: Scene, price: int = 44000) -> str:
    """A deal that was struck without a review."""
    await policy(met, WAIVE_ALL)
    deal = await opened(met)
    await met.post(met.yard, f"deals/{deal}/offers", {"price": PRICE | {"amount": price}, "tonnes": 20})
    (offer,) = (await met.mill.get(f"/v1/deals/{deal}/offers")).json()["items"]
    assert (await met.post(met.mill, f"deals/{deal}/offers/{offer['id']}/accept"))["status"] == "agreed"
    await policy(met, {"rules": []})
    return deal


async def risk(met: Scene, deal: str) -> dict[str, dict[str, Any]]:
    """The parameters of each reason by its code."""
    found = (await met.coordinator.get(f"/v1/deals/{deal}")).json()["risk"]
    return {reason["code"]: reason["params"] for reason in found["reasons"]}


async def test_two_parties_without_any_deal_are_told_until_they_have_struck_one(met: Scene) -> None:
    assert (await risk(met, await opened(met))) == {"first_deal": {"count": 2}} | UNREAD
    await agreed(met)
    assert (await risk(met, await opened(met))) == UNREAD


@pytest.mark.parametrize(
    ("lot", "reason"),
    [
        ({"assays": CERTAIN[:3]}, {"assays_missing": {"analytes": ["Cr", "Mo", "Ni"]}}),
        ({"hazards": ["radioactivity"]}, {"hazardous_stream": {"hazards": ["radioactivity"]}}),
    ],
)
async def test_what_the_pinned_lot_says_speaks_for_a_closer_look(
    met: Scene, lot: dict[str, Any], reason: dict[str, Any]
) -> None:
    assert (await risk(met, await opened(met, **lot))) == {"first_deal": {"count": 2}} | UNREAD | reason


async def test_an_uncertain_lot_names_its_chance_and_what_was_asked_for(met: Scene) -> None:
    uncertain = [CERTAIN[0] | {"value": 0.24, "uncertainty": 0.02}, *CERTAIN[1:]]

    told = (await risk(met, await opened(met, assays=uncertain)))["low_probability"]

    assert told["confidence"] == 0.95
    assert 0.6 < told["probability"] < 0.75


async def test_a_far_lot_is_told_with_its_way(met: Scene) -> None:
    told = (await risk(met, await opened(met, location={"prefecture": "JP-40"})))["far_apart"]
    assert told["road_km"] + told["sea_km"] > 800


async def test_what_the_pinned_evaluation_says_of_permits_is_told(met: Scene, market: Market) -> None:
    deal = await met.open()
    flags = [
        {"code": "permit_unchecked", "params": {"party": "receiver", "permits": ["SHOBUN"]}, "reason": ""},
        {"code": "permit_ends_in_window", "params": {"party": "owner", "permits": ["SHUUN"]}, "reason": ""},
    ]
    async with market.superuser() as connection:
        await connection.execute(
            "update deal_lot set evaluation = jsonb_set(evaluation, '{flags}', $2::jsonb) where deal_id::text = $1",
            deal["id"],
            msgspec.json.encode(flags).decode(),
        )
    await met.post(met.yard, f"deals/{deal['id']}/take-up")

    found = await risk(met, deal["id"])

    assert found["permit_unproven"] == {"permits": ["SHOBUN"]}
    assert found["permit_ending"] == {"permits": ["SHUUN"]}


async def test_a_price_far_from_the_median_of_five_like_deals_is_told(met: Scene, market: Market) -> None:
    cheap = {"ask_price": PRICE | {"amount": 20000}}
    deals = [await agreed(met, 40000 + 2000 * i) for i in range(LEAST_LIKE_DEALS - 1)]
    assert "price_unusual" not in await risk(met, await opened(met, **cheap))
    deals.append(await agreed(met, 49000))

    assert (await risk(met, await opened(met, **cheap)))["price_unusual"] == {
        "price": 20000,
        "currency": "JPY",
        "median": 44000,
        "percent": 54.5,
        "offers": 5,
    }
    older = "update offer set closed_at = closed_at - interval '181 days' where deal_id::text = $1"
    undone = "update deal set status = 'withdrawn', turn = 'nobody' where id::text = $1"
    for change, deal in ((older, deals[0]), (undone, deals[1])):
        async with market.superuser() as connection:
            await connection.execute(change, deal)
        assert "price_unusual" not in await risk(met, await opened(met, **cheap))
        await agreed(met)
        assert "price_unusual" in await risk(met, await opened(met, **cheap))


async def test_the_risk_is_worked_out_again_with_the_offers_when_an_approval_was_void(met: Scene) -> None:
    deal = await opened(met)
    await met.post(met.coordinator, f"deals/{deal}/review", {"act": "approve"})
    give_way = {"relaxations": [{"limit": 0, "relax_to": 0.27}]}
    await met.post(met.yard, f"deals/{deal}/offers", {"price": PRICE, "tonnes": 20} | give_way)
    (offer,) = (await met.mill.get(f"/v1/deals/{deal}/offers")).json()["items"]

    again = await met.post(met.mill, f"deals/{deal}/offers/{offer['id']}/accept")

    assert again["status"] == "in_review"
    assert (await risk(met, deal))["limits_relaxed"] == {"analytes": ["Cu"]}
