"""Claims as money: within what they are about, and in the account of the leg once they are settled or decided."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from market.app import Application
from market.http.examples import CLAIM_ANSWER
from tests.support.claims import about, disputed, faults, made, resolution
from tests.support.deals import Scene, scene
from tests.support.deliveries import contracted, received
from tests.support.market import Market


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, overseen=False) as found:
        yield found


@pytest.mark.parametrize(
    ("kind", "amount", "code"),
    [
        ("quality", -1, "not_positive"),
        ("quality", 0, "not_positive"),
        ("quality", 1e-18, "finer_than_unit"),
        ("quality", 1000.5, "finer_than_unit"),
        # 40 t at 44,000 yen
        ("quality", 1_760_000, None),
        ("quality", 1_760_001, "more_than_claimable"),
        # the leg's 100 t
        ("delay", 4_400_000, None),
        ("delay", 4_400_001, "more_than_claimable"),
        # what it did harm to, up to ten times the leg
        ("contamination", 44_000_000, None),
        ("damage", 44_000_001, "more_than_claimable"),
        ("damage", 10**17, "more_than_claimable"),
    ],
)
async def test_a_claim_is_money_within_what_it_is_about(
    met: Scene, kind: str, amount: object, code: str | None
) -> None:
    deal = await contracted(met)
    portion = await received(met, deal)

    answer = await met.mill.post(f"/v1/deals/{deal}/claims", json=about(portion, kind=kind, amount=amount))

    assert faults(answer) == ([] if code is None else [("/amount", code)])


async def test_answers_and_rulings_are_within_the_same_bounds(met: Scene, market: Market) -> None:
    deal, portion, claim = await disputed(met, market)
    other = await made(met, deal, portion, kind="quality")

    answer = await met.yard.post(f"/v1/{other}/answer", json=CLAIM_ANSWER | {"amount": 1_760_001})
    word = resolution(claim)
    ruling = await met.coordinator.post(
        f"/v1/deals/{deal}/resolve", json=word | {"rulings": [word["rulings"][0] | {"amount": 0.1}]}
    )
    dismissed = await met.coordinator.post(
        f"/v1/deals/{deal}/resolve", json=word | {"rulings": [word["rulings"][0] | {"finding": "dismissed"}]}
    )

    assert faults(answer) == [("/amount", "more_than_claimable")]
    assert faults(ruling) == [("/rulings/0/amount", "finer_than_unit")]
    assert faults(dismissed) == [("/rulings/0/amount", "not_when_dismissed")]


async def test_a_portion_is_refunded_once_however_many_claims_are_made_of_it(met: Scene) -> None:
    deal = await contracted(met)
    portion = await received(met, deal)
    await met.post(met.mill, f"{portion}/accept", {"deduct": False})
    whole = {"amount": 1_760_000}
    first, second = [await made(met, deal, portion, kind=kind, **whole) for kind in ("quality", "weight")]
    for claim in (first, second):
        await met.post(met.yard, f"{claim}/answer", CLAIM_ANSWER | whole)
    await met.post(met.mill, f"{first}/settle", {})

    again = await met.mill.post(f"/v1/{second}/settle", json={})
    third = await met.mill.post(f"/v1/deals/{deal}/claims", json=about(portion, kind="documents", amount=1))
    (leg,) = (await met.mill.get(f"/v1/deals/{deal}/account")).json()["legs"]

    assert faults(again) == faults(third) == [("/amount", "more_than_claimable")]
    assert (leg["net"], leg["total"]) == (0, 0)


async def test_what_a_claim_was_settled_at_is_in_the_account_of_both_sides(met: Scene, market: Market) -> None:
    deal, _, claim = await disputed(met, market)
    before = (await met.yard.get(f"/v1/deals/{deal}/account")).json()["legs"][0]
    await met.post(met.coordinator, f"deals/{deal}/resolve", resolution(claim))

    mill, yard, desk = [
        (await caller.get(f"/v1/deals/{deal}/account")).json() for caller in (met.mill, met.yard, met.coordinator)
    ]

    (leg,) = mill["legs"]
    assert mill == yard == desk
    assert before["claims"] == []
    assert [(line["amount"], line["changes_price"]) for line in leg["claims"]] == [(-25000, True)]
    assert leg["net"] == before["net"] - 25000
    assert leg["total"] == leg["net"] + leg["tax"]


async def test_round_amounts_are_told_digit_by_digit(met: Scene) -> None:
    # 40 t at 44,000 yen; readers of whole yen do not take 1.76E+6
    deal = await contracted(met)
    portion = await received(met, deal)
    await met.post(met.mill, f"{portion}/accept", {"deduct": False})
    claim = await made(met, deal, portion, kind="quality", amount=100_000)

    texts = [(await met.mill.get(f"/v1/{path}")).text for path in (claim, f"deals/{deal}/account")]

    assert '"amount":100000,' in texts[0]
    assert '"net":1760000}' in texts[1]
