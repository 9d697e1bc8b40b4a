"""Portions through the wire: planned, dispatched, received, taken or not, settled; and what each does to stock."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from market.app import Application
from market.http.examples import ACCEPTANCE, DELIVERY, DISPATCH, REASON, RECEIPT
from specs.kit import clock
from tests.support.deals import Scene, agreed, scene
from tests.support.deliveries import (
    GOOD,
    accepted,
    acts,
    contracted,
    dispatched,
    planned,
    received,
    remaining,
    settled,
    stock,
    told,
)
from tests.support.market import Market


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, overseen=False) as found:
        yield found


async def test_the_examples_lead_from_a_plan_to_a_settled_portion(met: Scene) -> None:
    deal = await contracted(met)
    made = await met.post(met.yard, f"deals/{deal}/deliveries", DELIVERY, 201)
    path = f"deals/{deal}/deliveries/{made['id']}"

    states = [made["state"]]
    for caller, act, body in (
        (met.yard, "dispatch", DISPATCH),
        (met.mill, "receive", RECEIPT),
        (met.mill, "accept", ACCEPTANCE),
        (met.yard, "settle", None),
    ):
        states.append((await met.post(caller, f"{path}/{act}", body))["state"])

    assert states == ["planned", "dispatched", "received", "accepted_with_deduction", "settled"]
    assert (await met.mill.get(f"/v1/deals/{deal}")).json()["status"] == "delivering"
    assert (await told(met.mill))[:3] == ["delivery_settle", "delivery_dispatch", "delivery_plan"]
    assert (await told(met.yard))[:2] == ["delivery_deduct", "delivery_receive"]
    assert (await acts(met.mill, deal))[-6:] == [
        "delivery_plan", "delivery_dispatch", "deliver", "delivery_receive", "delivery_deduct", "delivery_settle",
    ]  # fmt: skip


async def test_what_was_measured_is_judged_against_the_agreed_limits_and_priced_before_it_is_decided(
    met: Scene,
) -> None:
    deal = await contracted(met, relaxations=[{"limit": 0, "relax_to": 0.3}])
    path = await received(met, deal, assays=[RECEIPT["assays"][0], *GOOD[1:], RECEIPT["assays"][1]])

    for reader in (met.mill, met.yard):
        shown = (await reader.get(f"/v1/{path}")).json()
        copper = shown["evaluation"]["limits"][0]
        assert (copper["max"], copper["measured"], copper["verdict"]) == (0.3, 0.27, "in_specification")
        assert shown["evaluation"]["verdict"] == "in_specification"
        # half a percent of water off 40 t, then 0.02 % of copper at 150 yen per 0.01 % on 39.8 t
        assert [(line["kind"], line["amount"]) for line in shown["would_settle"]["lines"]] == [
            ("price", 1760000), ("moisture", -8800), ("analyte", -11940),
        ]  # fmt: skip
        assert shown["would_settle"]["amount"] == {"net": 1739260, "tax": 173926, "gross": 1913186, "currency": "JPY"}


async def test_what_was_not_measured_of_a_portion_is_never_a_pass(met: Scene) -> None:
    deal = await contracted(met)
    path = await received(met, deal, assays=[])

    shown = (await met.mill.get(f"/v1/{path}")).json()

    assert shown["evaluation"]["verdict"] == "not_evaluated"


async def test_accepted_without_deduction_it_costs_the_full_price(met: Scene) -> None:
    deal = await contracted(met)
    path = await received(met, deal)

    taken = await met.post(met.mill, f"{path}/accept", {})

    assert (taken["state"], taken["accepted_tonnes"]) == ("accepted", 40)
    assert taken["settlement"]["amount"]["net"] == 1_760_000


async def test_there_is_no_deduction_without_a_reason_in_the_contract(met: Scene) -> None:
    deal = await contracted(met)
    path = await received(met, deal, assays=GOOD)

    refused = await met.mill.post(f"/v1/{path}/accept", json=ACCEPTANCE)

    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_to_deduct")


async def test_stock_follows_two_portions_of_which_one_is_rejected_and_replaced(met: Scene, market: Market) -> None:
    before = await remaining(met)
    deal = await contracted(met)
    assert await stock(market, deal) == {"committed": (100_000, 100_000)}

    good = await accepted(met, deal, 60)
    assert await stock(market, deal) == {"committed": (40_000, 40_000), "delivered": (60_000, 60_000)}

    bad = await received(met, deal, 40)
    shown = await met.post(met.mill, f"{bad}/reject", REASON)
    assert (shown["state"], shown["accepted_tonnes"], shown["reason"]) == ("rejected", 0, REASON["reason"])
    # the rest is still owed: a bad portion does not freeze the deal
    assert await stock(market, deal) == {"committed": (40_000, 40_000), "delivered": (60_000, 60_000)}
    assert (await met.mill.get(f"/v1/deals/{deal}")).json()["status"] == "delivering"

    instead = await settled(met, deal, 40)
    assert await stock(market, deal) == {"delivered": (100_000, 100_000)}
    assert await remaining(met) == (before[0] - 100, before[1] - 100)

    for path in (good, bad):
        await met.post(met.yard, f"{path}/settle")
    listed = (await met.mill.get(f"/v1/deals/{deal}/deliveries")).json()["items"]
    assert [(item["no"], item["outcome"]) for item in listed] == [
        (3, "accepted_with_deduction"), (2, "rejected"), (1, "accepted_with_deduction"),
    ]  # fmt: skip
    assert f"deals/{deal}/deliveries/{listed[0]['id']}" == instead
    assert (await met.post(met.mill, f"deals/{deal}/complete"))["status"] == "completed"


async def test_weights_within_the_tolerance_are_paid_as_declared_and_never_booked_beyond_what_was_agreed(
    met: Scene, market: Market
) -> None:
    deal = await contracted(met)
    path = await dispatched(met, deal, 100.4)
    await met.post(met.mill, f"{path}/receive", RECEIPT | {"tonnes": 100.2, "assays": []})

    taken = await met.post(met.mill, f"{path}/accept", {})

    assert (taken["counted_tonnes"], taken["accepted_tonnes"]) == (100.4, 100.4)
    assert taken["settlement"]["amount"]["net"] == 4_417_600
    assert await stock(market, deal) == {"delivered": (100_000, 100_000)}


async def test_more_than_what_is_left_with_the_tolerance_is_not_planned(met: Scene) -> None:
    deal = await contracted(met)
    await planned(met, deal, 60)

    refused = await met.yard.post(f"/v1/deals/{deal}/deliveries", json={"tonnes": 40.501})

    assert refused.status_code == 409
    assert (refused.json()["code"], refused.json()["params"]) == (
        "more_than_reserved",
        {"tonnes": 40.501, "left": 40.5},
    )


async def test_of_a_portion_that_is_heavier_than_agreed_a_part_can_be_taken(met: Scene, market: Market) -> None:
    deal = await contracted(met)
    path = await dispatched(met, deal, 100)
    await met.post(met.mill, f"{path}/receive", RECEIPT | {"tonnes": 110})

    refused = await met.mill.post(f"/v1/{path}/accept", json={})
    more = await met.mill.post(f"/v1/{path}/accept", json={"tonnes": 111})
    taken = await met.post(met.mill, f"{path}/accept", {"tonnes": 90})

    assert refused.json()["params"] == {"tonnes": 110, "left": 100.5}
    assert [error["code"] for error in more.json()["errors"]] == ["more_than_counted"]
    assert taken["accepted_tonnes"] == 90
    assert await stock(market, deal) == {"committed": (10_000, 10_000), "delivered": (90_000, 90_000)}


async def test_a_portion_that_is_called_off_makes_room_for_another(met: Scene) -> None:
    deal = await contracted(met)
    path = await planned(met, deal, 100)

    off = await met.post(met.yard, f"{path}/call-off", REASON)

    assert (off["state"], off["allowed"]) == ("called_off", [])
    assert await planned(met, deal, 100)


@pytest.mark.parametrize(
    ("who", "act", "body"),
    [
        ("mill", "dispatch", DISPATCH),
        ("yard", "receive", RECEIPT),
        ("mill", "accept", ACCEPTANCE),
        ("mill", "settle", None),
    ],
)
async def test_an_act_out_of_turn_is_refused(met: Scene, who: str, act: str, body: dict[str, Any] | None) -> None:
    deal = await contracted(met)
    path = await planned(met, deal)
    caller = getattr(met, who)

    refused = await caller.post(f"/v1/{path}/{act}", **({} if body is None else {"json": body}))

    assert (refused.status_code, refused.json()["code"]) == (409, "portion_refused")
    assert refused.json()["params"]["turn"] == "seller"


async def test_nothing_is_planned_before_both_have_signed(met: Scene) -> None:
    deal = await agreed(met)

    refused = await met.yard.post(f"/v1/deals/{deal}/deliveries", json=DELIVERY)

    assert (refused.status_code, refused.json()["code"]) == (409, "transition_refused")


async def test_days_are_between_the_dispatch_and_today(met: Scene) -> None:
    deal = await contracted(met)
    path = await planned(met, deal)
    today = clock.today(clock.now())
    tomorrow, yesterday = str(today + timedelta(days=1)), str(today - timedelta(days=1))

    early = await met.yard.post(f"/v1/{path}/dispatch", json=DISPATCH | {"dispatched_on": tomorrow})
    await met.post(met.yard, f"{path}/dispatch", DISPATCH)
    before = await met.mill.post(f"/v1/{path}/receive", json=RECEIPT | {"received_on": yesterday})

    assert [e["pointer"] for e in early.json()["errors"]] == ["/dispatched_on"]
    assert [e["pointer"] for e in before.json()["errors"]] == ["/received_on"]


async def test_an_act_on_an_older_version_is_refused(met: Scene) -> None:
    deal = await contracted(met)
    path = await planned(met, deal)
    tag = (await met.yard.get(f"/v1/{path}")).headers["etag"]
    await met.post(met.yard, f"{path}/dispatch", DISPATCH)

    stale = await met.mill.post(f"/v1/{path}/receive", json=RECEIPT, headers={"if-match": tag})

    assert (stale.status_code, stale.json()["code"]) == (412, "version_mismatch")


async def test_a_portion_is_taken_once_by_two_who_do_it_at_once(met: Scene, market: Market) -> None:
    deal = await contracted(met)
    path = await received(met, deal, 60)

    answers = await asyncio.gather(*(met.mill.post(f"/v1/{path}/accept", json={}) for _ in range(3)))

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert await stock(market, deal) == {"committed": (40_000, 40_000), "delivered": (60_000, 60_000)}
