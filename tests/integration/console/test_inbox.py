"""The offers inbox: what waits for an answer across deals, answered where it stands, and nobody else's offers."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from market.app import Application
from tests.support.console import Browser, signed_in
from tests.support.deals import TERMS, Scene, negotiating, newest, scene
from tests.support.market import Market
from tests.support.tenders import invited

SCRIPT = "<script>alert(1)</script>"
AT = "/console/offers"


@pytest_asyncio.fixture(params=["en", "ja"])
async def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, yards=2, overseen=False) as found:
        yield found


@pytest_asyncio.fixture
async def yard(api: Application, market: Market, met: Scene, language: str) -> AsyncIterator[Browser]:
    async with signed_in(api, market, met.parties[2], language) as found:
        yield found


async def _offered(met: Scene, lot: int = 0, **terms: object) -> tuple[str, str]:
    """A deal on which the mill has offered, and the offer."""
    deal = await negotiating(met, lot)
    await met.post(met.mill, f"deals/{deal}/offers", TERMS | terms)
    return deal, str((await newest(met.mill, deal))["id"])


def _version(page: str) -> str:
    return page.partition('name="_version" value="')[2].partition('"')[0]


async def test_an_offer_of_the_other_side_waits_with_its_terms(yard: Browser, met: Scene) -> None:
    relaxed = [{"limit": 0, "relax_to": 0.27}]
    deal, offer = await _offered(met, relaxations=relaxed, message="Until Friday?")
    page = await yard.page(AT)
    assert f"/console/deals/{deal}/offers/{offer}/accept" in page
    assert "¥44,000/t" in page
    assert "0.27" in page
    assert "Until Friday?" in page
    assert 'class="verdict' in page
    assert "Deal Mill" not in page


async def test_ones_own_offer_waits_for_the_other_side(yard: Browser, met: Scene) -> None:
    deal = await negotiating(met)
    await met.post(met.yard, f"deals/{deal}/offers", TERMS)
    assert "/accept" not in await yard.page(AT)


async def test_the_offers_of_another_yard_are_not_shown(yard: Browser, met: Scene) -> None:
    deal, _ = await _offered(met, lot=1, message="For the other yard")
    page = await yard.page(AT)
    assert deal not in page
    assert "For the other yard" not in page


async def test_an_offer_is_accepted_where_it_stands(yard: Browser, met: Scene) -> None:
    deal, offer = await _offered(met)
    fields = [("_version", _version(await yard.page(AT))), ("next", AT)]
    answer = await yard.send(f"/console/deals/{deal}/offers/{offer}/accept", fields)
    assert (answer.status_code, answer.headers["location"]) == (303, AT)
    assert (await met.yard.get(f"/v1/deals/{deal}")).json()["status"] == "agreed"
    assert offer not in await yard.page(AT)


async def test_an_offer_that_was_replaced_meanwhile_is_not_accepted(yard: Browser, met: Scene) -> None:
    deal, offer = await _offered(met)
    version = _version(await yard.page(AT))
    await met.post(met.mill, f"deals/{deal}/offers/{offer}/retract")
    answer = await yard.send(f"/console/deals/{deal}/offers/{offer}/accept", [("_version", version), ("next", AT)])
    assert answer.status_code in {409, 412}
    assert (await met.yard.get(f"/v1/deals/{deal}")).json()["status"] == "negotiating"


async def test_an_offer_is_declined_with_a_reason(yard: Browser, met: Scene) -> None:
    deal, _ = await _offered(met)
    fields = [("_version", _version(await yard.page(AT))), ("next", AT), ("/reason:text", "Sold elsewhere")]
    answer = await yard.send(f"/console/deals/{deal}/withdraw", fields)
    assert answer.status_code == 303, answer.text
    assert (await met.yard.get(f"/v1/deals/{deal}")).json()["status"] == "withdrawn"


async def test_what_the_other_side_writes_is_never_markup(yard: Browser, met: Scene) -> None:
    await _offered(met, message=SCRIPT)
    page = await yard.page(AT)
    assert SCRIPT not in page
    assert "&lt;script&gt;" in page


async def test_a_proposal_that_waits_is_shown_too(yard: Browser, met: Scene) -> None:
    deal = await met.open()
    assert f"/console/deals/{deal['id']}" in await yard.page(AT)


async def test_an_invitation_to_bid_is_shown(yard: Browser, met: Scene) -> None:
    tender = await invited(met)
    assert f"/console/tenders/{tender}" in await yard.page(AT)


async def test_nobody_answers_from_here_without_reading_the_terms(yard: Browser, met: Scene, language: str) -> None:
    deduction = {"analyte": "Cu", "from": 0.2, "per": 0.01, "unit": "%", "amount": 512.5}
    steps = [{"step": "HAND_PICKING", "yield": 0.98, "removal": []}]
    deal, _ = await _offered(met, contract={"claim_days": 12, "deductions": [deduction]}, steps=steps)
    page = await yard.page(AT)
    said = {
        "en": ("¥512.5/t for each 0.01\u00a0%", "until 12 days", "yield 98\u00a0%"),
        "ja": ("1 t 当たり ¥512.5", "受領後 12 日まで", "歩留り 98\u00a0%"),
    }
    assert [words for words in said[language] if words not in page] == []
    # what is as usual is not repeated on every card
    assert page.count("<dt>") == 7
    assert f"/console/deals/{deal}/offer?leg=" in page
