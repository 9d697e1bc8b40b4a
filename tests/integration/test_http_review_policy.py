"""A coordinator's policy through the wire: set, guarded, and felt by the next deal."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest_asyncio

from market.app import Application
from market.http.examples import REVIEW_POLICY
from market.parties.structs import Jurisdiction
from specs.kit import clock
from tests.support.api import client
from tests.support.deals import Scene, scene
from tests.support.market import Market

WAIVE_ALL = {"rules": [{"when": {}, "review": False}]}


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api) as found:
        yield found


async def put(caller: httpx.AsyncClient, policy: dict[str, Any], tag: str = "*") -> httpx.Response:
    return await caller.put("/v1/review-policy", json=policy, headers={"if-match": tag})


async def taken_up(met: Scene) -> dict[str, Any]:
    """The status of a new deal that both sides want."""
    deal = await met.open()
    return await met.post(met.yard, f"deals/{deal['id']}/take-up")


async def test_until_one_is_set_every_deal_is_reviewed_within_three_days(met: Scene) -> None:
    answer = await met.coordinator.get("/v1/review-policy")

    assert answer.headers["etag"] == '"0"'
    assert answer.json() == {
        "rules": [],
        "days": 3,
        "price_band_percent": 10.0,
        "tonnes_band_percent": 50.0,
        "schedule_band_percent": 25.0,
        "first_offer": "near_ask",
        "version": 0,
        "updated_at": None,
    }


async def test_a_policy_is_stored_whole_and_each_change_is_a_version(met: Scene) -> None:
    first = await put(met.coordinator, REVIEW_POLICY, '"0"')
    second = await put(met.coordinator, WAIVE_ALL, first.headers["etag"])

    assert (first.status_code, first.headers["etag"], first.json()["days"]) == (200, '"1"', 5)
    assert first.json()["rules"][1]["when"]["hazards"] is True
    assert (second.status_code, second.json()["version"]) == (200, 2)
    assert (await met.coordinator.get("/v1/review-policy")).json() == second.json()


async def test_a_policy_is_changed_only_as_it_was_read(met: Scene) -> None:
    assert (await met.coordinator.put("/v1/review-policy", json=WAIVE_ALL)).status_code == 428
    assert (await put(met.coordinator, WAIVE_ALL, '"1"')).status_code == 412
    assert (await put(met.coordinator, WAIVE_ALL, '"0"')).status_code == 200
    assert (await put(met.coordinator, REVIEW_POLICY, '"0"')).status_code == 412


async def test_of_two_who_set_the_first_policy_at_once_one_is_told(met: Scene) -> None:
    answers = await asyncio.gather(*(put(met.coordinator, policy, '"0"') for policy in (WAIVE_ALL, REVIEW_POLICY)))
    assert sorted(answer.status_code for answer in answers) == [200, 412]


async def test_faults_of_a_policy_are_named_all_at_once(met: Scene) -> None:
    wrong = {"rules": [{"when": {"materials": ["steel"], "max_tonnes": -1}, "review": True}], "price_band_percent": -1}

    refused = await put(met.coordinator, wrong)

    assert refused.status_code == 422
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [
        ("/price_band_percent", "out_of_range"),
        ("/rules/0/when/materials/0", "unknown_code"),
        ("/rules/0/when/max_tonnes", "not_positive"),
    ]


async def test_a_waived_deal_goes_straight_to_negotiating_and_the_next_policy_catches_the_next(met: Scene) -> None:
    await put(met.coordinator, WAIVE_ALL)
    waived = await taken_up(met)
    await met.post(met.mill, f"deals/{waived['id']}/withdraw", {"reason": "only to try"})
    await put(met.coordinator, {"rules": [], "days": 9})
    caught = await taken_up(met)

    assert (waived["status"], waived["approval"]) == ("negotiating", None)
    assert caught["status"] == "in_review"
    assert caught["deadline"] == f"{clock.end_of(clock.today(clock.now()) + timedelta(days=9)):%Y-%m-%dT%H:%M:%SZ}"


async def test_one_who_oversees_it_and_wants_a_review_is_enough(met: Scene, market: Market, api: Application) -> None:
    members = Jurisdiction(members=(met.parties[2].id,))
    other = await market.organisation("coordinator", "Careful Desk", prefecture=None, jurisdiction=members)
    async with client(api, other) as careful:
        await put(met.coordinator, WAIVE_ALL)
        await put(careful, {"rules": [{"when": {"first_deal": True}, "review": True}], "days": 2})

        deal = await taken_up(met)

        assert deal["status"] == "in_review"
        assert (await met.post(careful, f"deals/{deal['id']}/review", {"act": "approve"}))["status"] == "negotiating"


async def test_the_band_of_the_approving_coordinator_holds(met: Scene) -> None:
    await put(met.coordinator, {"price_band_percent": 2.5})
    deal = await taken_up(met)

    approved = await met.post(met.coordinator, f"deals/{deal['id']}/review", {"act": "approve"})

    assert approved["approval"]["price_band_percent"] == 2.5
