"""Promised steps and terms of the contract in the console: made by its form, in words for both sides, and changed."""

import re
from typing import Any

import pytest

from market.app import Application
from tests.support.console import Browser, signed_in
from tests.support.deals import TERMS, Scene, agreed, negotiating, newest, scene
from tests.support.deliveries import oversee
from tests.support.filled import form
from tests.support.market import Market
from tests.support.steel import steel

HOSTILE = "<script>alert(1)</script>"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;"
STEPS = [
    {
        "step": "BALLISTIC_LOWCU",
        "yield": 0.75,
        "removal": [{"analyte": "Cu", "fraction": 0.516, "uncertainty": 0.05}],
        "keeps": ["density"],
    }
]
CONTRACT = {
    "claim_days": 45,
    "weight_tolerance_percent": 0.3,
    "moisture_above_percent": 1.5,
    "deductions": [{"analyte": "Cu", "from": 0.25, "per": 0.01, "unit": "%", "basis": "as_received", "amount": 350.5}],
    "splitting": [{"analyte": "Cu", "limit": 0.02, "unit": "%"}],
    "tax": "export_exempt",
    "grace_days": 10,
    "receipt_days": 7,
    "result_days": 21,
}
WRITTEN = {
    "/price/amount": "44,000",
    "/tonnes": "100",
    "/steps/0/step": "BALLISTIC_LOWCU",
    "/steps/0/yield": "75",
    "/steps/0/keeps": "密度",
    "/steps/0/removal/0/analyte": "銅",
    "/steps/0/removal/0/fraction": "５１．６",
    "/steps/0/removal/0/uncertainty": "5",
    "/contract/claim_days": "45",
    "/contract/weight_tolerance_percent": "0.3",
    "/contract/moisture_above_percent": "1.5",
    "/contract/deductions/0/per": "0.01",
    "/contract/deductions/0/amount": "350.5",
    "/contract/splitting/0/limit": "0.02",
    "/contract/tax": "export_exempt",
    "/contract/grace_days": "10",
    "/contract/receipt_days": "7",
    "/contract/result_days": "21",
}
SAID = {
    "en": (
        "Cu (as received): ¥350.5/t for each 0.01\u00a0% beyond 0.25\u00a0%, fractions pro rata",
        "what is above 1.5\u00a0% is taken off the mass that is paid",
        "until 45 days after the receipt",
        "exempt: export (0\u00a0%)",
        "yield 75\u00a0%, takes out 51.6\u00a0±\u00a05\u00a0% of Cu, leaves Density as tested",
        "filed by both sides within 21 days",
    ),
    "ja": (
        "0.25\u00a0% を超える 0.01\u00a0% ごとに 1 t 当たり ¥350.5（端数は比例）",
        "1.5\u00a0% を超える水分は支払対象の質量から差し引く",
        "受領後 45 日まで",
        "輸出免税（0\u00a0%）",
        "歩留り 75\u00a0%",
        "試料の受領から 21 日以内に双方が提出",
    ),
}


async def written(browser: Browser, deal: str, changes: dict[str, str], *presses: str) -> list[tuple[str, str]]:
    """The form of an offer after its buttons were pressed, with changes typed into it."""
    page = await browser.page(f"/console/deals/{deal}/offer")
    for press in presses:
        answer = await browser.send(f"/console/deals/{deal}/offer", [*form(page), ("_do", press)])
        assert answer.status_code == 200, answer.text
        page = answer.text
    return form(page, changes)


async def offered(browser: Browser, deal: str, changes: dict[str, str], *presses: str) -> None:
    fields = await written(browser, deal, changes, *presses)
    answer = await browser.send(f"/console/deals/{deal}/offers", fields)
    assert answer.status_code == 303, answer.text


async def seen(api: Application, market: Market, met: Scene, deal: str, language: str) -> list[str]:
    """The page of a deal as the buyer, the coordinator and the recycler read it."""
    pages = []
    for party in met.parties:
        async with signed_in(api, market, party, language) as browser:
            pages.append(await browser.page(f"/console/deals/{deal}"))
    return pages


async def test_the_console_makes_the_offer_that_a_program_makes(market: Market, api: Application) -> None:
    async with scene(market, api, yards=2, overseen=False) as met:
        deals = [await negotiating(met, lot) for lot in (0, 1)]
        async with signed_in(api, market, met.parties[2]) as yard:
            await offered(yard, deals[0], WRITTEN, "step")
        await met.post(met.yards[1], f"deals/{deals[1]}/offers", TERMS | {"steps": STEPS, "contract": CONTRACT})
        async with market.superuser() as connection:
            stored = [
                await connection.fetchval("select content::text from offer where deal_id = $1", deal) for deal in deals
            ]
    assert stored[0] == stored[1]


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_every_reader_of_the_deal_reads_the_terms_in_words(
    market: Market, api: Application, language: str
) -> None:
    async with scene(market, api) as met:
        deal = await _approved(met)
        await met.post(met.yard, f"deals/{deal}/offers", TERMS | {"steps": STEPS, "contract": CONTRACT})
        pages = await seen(api, market, met, deal, language)
    missing = [words for page in pages for words in SAID[language] if words not in page]
    assert missing == []


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_the_contract_says_the_promised_steps_and_the_message_in_words(
    market: Market, api: Application, language: str
) -> None:
    async with scene(market, api, overseen=False) as met:
        deal = await agreed(met, steps=STEPS, contract=CONTRACT, message="Sorted in March")
        await oversee(market, met)
        pages = await seen(api, market, met, deal, language)
    contracts = [page.partition('id="contract-title"')[2].partition("</section>")[0] for page in pages]
    missing = [words for page in contracts for words in (*SAID[language], "Sorted in March") if words not in page]
    assert missing == []


async def test_what_changed_since_the_offer_before_is_marked_and_the_rest_is_not(
    market: Market, api: Application
) -> None:
    async with scene(market, api, overseen=False) as met:
        deal = await negotiating(met)
        await met.post(met.yard, f"deals/{deal}/offers", TERMS | {"contract": CONTRACT})
        async with signed_in(api, market, met.parties[0]) as mill:
            await offered(mill, deal, {"/contract/claim_days": "60"})
            page = await mill.page(f"/console/deals/{deal}")
    beside = page.partition('class="abreast"')[2].partition("</table>")[0]
    assert "<ins>until 60 days after the receipt</ins>" in beside
    assert "<del>until 45 days after the receipt</del>" in beside
    assert beside.count("<ins>") == 1
    trail = page.partition('id="events-title"')[2]
    assert "<ins>until 60 days after the receipt</ins>" in trail.partition("</ul>")[0]


async def test_a_form_begins_with_the_newest_offer_of_the_other_side(market: Market, api: Application) -> None:
    async with scene(market, api, overseen=False) as met:
        deal = await negotiating(met)
        terms = TERMS | {"steps": STEPS, "contract": CONTRACT, "relaxations": [{"limit": 0, "relax_to": 0.27}]}
        await met.post(met.yard, f"deals/{deal}/offers", terms | {"message": "Only this week"})
        before = await newest(met.mill, deal)
        async with signed_in(api, market, met.parties[0]) as mill:
            await offered(mill, deal, {})
        after = await newest(met.mill, deal)
    assert (after["no"], after["changed"]) == (2, [])
    assert after["terms"] == before["terms"] | {"message": None}


async def test_a_row_that_the_page_offers_and_nobody_fills_is_no_row(market: Market, api: Application) -> None:
    async with scene(market, api, overseen=False) as met:
        deal = await negotiating(met)
        async with signed_in(api, market, met.parties[2]) as yard:
            page = await yard.page(f"/console/deals/{deal}/offer")
            await offered(yard, deal, {"/price/amount": "44000"})
        terms = (await newest(met.mill, deal))["terms"]
    assert 'name="/contract/deductions/0/analyte" value="Cu"' in page
    assert (terms["contract"]["deductions"], terms["contract"]["splitting"], terms["steps"]) == ([], [], [])


async def test_a_contract_left_out_and_the_usual_one_are_the_same(market: Market, api: Application) -> None:
    async with scene(market, api, overseen=False) as met:
        deal = await negotiating(met)
        await met.post(met.yard, f"deals/{deal}/offers", TERMS)
        async with signed_in(api, market, met.parties[0]) as mill:
            await offered(mill, deal, {"/price/amount": "43000"})
        after = await newest(met.mill, deal)
    assert after["terms"]["contract"] is not None
    assert after["changed"] == ["price"]


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_published_figures_are_filled_in_where_nothing_was_typed(
    market: Market, api: Application, language: str
) -> None:
    async with scene(market, api, overseen=False) as met:
        deal = await negotiating(met)
        async with signed_in(api, market, met.parties[2], language) as yard:
            fields = await written(yard, deal, {"/steps/0/step": "BALLISTIC_LOWCU"}, "step")
            answer = await yard.send(f"/console/deals/{deal}/offer", [*fields, ("_do", "figures:0")], htmx=True)
    filled = dict(form(answer.text))
    assert (answer.headers["hx-retarget"], "<html" in answer.text) == ("#editor", False)
    assert filled["/steps/0/yield"] == "75"
    assert (filled["/steps/0/removal/0/analyte"], filled["/steps/0/removal/0/fraction"]) == ("Cu", "51.6")


async def test_a_refusal_names_the_row_as_it_stands_in_the_form(market: Market, api: Application) -> None:
    async with scene(market, api, overseen=False) as met:
        deal = await negotiating(met)
        async with signed_in(api, market, met.parties[2]) as yard:
            # the rows before are offered by the page, and blank
            wrong = {
                "/price/amount": "44000",
                "/contract/deductions/1/analyte": "Cu",
                "/contract/deductions/1/from": "0.2",
                "/contract/deductions/1/per": "0.01",
                "/contract/deductions/1/unit": "furlong",
                "/contract/deductions/1/amount": "300",
                "/steps/1/step": "BALLISTIC_LOWCU",
                "/steps/1/yield": "75",
                "/steps/1/removal/1/analyte": "Cr",
                "/steps/1/removal/1/fraction": "20",
            }
            fields = await written(yard, deal, wrong, "step", "step", "cut:1")
            answer = await yard.send(f"/console/deals/{deal}/offers", fields, htmx=True)
    assert answer.status_code == 422
    pointers = re.findall(r'data-pointer="([^"]*)"', answer.text)
    assert sorted(pointers) == ["/contract/deductions/1/unit", "/steps/1/removal/1"]


async def test_free_text_in_terms_is_shown_and_never_run(market: Market, api: Application) -> None:
    async with scene(market, api) as met:
        deal = await _approved(met)
        async with signed_in(api, market, met.parties[2]) as yard:
            fields = await written(yard, deal, {"/contract/deductions/0/analyte": HOSTILE, "/message": HOSTILE}, "step")
            again = await yard.send(f"/console/deals/{deal}/offer", [*fields, ("_do", f"drop:/x/{HOSTILE}")])
            await offered(yard, deal, {"/price/amount": "44000", "/message": HOSTILE})
        offer = await newest(met.mill, deal)
        await met.post(met.mill, f"deals/{deal}/offers/{offer['id']}/accept")
        pages = [await seen(api, market, met, deal, language) for language in ("en", "ja")]
    assert again.status_code == 200
    assert HOSTILE not in again.text
    assert again.text.count(ESCAPED) >= 2
    # in the comparison and in the contract
    assert all(HOSTILE not in page for side in pages for page in side)
    assert all(page.count(ESCAPED) >= 2 for side in pages for page in side)


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_the_contract_says_all_that_was_agreed(market: Market, api: Application, language: str) -> None:
    async with scene(market, api) as met:
        deal = await _approved(met)
        terms = {"steps": STEPS, "contract": CONTRACT, "relaxations": [{"limit": 0, "relax_to": 0.2525}]}
        await met.post(met.yard, f"deals/{deal}/offers", TERMS | terms)
        offer = await newest(met.mill, deal)
        struck = await met.post(met.mill, f"deals/{deal}/offers/{offer['id']}/accept")
        if struck["status"] == "in_review":
            struck = await met.post(met.coordinator, f"deals/{deal}/review", {"act": "approve"})
        assert struck["status"] == "agreed"
        pages = await seen(api, market, met, deal, language)
    contracts = [page.partition('id="contract-title"')[2].partition("</section>")[0] for page in pages]
    words = (*SAID[language], "0.2525")
    assert [(i, word) for i, page in enumerate(contracts) for word in words if word not in page] == []


async def test_a_form_of_an_offer_without_its_token_is_refused(market: Market, api: Application) -> None:
    async with scene(market, api, overseen=False) as met:
        deal = await negotiating(met)
        async with signed_in(api, market, met.parties[2]) as yard:
            answer = await yard.send(f"/console/deals/{deal}/offer", [("_do", "step")], token="guessed")
    assert answer.status_code == 403


async def test_whoever_may_not_offer_is_led_to_the_deal_which_says_why(market: Market, api: Application) -> None:
    async with scene(market, api, overseen=False) as met:
        deal = await negotiating(met)
        await met.post(met.yard, f"deals/{deal}/offers", TERMS)
        async with signed_in(api, market, met.parties[2]) as yard:
            answer = await yard.http.get(f"/console/deals/{deal}/offer")
            page = await yard.page(f"/console/deals/{deal}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/console/deals/{deal}")
    assert "Waiting: it is the buyer&#39;s turn to answer." in page


async def test_the_form_of_an_offer_on_a_deal_of_others_is_not_there(market: Market, api: Application) -> None:
    lots: list[dict[str, Any]] = [steel(0.2), steel(0.21)]
    async with scene(market, api, yards=2, lots=lots, overseen=False) as met:
        deals = [await negotiating(met, lot) for lot in (0, 1)]
        for deal, yard in zip(deals, met.yards, strict=True):
            await met.post(yard, f"deals/{deal}/offers", TERMS | {"contract": CONTRACT})
        async with signed_in(api, market, met.parties[3]) as browser:
            other = await browser.http.get(f"/console/deals/{deals[0]}/offer")
            tried = await browser.send(f"/console/deals/{deals[0]}/offer", [("_do", "step")])
    assert (other.status_code, tried.status_code) == (404, 404)


async def _approved(met: Scene) -> str:
    deal = await met.open()
    await met.post(met.yard, f"deals/{deal['id']}/take-up")
    await met.post(met.coordinator, f"deals/{deal['id']}/review", {"act": "approve"})
    return str(deal["id"])
