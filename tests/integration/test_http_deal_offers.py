"""Offers through the wire: whose turn it is, what they do to the match, and the moment of agreement."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from market.app import Application
from market.http.examples import OFFER
from tests.support.deals import TERMS, Scene, agreed, negotiating, newest, scene
from tests.support.market import Market

LOW = [
    {"analyte": "Cu", "value": 0.22, "unit": "%", "uncertainty": 0.005},
    {"analyte": "Cr", "value": 0.05, "unit": "%"},
    {"analyte": "Ni", "value": 0.04, "unit": "%"},
    {"analyte": "Mo", "value": 0.01, "unit": "%"},
]
RICH = [{"analyte": "Cu", "value": 0.31, "unit": "%", "uncertainty": 0.005}, *LOW[1:]]


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, yards=2, overseen=False, lots=[{"assays": LOW}, {"assays": RICH}]) as found:
        yield found


async def remaining(met: Scene) -> tuple[float, float]:
    spec = (await met.mill.get(f"/v1/specs/{met.spec}")).json()
    lot = (await met.yard.get(f"/v1/lots/{met.lots[0]}")).json()
    return spec["remaining_tonnes"], lot["remaining_tonnes"]


async def test_an_offer_gives_the_turn_to_the_other_side(met: Scene) -> None:
    deal = await negotiating(met)

    after = await met.post(met.yard, f"deals/{deal}/offers", TERMS)

    assert (after["status"], after["turn"]) == ("negotiating", "buyer")
    refused = await met.yard.post(f"/v1/deals/{deal}/offers", json=TERMS)
    assert (refused.status_code, refused.json()["code"]) == (409, "transition_refused")


async def test_the_lots_of_a_leg_are_shown_with_what_the_newest_offer_takes_of_them(met: Scene) -> None:
    deal = await negotiating(met)

    leg = (await met.post(met.yard, f"deals/{deal}/offers", TERMS | {"tonnes": 60}))["legs"][0]

    assert (leg["tonnes"], [lot["tonnes"] for lot in leg["lots"]]) == (60, [60])


async def test_both_sides_see_the_match_judged_under_the_offered_limit(met: Scene) -> None:
    deal = await negotiating(met, 1, relaxations=[{"limit": 0, "relax_to": 0.33}])
    await met.post(met.yards[1], f"deals/{deal}/offers", TERMS)
    strict = await newest(met.mill, deal)
    await met.post(met.mill, f"deals/{deal}/offers", TERMS | {"relaxations": [{"limit": 0, "relax_to": 0.33}]})

    for reader in (met.mill, met.yards[1]):
        wide = await newest(reader, deal)
        assert strict["judged"]["evaluations"][0]["verdict"] == "out_of_specification"
        assert wide["judged"]["evaluations"][0]["verdict"] == "in_specification"
        assert wide["judged"]["evaluations"][0]["limits"][0]["max"] == 0.33
        assert wide["changed"] == ["relaxations"]


async def test_a_promised_step_shows_the_lot_as_it_would_be_and_says_that_it_is_projected(met: Scene) -> None:
    deal = await negotiating(met, 1, relaxations=[{"limit": 0, "relax_to": 0.33}])
    step = {"step": "HAND_PICKING", "yield": 0.97, "removal": [{"analyte": "Cu", "fraction": 0.5}]}
    await met.post(met.yards[1], f"deals/{deal}/offers", TERMS | {"steps": [step]})

    projection = (await newest(met.mill, deal))["judged"]["projections"][0]

    assert projection["projected"] is True
    claims = (await newest(met.yards[1], deal))["judged"]["claims"]
    assert [[claim["percent"] for claim in step] for step in claims] == [[97, 50]]
    assert projection["limits"][0]["before"] == "out_of_specification"
    assert projection["limits"][0]["verdict"] == "in_specification"


async def test_an_accepted_offer_takes_stock_on_both_sides_and_opens_names(met: Scene) -> None:
    before = await remaining(met)
    deal = await agreed(met)

    assert await remaining(met) == (before[0] - 100, before[1] - 100)
    shown = (await met.yard.get(f"/v1/deals/{deal}")).json()
    assert (shown["status"], shown["buyer"]["name"]) == ("agreed", "Deal Mill")


async def test_the_amount_is_rounded_once_and_the_tax_stands_apart(met: Scene) -> None:
    deal = await negotiating(met)
    price = TERMS["price"] | {"amount": 44000.55}
    await met.post(met.yard, f"deals/{deal}/offers", TERMS | {"price": price, "tonnes": 33.333})

    amount = (await newest(met.mill, deal))["amount"]

    # 44,000.55 × 33.333 = 1,466,670.33…; a tenth of 1,466,670 is 146,667
    assert amount == {"net": 1466670, "tax": 146667, "gross": 1613337, "currency": "JPY"}


async def test_only_the_newest_offer_can_be_accepted(met: Scene) -> None:
    deal = await negotiating(met)
    await met.post(met.yard, f"deals/{deal}/offers", TERMS)
    old = await newest(met.mill, deal)
    await met.post(met.mill, f"deals/{deal}/offers", TERMS | {"price": TERMS["price"] | {"amount": 43000}})

    refused = await met.mill.post(f"/v1/deals/{deal}/offers/{old['id']}/accept")
    own = await met.mill.post(f"/v1/deals/{deal}/offers/{(await newest(met.mill, deal))['id']}/accept")

    assert (refused.status_code, refused.json()["code"]) == (409, "offer_not_standing")
    assert (own.status_code, own.json()["code"]) == (409, "transition_refused")


async def test_an_offer_can_be_taken_back_and_either_side_may_offer_again(met: Scene) -> None:
    deal = await negotiating(met)
    await met.post(met.yard, f"deals/{deal}/offers", TERMS)
    offer = await newest(met.yard, deal)

    after = await met.post(met.yard, f"deals/{deal}/offers/{offer['id']}/retract")

    assert after["turn"] == "both"
    assert (await newest(met.mill, deal))["state"] == "ended"


async def test_two_deals_that_race_for_the_last_tonnes_are_never_both_agreed(market: Market, api: Application) -> None:
    async with scene(market, api, yards=2, overseen=False, spec={"quantity": {"tonnes": 100}}) as met:
        deals = [await negotiating(met, lot) for lot in range(2)]
        offers = []
        for deal, yard in zip(deals, met.yards, strict=True):
            await met.post(yard, f"deals/{deal}/offers", TERMS)
            offers.append(await newest(met.mill, deal))

        answers = await asyncio.gather(
            *(
                met.mill.post(f"/v1/deals/{deal}/offers/{offer['id']}/accept")
                for deal, offer in zip(deals, offers, strict=True)
            )
        )

        assert sorted(answer.status_code for answer in answers) == [200, 409]
        loser = next(answer for answer in answers if answer.status_code == 409).json()
        assert (loser["code"], loser["params"]) == ("stock_taken", {"side": "spec", "tonnes": 100, "left": 0})


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"price": {"amount": 44000}}, "/price/incoterm", "incoterm_missing"),
        ({"price": {"amount": -1, "incoterm": "DAP"}}, "/price/amount", "negative"),
        ({"tonnes": 0}, "/tonnes", "not_positive"),
        ({"tonnes": 121}, "/tonnes", "more_than_left"),
        ({"tonnes": 1e306}, "/tonnes", "too_large"),
        ({"tonnes": 19}, "/tonnes", "less_than_least"),
        ({"schedule": [{"month": "1999-01", "tonnes": 100}]}, "/schedule/0/month", "month_outside_window"),
        ({"schedule": [{"month": "1999-01", "tonnes": 1.7e308}] * 2}, "/schedule/1/tonnes", "too_large"),
        ({"valid_until": "2020-01-01"}, "/valid_until", "validity_out_of_range"),
        ({"relaxations": [{"limit": 1, "relax_to": 0.2}]}, "/relaxations/0/limit", "limit_not_negotiable"),
        ({"steps": [{"step": "NO_SUCH", "yield": 0.9}]}, "/steps/0/step", "unknown_code"),
        ({"leg_id": "0199f3a2-7c1e-7d3a-9b52-0c4e1f6a8b01"}, "/leg_id", "no_such_leg"),
    ],
)
async def test_terms_with_a_fault_are_refused_by_its_pointer(
    met: Scene, changes: dict[str, Any], pointer: str, code: str
) -> None:
    deal = await negotiating(met)

    refused = await met.yard.post(f"/v1/deals/{deal}/offers", json=TERMS | changes)

    assert refused.status_code == 422, refused.text
    assert (pointer, code) in [(error["pointer"], error["code"]) for error in refused.json()["errors"]]


async def test_the_example_is_accepted(met: Scene) -> None:
    deal = await negotiating(met)

    assert (await met.post(met.yard, f"deals/{deal}/offers", OFFER))["turn"] == "buyer"


async def test_terms_under_which_the_lot_misses_the_spec_are_talked_about_but_not_agreed_on(met: Scene) -> None:
    deal = await negotiating(met, 1, relaxations=[{"limit": 0, "relax_to": 0.33}])
    await met.post(met.yards[1], f"deals/{deal}/offers", TERMS)
    strict = await newest(met.mill, deal)
    refused = await met.mill.post(f"/v1/deals/{deal}/offers/{strict['id']}/accept")
    await met.post(met.mill, f"deals/{deal}/offers", TERMS | {"relaxations": [{"limit": 0, "relax_to": 0.33}]})
    wide = await newest(met.yards[1], deal)

    assert (refused.status_code, refused.json()["code"]) == (409, "relaxation_needed")
    assert refused.json()["params"] == {"limits": "Cu"}
    agreed_on = await met.post(met.yards[1], f"deals/{deal}/offers/{wide['id']}/accept")
    assert agreed_on["status"] == "agreed"
