"""Without scripts a refused form comes back itself: as it was typed, each fault beside its field, a summary above."""

import asyncio
import re
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from market.app import Application
from market.parties.structs import NewOrganisation
from tests.support.console import Browser, signed_in
from tests.support.market import Market
from tests.support.page_forms import PageForm

GARBAGE = "12,5 kg"
WORDS = {
    "en": ("Type a number", "Type a whole number", "Type a day"),
    "ja": ("数字だけを入力してください", "整数だけを入力してください", "日付は"),
}


@pytest_asyncio.fixture(scope="module", params=["en", "ja"])
async def language(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    found: str = request.param
    yield found


@pytest_asyncio.fixture(scope="module")
async def maker(market: Market) -> NewOrganisation:
    return await market.organisation("manufacturer", "Refused Steel")


@pytest_asyncio.fixture(scope="module")
async def people(
    api: Application, market: Market, maker: NewOrganisation, language: str
) -> AsyncIterator[dict[str, Browser]]:
    """One of each kind that has a form of its own."""
    recycler = await market.organisation("recycler")
    processor = await market.organisation("processor")
    coordinator = await market.organisation("coordinator")
    async with (
        signed_in(api, market, maker, language) as made,
        signed_in(api, market, recycler, language) as recycled,
        signed_in(api, market, processor, language) as processed,
        signed_in(api, market, coordinator, language) as coordinated,
    ):
        yield {"manufacturer": made, "recycler": recycled, "processor": processed, "coordinator": coordinated}


async def _sent(browser: Browser, page: str, action: str, **typed: str) -> tuple[httpx.Response, PageForm]:
    """The form of a page with these texts in its fields, sent; and the form of the answer."""
    form = PageForm(await browser.page(page), action)
    answer = await browser.send(action, form.sends(**typed))
    return answer, PageForm(answer.text, action)


SPEC = {
    "/title": 'A "title" & <more>',
    "/limits/0/max": GARBAGE,
    "/limits/1/min": GARBAGE,
    "/quantity/tonnes": GARBAGE,
    "/quantity/min_lot_tonnes": GARBAGE,
    "/quantity/max_suppliers": GARBAGE,
    "/delivery/from": GARBAGE,
    "/delivery/until": GARBAGE,
    "/delivery/location/lat": GARBAGE,
    "/delivery/location/lon": GARBAGE,
    "/max_price/amount": GARBAGE,
    "/confidence": GARBAGE,
    "/weights/price": GARBAGE,
}
LOT = {
    "/title": 'A "title" & <more>',
    "/quantity/tonnes": GARBAGE,
    "/quantity/min_take_tonnes": GARBAGE,
    "/assays/0/value": GARBAGE,
    "/assays/1/uncertainty": GARBAGE,
    "/assays/2/sampled_on": GARBAGE,
    "/available/from": GARBAGE,
    "/available/until": GARBAGE,
    "/location/lat": GARBAGE,
    "/location/lon": GARBAGE,
    "/ask_price/amount": GARBAGE,
}
OFFER = {
    "/capacity_tonnes": GARBAGE,
    "/fee/amount": GARBAGE,
    "/yield": GARBAGE,
    "/co2_kg_per_t": GARBAGE,
    "/location/lat": GARBAGE,
    "/removal/0/fraction": GARBAGE,
    "/removal/1/uncertainty": GARBAGE,
    "/residue/charge/amount": GARBAGE,
    "/evidence": "A line\nand another",
}
PERMIT = {"/number": "01", "/valid_from": GARBAGE, "/valid_until": GARBAGE, "/statement": "Said <so>"}
POLICY = {"/days": GARBAGE, "/price_band_percent": GARBAGE, "/tonnes_band_percent": GARBAGE}
# who, the page, where its form is sent, and what is typed
Case = tuple[str, str, str, dict[str, str]]
FORMS: list[Case] = [
    ("manufacturer", "/console/specs/new", "/console/specs", SPEC),
    ("recycler", "/console/lots/new", "/console/lots", LOT),
    ("processor", "/console/upgrade-offers/new", "/console/upgrade-offers", OFFER),
    ("recycler", "/console/permits/new", "/console/permits", PERMIT),
    ("coordinator", "/console/settings/review-policy", "/console/settings/review-policy", POLICY),
]


@pytest.mark.parametrize("case", FORMS, ids=[action for _, _, action, _ in FORMS])
async def test_a_refused_form_comes_back_as_it_was_typed(people: dict[str, Browser], language: str, case: Case) -> None:
    who, page, action, typed = case
    answer, form = await _sent(people[who], page, action, **typed)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert {name: form.field(name).value for name in typed} == typed
    for name in (name for name, text in typed.items() if text == GARBAGE):
        field = form.field(name)
        assert field.invalid, name
        assert any(words in form.said(field) for words in WORDS[language]), name
        # the summary names it by its label, and leads to it
        assert form.links[field.id], name
        assert "/" not in form.links[field.id].replace("/t", ""), name


async def test_what_was_typed_right_is_not_marked(people: dict[str, Browser]) -> None:
    _, form = await _sent(people["manufacturer"], "/console/specs/new", "/console/specs", **SPEC)
    assert not form.field("/title").invalid


async def test_a_row_that_was_added_comes_back_too(people: dict[str, Browser]) -> None:
    form = PageForm(await people["recycler"].page("/console/lots/new"), "/console/lots")
    answer = await people["recycler"].send("/console/lots", [*form.sends(), ("/assays/7/value", GARBAGE)])
    assert PageForm(answer.text, "/console/lots").field("/assays/7/value").value == GARBAGE


@pytest.mark.parametrize("action", ["/console/lots/editor", "/console/lots"])
async def test_a_page_that_a_form_made_comes_back_in_the_other_language(
    people: dict[str, Browser], action: str
) -> None:
    form = PageForm(await people["recycler"].page("/console/lots/new"), "/console/lots")
    answer = await people["recycler"].send(action, [*form.sends(), ("_do", "row")])
    other = PageForm(answer.text, "/console/language")
    assert other.field("next").value == "/console/lots/new"


async def test_a_page_of_another_site_is_not_come_back_to(people: dict[str, Browser]) -> None:
    answer = await people["recycler"].send(
        "/console/lots/editor", [("_do", "row"), ("_from", "https://elsewhere.example/")]
    )
    assert PageForm(answer.text, "/console/language").field("next").value == "/console"


async def test_a_rule_of_the_market_is_told_in_the_same_way(people: dict[str, Browser]) -> None:
    typed = {
        "/material": "carbon_steel_scrap",
        "/limits/0/analytes": "Cu",
        "/limits/0/max": "0.3",
        "/limits/0/unit": "furlong",
        "/quantity/tonnes": "50",
        "/delivery/location/prefecture": "JP-13",
    }
    answer, form = await _sent(people["manufacturer"], "/console/specs/new", "/console/specs", **typed)
    assert answer.status_code == 422
    assert (form.field("/limits/0/unit").value, form.field("/limits/0/unit").invalid) == ("furlong", True)


async def test_a_form_of_plain_names_comes_back_on_its_page(people: dict[str, Browser]) -> None:
    answer, form = await _sent(
        people["coordinator"], "/console/sitings?show=1", "/console/sitings", sites="id, capacity\nA, 12", max_open="x"
    )
    assert answer.status_code in (400, 422)
    assert (form.field("sites").value, form.field("max_open").value) == ("id, capacity\nA, 12", "x")


async def test_who_was_overtaken_goes_on_from_the_newer_version(people: dict[str, Browser], language: str) -> None:
    browser, path = people["coordinator"], "/console/settings/review-policy"
    form = PageForm(await browser.page(path), path)
    assert (await browser.send(path, form.sends(**{"/days": "11"}))).status_code == 303
    answer = await browser.send(path, form.sends(**{"/days": "12"}))
    again = PageForm(answer.text, path)
    assert (answer.status_code, again.field("/days").value) == (412, "12")
    assert "11" in again.said(again.field("/days"))
    assert again.field("_version").value != form.field("_version").value
    assert (await browser.send(path, again.sends())).status_code == 303


WORDS_OF_CHANGE = {
    "en": ("Changed by Aki Tanaka, <time", "Days that a review may take: 13</li>"),
    "ja": ("変更者：Aki Tanaka、", "13</li>"),
}


async def test_with_htmx_whoever_was_overtaken_reads_who_changed_what_and_may_send_again(
    people: dict[str, Browser], language: str
) -> None:
    browser, path = people["coordinator"], "/console/settings/review-policy"
    form = PageForm(await browser.page(path), path)
    assert (await browser.send(path, form.sends(**{"/days": "13"}))).status_code == 303
    answer = await browser.send(path, form.sends(**{"/days": "14"}), htmx=True)
    assert (answer.status_code, answer.headers["hx-retarget"]) == (412, "#problem")
    assert [words for words in WORDS_OF_CHANGE[language] if words not in answer.text] == [], answer.text
    stamps = re.findall(r'<input type="hidden" data-stamp name="(\w+)" value="(\w+)">', answer.text)
    assert dict(stamps).keys() == {"_version"}
    again = [(name, dict(stamps).get(name, text)) for name, text in form.sends(**{"/days": "14"})]
    assert (await browser.send(path, again, htmx=True)).status_code == 204


@pytest.mark.parametrize("page", ["/console/live", "/console/nowhere", "https://elsewhere.example/", "/console/lots"])
async def test_a_page_without_the_form_is_not_waited_for(people: dict[str, Browser], page: str) -> None:
    fields = [("/number", GARBAGE), ("/valid_from", GARBAGE), ("_from", page)]
    answer = await asyncio.wait_for(people["recycler"].send("/console/permits", fields), 20)
    assert answer.status_code == 400
    assert f"<li>{GARBAGE}</li>" in answer.text


async def test_a_form_of_another_site_is_not_handed_back(people: dict[str, Browser]) -> None:
    form = PageForm(await people["recycler"].page("/console/lots/new"), "/console/lots")
    answer = await people["recycler"].send("/console/lots", form.sends(**{"/title": "Planted"}), token="guessed")
    assert answer.status_code == 403
    assert PageForm(answer.text, "/console/lots").inputs == []


async def test_with_htmx_only_what_is_told_above_is_sent(people: dict[str, Browser], language: str) -> None:
    form = PageForm(await people["recycler"].page("/console/lots/new"), "/console/lots")
    answer = await people["recycler"].send("/console/lots", form.sends(**LOT), htmx=True)
    assert (answer.status_code, answer.headers["hx-retarget"]) == (400, "#problem")
    assert 'data-pointer="/quantity/tonnes"' in answer.text
    assert WORDS[language][0] in answer.text
    assert "<form" not in answer.text
