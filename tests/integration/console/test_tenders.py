"""Tenders in the console: the buyer's side, sealed until the opening, and the recyclers' side."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from market.app import Application
from tests.support.console import Browser, signed_in
from tests.support.deals import Scene, scene
from tests.support.filled import form
from tests.support.market import Market
from tests.support.page_forms import PageForm
from tests.support.steel import steel
from tests.support.tenders import bid, invited, pass_deadline, tomorrow

SCRIPT = "<script>alert(1)</script>"
ESCAPED = "&lt;script&gt;alert(1)"


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


PROMISED = {
    "/steps/0/step": "BALLISTIC_LOWCU",
    "/steps/0/yield": "75",
    "/steps/0/removal/0/analyte": "Cu",
    "/steps/0/removal/0/fraction": "51.6",
}


async def _with_a_step(table: Table, tender: str, **changes: str) -> list[tuple[str, str]]:
    """A bid of the first yard, after the button that adds a step."""
    page = await table.sellers[0].page(tender)
    added = await table.sellers[0].send(f"{tender}/bid", [*form(page), ("_do", "step")])
    assert added.status_code == 200, added.text
    bid = {"/lot_id": table.met.lots[0], "/price/amount": "43,210", "/tonnes": "100"}
    return form(added.text, bid | PROMISED | changes)


async def test_a_bid_promises_a_step_and_asks_a_limit_to_give_way(table: Table, market: Market, language: str) -> None:
    tender = await invited(table.met)
    fields = await _with_a_step(table, f"/console/tenders/{tender}", **{"/relaxations/0/relax_to": "0.27"})
    answer = await table.sellers[0].send(f"/console/tenders/{tender}/bids", fields)
    assert answer.status_code == 303, answer.text
    own = await table.sellers[0].page(f"/console/tenders/{tender}")
    made = (await table.met.yard.get(f"/v1/tenders/{tender}/bids")).json()["items"][0]
    await pass_deadline(market, tender)
    await table.buyer.send(f"/console/tenders/{tender}/open")
    compared = await table.buyer.page(f"/console/tenders/{tender}")
    assert made["terms"]["relaxations"] == [{"limit": 0, "relax_to": 0.27}]
    assert made["terms"]["steps"] == [
        {
            "step": "BALLISTIC_LOWCU",
            "yield": 0.75,
            "removal": [{"analyte": "Cu", "fraction": 0.516}],
            "keeps": [],
        }
    ]
    said = {"en": ("yield 75\u00a0%, takes out 51.6\u00a0% of Cu",), "ja": ("歩留り 75\u00a0%", "51.6\u00a0% 除去")}[
        language
    ]
    assert [(word, page is own) for page in (own, compared) for word in said if word not in page] == []
    assert "≤\u00a00.25\u00a0% → 0.27\u00a0%" in own
    assert "≤\u00a00.25\u00a0% → 0.27\u00a0%" in compared


async def test_a_tender_says_which_terms_will_hold(table: Table, language: str) -> None:
    path = f"/console/specs/{table.met.spec}/tender"
    page = await table.buyer.page(path)
    added = await table.buyer.send(f"{path}/terms", [*form(page), ("_do", "deduction")])
    changes = {
        "/deadline": tomorrow(),
        "/contract/claim_days": "45",
        "/contract/deductions/0/per": "0.01",
        "/contract/deductions/0/amount": "350.5",
    }
    answer = await table.buyer.send(path, form(added.text, changes))
    assert answer.status_code == 303, answer.text
    made = (await table.met.mill.get(answer.headers["location"].replace("/console", "/v1"))).json()
    deduction = {"analyte": "Cu", "from": 0.25, "per": 0.01, "unit": "%", "basis": "as_received", "amount": 350.5}
    assert made["wanted"]["contract"]["deductions"] == [deduction]
    assert made["wanted"]["contract"]["claim_days"] == 45
    said = {"en": ("¥350.5/t for each 0.01\u00a0%", "until 45 days"), "ja": ("1 t 当たり ¥350.5", "受領後 45 日まで")}
    for person in (table.buyer, table.coordinator, *table.sellers):
        text = await person.page(answer.headers["location"])
        assert [words for words in said[language] if words not in text] == []


async def test_buttons_of_a_bid_keep_what_was_typed(table: Table) -> None:
    tender = f"/console/tenders/{await invited(table.met)}"
    fields = await _with_a_step(table, tender, **{"/message": SCRIPT})
    again = await table.sellers[0].send(f"{tender}/bid", [*fields, ("_do", "cut:0")], htmx=True)
    assert dict(form(again.text)) | PROMISED == dict(form(again.text))
    assert SCRIPT not in again.text
    assert ESCAPED in again.text


async def test_a_refused_bid_comes_back_with_the_rows_that_were_added(table: Table) -> None:
    tender = f"/console/tenders/{await invited(table.met)}"
    typed = {"/price/amount": "12,5 kg", "/steps/0/yield": "much"}
    answer = await table.sellers[0].send(f"{tender}/bids", await _with_a_step(table, tender, **typed))
    again = PageForm(answer.text, f"{tender}/bids")
    assert answer.status_code == 400
    assert {name: again.field(name).value for name in PROMISED} == PROMISED | {"/steps/0/yield": "much"}
    assert [name for name in typed if not again.field(name).invalid] == []


async def test_a_refused_invitation_comes_back_with_the_rows_that_were_added(table: Table) -> None:
    path = f"/console/specs/{table.met.spec}/tender"
    page = await table.buyer.page(path)
    added = await table.buyer.send(f"{path}/terms", [*form(page), ("_do", "deduction")])
    row = {"/contract/deductions/1/analyte": "Sn", "/contract/deductions/2/amount": "much"}
    answer = await table.buyer.send(path, form(added.text, row | {"/deadline": tomorrow()}))
    again = PageForm(answer.text, path)
    assert answer.status_code == 400
    assert {name: again.field(name).value for name in row} == row
    assert again.field("/contract/deductions/2/amount").invalid
