"""Tenders in the console: the buyer's side, sealed until the opening, and the recyclers' side."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from market.app import Application
from tests.support.api import serving
from tests.support.console import Browser, signed_in
from tests.support.deals import Scene, scene
from tests.support.market import Market
from tests.support.steel import steel
from tests.support.tenders import bid, invited, pass_deadline, tomorrow

SCRIPT = "<script>alert(1)</script>"
ESCAPED = "&lt;script&gt;alert(1)"


@pytest_asyncio.fixture(scope="module")
async def api(market: Market) -> AsyncIterator[Application]:
    async with serving(market, solvers=1) as application:
        yield application


class Table:
    """A scene with its people signed in: the buyer, the coordinator, and each recycler."""

    def __init__(self, met: Scene, people: list[Browser]) -> None:
        self.met = met
        self.buyer, self.coordinator, *self.sellers = people

    def bid(self, yard: int = 0, **changes: str) -> list[tuple[str, str]]:
        """The form of a bid of a yard."""
        fields = {
            "/lot_id": self.met.lots[yard],
            "/price/amount:number": "43,210",
            "/price/currency": "JPY",
            "/price/incoterm": "EXW",
            "/tonnes:number": "100",
            "/deliver_from": self.met.days["from"],
        }
        return list((fields | changes).items())


@pytest.fixture(params=["en", "ja"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest_asyncio.fixture
async def table(market: Market, api: Application, language: str) -> AsyncIterator[Table]:
    async with (
        scene(market, api, yards=2, spec={"quantity": {"tonnes": 150}}, lots=[steel(0.1), steel(0.24)]) as met,
        AsyncExitStack() as stack,
    ):
        people = [await stack.enter_async_context(signed_in(api, market, one, language)) for one in met.parties]
        yield Table(met, people)


async def test_a_tender_is_opened_from_a_spec(table: Table) -> None:
    path = f"/console/specs/{table.met.spec}/tender"
    assert table.met.lots[0] in await table.buyer.page(path)
    answer = await table.buyer.send(path, [("/deadline", tomorrow()), ("/currency", "JPY"), ("/message", SCRIPT)])
    assert answer.status_code == 303, answer.text
    for person in (table.buyer, table.coordinator, *table.sellers):
        text = await person.page(answer.headers["location"])
        assert SCRIPT not in text
        assert ESCAPED in text
        assert answer.headers["location"] in await person.page("/console/tenders")


async def test_nobody_sees_a_sealed_bid_but_its_author(table: Table) -> None:
    tender = f"/console/tenders/{await invited(table.met)}"
    answer = await table.sellers[0].send(f"{tender}/bids", table.bid())
    assert answer.status_code == 303, answer.text
    assert "43,210" in await table.sellers[0].page(tender)
    for other in (table.buyer, table.coordinator, table.sellers[1]):
        assert "43,210" not in await other.page(tender)


async def test_a_bid_takes_the_place_of_the_one_before(table: Table) -> None:
    tender = f"/console/tenders/{await invited(table.met)}"
    await table.sellers[0].send(f"{tender}/bids", table.bid())
    await table.sellers[0].send(f"{tender}/bids", table.bid(**{"/price/amount:number": "42,000"}))
    text = await table.sellers[0].page(tender)
    assert "42,000" in text
    assert text.count('/withdraw"') == 2


async def test_a_bid_is_taken_back(table: Table) -> None:
    tender = f"/console/tenders/{await invited(table.met)}"
    await table.sellers[0].send(f"{tender}/bids", table.bid())
    found = re.search(r'action="([^"]+/withdraw)"', await table.sellers[0].page(tender))
    assert found is not None
    assert (await table.sellers[0].send(found.group(1))).status_code == 303
    assert "/withdraw" not in await table.sellers[0].page(tender)


async def test_what_is_wrong_with_a_bid_is_said_at_its_field(table: Table) -> None:
    tender = f"/console/tenders/{await invited(table.met)}"
    wrong = table.bid(**{"/tonnes:number": "-1"})
    answer = await table.sellers[0].send(f"{tender}/bids", wrong, htmx=True)
    assert answer.status_code == 422
    assert 'data-pointer="/tonnes"' in answer.text


async def _opened(table: Table, market: Market) -> str:
    """A tender with two bids that its buyer has opened in the console."""
    tender = await invited(table.met)
    await bid(table.met, tender, 0, message=SCRIPT)
    await bid(table.met, tender, 1, price={"amount": 44_321})
    await pass_deadline(market, tender)
    assert (await table.buyer.send(f"/console/tenders/{tender}/open")).status_code == 303
    return f"/console/tenders/{tender}"


async def test_opened_bids_are_compared_by_the_buyer_and_nobody_else(table: Table, market: Market) -> None:
    tender = await _opened(table, market)
    text = await table.buyer.page(tender)
    assert "43,000" in text
    assert "44,321" in text
    assert SCRIPT not in text
    assert ESCAPED in text
    assert "Deal Yard" not in text
    assert "44,321" not in await table.sellers[0].page(tender)


async def test_bids_are_awarded_to_several_at_once(table: Table, market: Market) -> None:
    tender = await _opened(table, market)
    text = await table.buyer.page(tender)
    bids = re.findall(r'name="/awards/([0-9])/bid_id" value="([^"]+)"', text)
    version = re.search(r'name="_version" value="([0-9]+)"', text)
    assert version is not None
    fields = [(f"/awards/{row}/bid_id", one) for row, one in bids]
    fields += [(f"/awards/{row}/tonnes:number", "50") for row, _ in bids]
    answer = await table.buyer.send(f"{tender}/award", [*fields, ("_version", version.group(1))])
    assert answer.status_code == 303, answer.text
    assert (await table.buyer.page(tender)).count('href="/console/deals/') == 4


async def test_a_row_that_is_not_ticked_is_not_awarded(table: Table, market: Market) -> None:
    tender = await _opened(table, market)
    bids = re.findall(r'name="/awards/([0-9])/bid_id" value="([^"]+)"', await table.buyer.page(tender))
    fields = [(f"/awards/{row}/tonnes:number", "50") for row, _ in bids]
    answer = await table.buyer.send(f"{tender}/award", [*fields, ("/awards/0/bid_id", bids[0][1])])
    assert answer.status_code == 303, answer.text
    assert (await table.buyer.page(tender)).count('href="/console/deals/') == 2


async def test_the_best_split_is_told_with_its_cost(table: Table, market: Market) -> None:
    tender = await _opened(table, market)
    answer = await table.buyer.send(f"{tender}/split", htmx=True)
    assert answer.status_code == 200, answer.text
    assert "¥" in answer.text


async def test_a_cancelled_tender_says_why(table: Table) -> None:
    tender = f"/console/tenders/{await invited(table.met)}"
    assert (await table.buyer.send(f"{tender}/cancel", [("/reason", SCRIPT)])).status_code == 303
    text = await table.sellers[0].page(tender)
    assert SCRIPT not in text
    assert ESCAPED in text


async def test_a_form_without_its_token_is_refused(table: Table) -> None:
    tender = f"/console/tenders/{await invited(table.met)}"
    for person, path in ((table.buyer, f"{tender}/cancel"), (table.sellers[0], f"{tender}/bids")):
        assert (await person.send(path, table.bid(), token="guessed")).status_code == 403


async def test_a_tender_of_others_is_not_there(table: Table, api: Application, market: Market) -> None:
    tender = f"/console/tenders/{await invited(table.met)}"
    async with signed_in(api, market, await market.organisation("recycler", "Uninvited")) as other:
        assert (await other.http.get(tender)).status_code == 404


async def test_a_split_is_awarded_as_it_is(table: Table, market: Market) -> None:
    tender = await _opened(table, market)
    text = (await table.buyer.send(f"{tender}/split", htmx=True)).text
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)">', text)
    answer = await table.buyer.send(f"{tender}/award", [one for one in fields if one[0] != "_csrf"])
    assert answer.status_code == 303, answer.text
    assert 'href="/console/deals/' in await table.buyer.page(tender)
