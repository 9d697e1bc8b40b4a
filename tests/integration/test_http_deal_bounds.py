"""What may be agreed at all: how little of a lot, from how many recyclers, until which day, at which price."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from market.app import Application
from tests.support.api import published
from tests.support.deals import TERMS, Scene, agreed, negotiating, newest, scene
from tests.support.market import LOT, Market

SMALL = {"quantity": {"tonnes": 3000, "min_lot_tonnes": 30, "max_suppliers": 1}}
_PAST = """update {table}_revision r set content = jsonb_set(r.content, '{{{path},until}}', '"2020-01-31"')
from deal d join deal_lot l on l.deal_id = d.id where d.id = $1 and r.id = {id}"""


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, overseen=False) as found:
        yield found


def faults(answer: httpx.Response) -> list[tuple[str, str]]:
    """Where and what, of a refusal."""
    return [(one["pointer"], one["code"]) for one in answer.json()["errors"]]


async def over(market: Market, deal: str, table: str) -> None:
    """The window of what is dealt in has passed, and no sweeper has run."""
    path, listing = ("delivery", "d.spec_id") if table == "spec" else ("available", "l.lot_id")
    async with market.superuser() as connection:
        await connection.execute(_PAST.format(table=table, path=path, id=listing), UUID(deal))


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"price": TERMS["price"] | {"amount": 0}}, "/price/amount", "not_positive"),
        ({"price": TERMS["price"] | {"amount": 10**12}}, "/price/amount", "too_large"),
        ({"relaxations": [{"limit": 0, "relax_to": 1e308}]}, "/relaxations/0/relax_to", "implausible_limit"),
        ({"contract": {"grace_days": 0}}, "/contract/grace_days", "days_out_of_range"),
        ({"contract": {"receipt_days": 181}}, "/contract/receipt_days", "days_out_of_range"),
        ({"contract": {"result_days": 0}}, "/contract/result_days", "days_out_of_range"),
    ],
)
async def test_terms_that_cannot_be_are_refused_by_their_field(
    met: Scene, change: dict[str, Any], pointer: str, code: str
) -> None:
    deal = await negotiating(met)

    refused = await met.mill.post(f"/v1/deals/{deal}/offers", json=TERMS | change)

    assert faults(refused) == [(pointer, code)]


async def test_an_offer_takes_no_less_of_a_lot_than_the_spec_wants(market: Market, api: Application) -> None:
    async with scene(market, api, overseen=False, spec=SMALL) as met:
        deal = await negotiating(met)

        small = await met.yard.post(f"/v1/deals/{deal}/offers", json=TERMS | {"tonnes": 29.999})
        opened = await met.mill.post("/v1/deals", json={"spec_id": met.spec, "lot_id": met.lots[0], "tonnes": 25})

        assert faults(small) == [("/tonnes", "less_than_least")]
        assert faults(opened) == [("/tonnes", "less_than_least")]
        await met.post(met.yard, f"deals/{deal}/offers", TERMS | {"tonnes": 30})


async def test_a_deal_with_one_recycler_more_than_wanted_is_neither_opened_nor_struck(
    market: Market, api: Application
) -> None:
    async with scene(market, api, yards=3, overseen=False, spec=SMALL) as met:
        second = await negotiating(met, 1)
        await met.post(met.yards[1], f"deals/{second}/offers", TERMS)
        await agreed(met)

        offer = await newest(met.mill, second)
        struck = await met.mill.post(f"/v1/deals/{second}/offers/{offer['id']}/accept")
        offered = await met.yards[1].post(f"/v1/deals/{second}/offers", json=TERMS)
        opened = await met.mill.post("/v1/deals", json={"spec_id": met.spec, "lot_id": met.lots[2]})

        assert [answer.json()["code"] for answer in (struck, opened)] == ["too_many_suppliers"] * 2
        assert offered.json()["code"] in {"too_many_suppliers", "transition_refused"}
        assert struck.json()["params"] == {"most": 1}


async def test_another_lot_of_the_same_recycler_is_no_further_recycler(market: Market, api: Application) -> None:
    async with scene(market, api, overseen=False, spec=SMALL) as met:
        await agreed(met)
        other = await published(met.yard, "lots", LOT | {"available": met.days})
        await met.mill.get(f"/v1/specs/{met.spec}/matches?limit=200")

        await met.post(met.mill, "deals", {"spec_id": met.spec, "lot_id": other}, 201)


@pytest.mark.parametrize("table", ["spec", "lot"])
async def test_nothing_is_offered_or_agreed_on_a_listing_whose_last_day_has_passed(
    met: Scene, market: Market, table: str
) -> None:
    deal = await negotiating(met)
    await met.post(met.yard, f"deals/{deal}/offers", TERMS)
    offer = await newest(met.mill, deal)
    await over(market, deal, table)

    accepted = await met.mill.post(f"/v1/deals/{deal}/offers/{offer['id']}/accept")
    countered = await met.mill.post(f"/v1/deals/{deal}/offers", json=TERMS | {"tonnes": 90})

    assert [answer.json()["code"] for answer in (accepted, countered)] == ["window_passed"] * 2


@pytest.mark.parametrize(("table", "path"), [("spec", "delivery"), ("lot", "available")])
async def test_a_deal_is_not_opened_on_a_listing_whose_last_day_has_passed_before_the_sweeper_runs(
    met: Scene, market: Market, table: str, path: str
) -> None:
    listing = met.spec if table == "spec" else met.lots[0]
    async with market.superuser() as connection:
        await connection.execute(
            f"""update {table} set window_until = '2020-01-31', window_from = '2020-01-01',
                content = jsonb_set(jsonb_set(content, '{{{path},until}}', '"2020-01-31"'),
                  '{{{path},from}}', '"2020-01-01"') where id = $1""",
            UUID(listing),
        )

    refused = await met.mill.post("/v1/deals", json={"spec_id": met.spec, "lot_id": met.lots[0]})

    assert refused.json()["code"] == "window_passed"


@pytest.mark.parametrize("currency", ["JPY", "USD", "EUR"])
async def test_what_is_delivered_in_japan_bears_consumption_tax_in_any_currency(met: Scene, currency: str) -> None:
    deal = await agreed(met, price=TERMS["price"] | {"amount": 400, "currency": currency})

    (leg,) = (await met.mill.get(f"/v1/deals/{deal}/contract")).json()["legs"]

    assert (leg["terms"]["tax"], leg["amount"]["net"], leg["amount"]["tax"]) == ("standard", 40000, 4000)


@pytest.mark.parametrize("kind", ["export_exempt", "out_of_scope"])
async def test_an_offer_says_that_no_tax_is_due(met: Scene, kind: str) -> None:
    deal = await agreed(met, contract={"tax": kind})

    (leg,) = (await met.mill.get(f"/v1/deals/{deal}/contract")).json()["legs"]
    (offer,) = (await met.mill.get(f"/v1/deals/{deal}/offers")).json()["items"]

    for shown in (leg, offer):
        assert (shown["amount"]["tax"], shown["amount"]["gross"]) == (0, 4400000)
    assert leg["terms"]["tax"] == kind
