"""Deals on screen for each of their readers: what one sees, may do, and must not be shown."""

import re
from typing import Any

import httpx
import pytest

from market.app import Application
from market.http import messages
from market.http.examples import DOCUMENT, DOCUMENT_CONTENT
from tests.support.console import Browser, signed_in
from tests.support.deals import TERMS, Scene, newest, scene
from tests.support.deliveries import contracted
from tests.support.market import Market

HOSTILE = "<script>alert(1)</script>"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;"


async def act(browser: Browser, deal: str, path: str, *fields: tuple[str, str], htmx: bool = False) -> httpx.Response:
    return await browser.send(f"/console/deals/{deal}/{path}", fields, htmx=htmx)


async def approved(met: Scene, lot: int = 0, **more: Any) -> str:
    deal = await met.open(lot=lot, **more)
    await met.post(met.yards[lot], f"deals/{deal['id']}/take-up")
    await met.post(met.coordinator, f"deals/{deal['id']}/review", {"act": "approve"})
    return str(deal["id"])


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Carbon-steel scrap", "your turn", "hidden until names are open", "Take up", "Decline")),
        ("ja", ("炭素鋼スクラップ", "あなたの番", "名前が開示されるまで非表示", "応諾する", "辞退する")),
    ],
)
async def test_a_recycler_reads_what_it_may_do_about_a_proposal(
    market: Market, api: Application, language: str, words: tuple[str, ...]
) -> None:
    async with scene(market, api) as met:
        deal = (await met.open())["id"]
        async with signed_in(api, market, met.parties[2], language) as browser:
            page = await browser.page(f"/console/deals/{deal}")
            listed = await browser.page("/console/deals?status=proposed")
            other = await browser.page("/console/deals?status=completed")
    for word in words:
        assert word in page
    assert f"/console/deals/{deal}" in listed
    assert deal not in other


@pytest.mark.parametrize(
    ("language", "alone"), [("en", "Kanto (region; no more is told)"), ("ja", "関東 （地方のみ判明）")]
)
async def test_what_the_map_of_a_deal_shows_stands_in_the_table_beside_it(
    market: Market, api: Application, language: str, alone: str
) -> None:
    async with scene(market, api) as met:
        deal = (await met.open())["id"]
        async with signed_in(api, market, met.parties[2], language) as browser:
            shown = (
                (await browser.page(f"/console/deals/{deal}"))
                .partition('id="whereabouts"')[2]
                .partition("</section>")[0]
            )
    picture, beside = shown.partition('<ul class="legend">')[::2]
    assert 'role="img" aria-labelledby="deal-map-title deal-map-desc"' in picture
    # nobody may learn from a point what the words keep back
    assert ('class="region"' in picture, 'class="point' in picture) == (True, False)
    assert alone in beside.partition("<table")[2]


async def test_neither_side_reads_the_others_name_nor_a_sellers_weights(market: Market, api: Application) -> None:
    async with scene(market, api) as met:
        deal = await approved(met)
        async with signed_in(api, market, met.parties[2]) as yard, signed_in(api, market, met.parties[0]) as mill:
            seen = [await yard.page(f"/console/deals/{deal}"), await mill.page(f"/console/deals/{deal}")]
    assert "Deal Mill" not in seen[0]
    assert "Deal Yard" not in seen[1]
    assert "52000" not in seen[0].replace(",", "")
    assert "45000" not in seen[1].replace(",", "")
    assert "Deal Desk" not in "".join(seen)


async def test_what_is_done_with_an_offer_is_no_matter_before_there_is_one(market: Market, api: Application) -> None:
    async with scene(market, api) as met:
        deal = await approved(met)
        async with signed_in(api, market, met.parties[0]) as browser:
            before = await browser.page(f"/console/deals/{deal}")
        await met.post(met.mill, f"deals/{deal}/offers", TERMS)
        async with signed_in(api, market, met.parties[2]) as browser:
            after = await browser.page(f"/console/deals/{deal}")
    assert "is not possible now" not in before
    assert "“Take back” is not possible now." in after


async def test_a_stranger_finds_no_such_page(market: Market, api: Application) -> None:
    async with scene(market, api) as met, scene(market, api) as others:
        deal = (await met.open())["id"]
        for party in others.parties:
            async with signed_in(api, market, party) as browser:
                read = await browser.http.get(f"/console/deals/{deal}")
                tried = await act(browser, deal, "withdraw", ("/reason:text", "mine"))
            assert read.status_code == 404
            assert tried.status_code in (403, 404)


async def test_every_free_text_of_a_deal_is_shown_and_never_run(market: Market, api: Application) -> None:
    async with scene(market, api) as met:
        deal = await met.open(message=HOSTILE)
        path = f"deals/{deal['id']}"
        await met.post(met.yard, f"{path}/take-up")
        await met.post(met.coordinator, f"{path}/review", {"act": "return", "questions": [HOSTILE], "note": HOSTILE})
        async with signed_in(api, market, met.parties[0]) as browser:
            asked = await browser.page(f"/console/{path}")
        await met.post(met.mill, f"{path}/resubmit", {"answers": [HOSTILE], "note": HOSTILE})
        await met.post(met.coordinator, f"{path}/review", {"act": "approve", "conditions": [HOSTILE]})
        await met.post(met.yard, f"{path}/offers", TERMS | {"message": HOSTILE})
        await met.post(met.yard, f"{path}/withdraw", {"reason": HOSTILE})
        for party in met.parties:
            async with signed_in(api, market, party) as browser:
                page = await browser.page(f"/console/{path}")
            assert HOSTILE not in page + asked
            assert page.count(ESCAPED) >= 6, page.count(ESCAPED)


async def test_portions_and_claims_show_free_text_and_never_run_it(market: Market, api: Application) -> None:
    async with scene(market, api, overseen=False) as met:
        deal = await contracted(met)
        portions = f"deals/{deal}/deliveries"
        made = await met.post(met.yard, portions, {"tonnes": 40}, 201)
        sent = {"tonnes": 40, "carrier": HOSTILE, "vehicle": HOSTILE, "weighbridge_ticket": HOSTILE}
        await met.post(met.yard, f"{portions}/{made['id']}/dispatch", sent)
        await met.post(met.mill, f"{portions}/{made['id']}/receive", {"tonnes": 40, "note": HOSTILE})
        claim = {"delivery_id": made["id"], "kind": "quality", "severity": "minor", "text": HOSTILE, "remedy": "refund"}
        opened = await met.post(met.mill, f"deals/{deal}/claims", claim, 201)
        await met.post(met.yard, f"deals/{deal}/claims/{opened['id']}/answer", {"text": HOSTILE})
        async with signed_in(api, market, met.parties[0]) as browser:
            page = await browser.page(f"/console/deals/{deal}")
    assert HOSTILE not in page
    assert page.count(ESCAPED) >= 5


async def test_an_offer_is_made_and_accepted_by_forms(market: Market, api: Application) -> None:
    async with scene(market, api) as met:
        deal = await approved(met)
        async with signed_in(api, market, met.parties[2]) as yard, signed_in(api, market, met.parties[0]) as mill:
            offered = await act(
                yard,
                deal,
                "offers",
                ("/price/amount:number", "４４，０００"),
                ("/price/currency", "JPY"),
                ("/price/incoterm", "DAP"),
                ("/tonnes:number", "100"),
                ("/schedule/0/month", ""),
                ("/schedule/0/tonnes:number", ""),
                ("/relaxations/0/limit:number", "0"),
                ("/relaxations/0/relax_to:number", ""),
                ("/message", ""),
            )
            offer = await newest(met.mill, deal)
            page = await mill.page(f"/console/deals/{deal}")
            accepted = await act(mill, deal, f"offers/{offer['id']}/accept")
        found = (await met.mill.get(f"/v1/deals/{deal}")).json()
    assert (offered.status_code, accepted.status_code) == (303, 303)
    assert (offer["terms"]["price"]["amount"], offer["terms"]["tonnes"]) == (44000, 100.0)
    assert "¥44,000/t" in page
    assert found["status"] == "agreed"


async def test_a_limit_gives_way_where_its_new_value_was_typed(market: Market, api: Application) -> None:
    async with scene(market, api) as met:
        deal = await approved(met)
        async with signed_in(api, market, met.parties[0]) as mill:
            await act(
                mill,
                deal,
                "offers",
                ("/price/amount:number", "44000"),
                ("/price/incoterm", "DAP"),
                ("/tonnes:number", "100"),
                ("/relaxations/0/limit:number", "0"),
                ("/relaxations/0/relax_to:number", "0.27"),
            )
            page = await mill.page(f"/console/deals/{deal}")
        offer = await newest(met.mill, deal)
    assert offer["terms"]["relaxations"] == [{"limit": 0, "relax_to": 0.27}]
    assert "≤\u00a00.25\u00a0% → 0.27\u00a0%" in page


async def test_a_wrong_field_is_named_and_nothing_happens(market: Market, api: Application) -> None:
    async with scene(market, api) as met:
        deal = await approved(met)
        async with signed_in(api, market, met.parties[2], "ja") as yard:
            answer = await act(
                yard, deal, "offers", ("/price/amount:number", "dear"), ("/tonnes:number", "100"), htmx=True
            )
        offers = (await met.yard.get(f"/v1/deals/{deal}/offers")).json()["items"]
    assert answer.status_code == 400
    assert 'data-pointer="/price/amount"' in answer.text
    assert "まだ実行していません。" in answer.text
    assert offers == []


async def test_an_act_that_is_not_ones_turn_is_refused_in_words(market: Market, api: Application) -> None:
    async with scene(market, api) as met:
        deal = (await met.open())["id"]
        async with signed_in(api, market, met.parties[0], "ja") as mill:
            # the browser's own language is not the one that was chosen
            mill.http.headers["accept-language"] = "en"
            answer = await act(mill, deal, "take-up", htmx=True)
    assert answer.status_code == 409
    assert 'data-problem="transition_refused"' in answer.text
    assert messages.title("transition_refused", "ja") in answer.text


async def test_lots_are_compared_side_by_side_for_the_specs_owner(market: Market, api: Application) -> None:
    async with scene(market, api, yards=2) as met:
        lots = "&".join(f"lot={lot}" for lot in met.lots)
        async with signed_in(api, market, met.parties[0]) as mill, signed_in(api, market, met.parties[2]) as yard:
            page = await mill.page(f"/console/compare?spec={met.spec}&{lots}")
            hidden = await yard.http.get(f"/console/compare?spec={met.spec}&{lots}")
    assert "2 lots against the spec" in page
    assert page.count('class="limit ') == 4
    assert hidden.status_code == 404


async def test_a_lot_by_itself_is_compared_with_the_best_others(market: Market, api: Application) -> None:
    async with scene(market, api, yards=3) as met, signed_in(api, market, met.parties[0]) as mill:
        shown = [
            re.findall(
                r'name="lot" value="([^"]+)" checked', await mill.page(f"/console/compare?spec={met.spec}{lots}")
            )
            for lots in (f"&lot={met.lots[2]}" * 2, f"&lot={met.lots[2]}&lot={met.lots[1]}")
        ]
    alone, two = shown
    assert (alone[0], set(met.lots) <= set(alone)) == (met.lots[2], True)
    assert two == [met.lots[2], met.lots[1]]


@pytest.mark.parametrize(("language", "words"), [("en", "Waiting for you"), ("ja", "あなたの対応を待つもの")])
async def test_the_start_shows_a_side_what_waits_for_it(
    market: Market, api: Application, language: str, words: str
) -> None:
    async with scene(market, api) as met:
        deal = (await met.open())["id"]
        async with signed_in(api, market, met.parties[2], language) as yard:
            page = await yard.page("/console")
    waiting = page.partition(words)[2].partition("</section>")[0]
    assert f"/console/deals/{deal}" in waiting


async def test_the_start_counts_a_coordinators_queue_and_reads_no_notice_as_seen(
    market: Market, api: Application
) -> None:
    async with scene(market, api) as met:
        deal = (await met.open())["id"]
        await met.post(met.yard, f"deals/{deal}/take-up")
        async with signed_in(api, market, met.parties[1]) as browser:
            page = await browser.page("/console")
            again = await browser.page("/console/notices/badge")
            await browser.send("/console/notices/read-all")
            after = await browser.page("/console/notices/badge")
    assert '<span class="figure">1</span> Waiting' in page
    assert "A deal on Carbon-steel scrap waits for your review" in page
    assert ">1<" in again
    assert after.strip() == ""


async def test_a_document_of_ones_own_is_laid_before_the_other_side(market: Market, api: Application) -> None:
    async with scene(market, api) as met:
        deal = (await met.open())["id"]
        made = await met.yard.post(
            "/v1/documents", json=DOCUMENT | {"name": "yard report.csv", "media_type": "text/csv"}
        )
        await met.yard.put(f"{made.headers['location']}/content", content=DOCUMENT_CONTENT.encode())
        async with signed_in(api, market, met.parties[2]) as yard, signed_in(api, market, met.parties[0]) as mill:
            offered = await yard.page(f"/console/deals/{deal}")
            await act(yard, deal, "documents", ("/document_id", made.json()["id"]))
            pages = [await yard.page(f"/console/deals/{deal}"), await mill.page(f"/console/deals/{deal}")]
    assert made.json()["id"] in offered
    assert all(f"/v1/documents/{made.json()['id']}/content" in page for page in pages)
    assert "yard report.csv" in pages[0]
    assert "yard report" not in pages[1]


async def test_a_side_finds_its_own_listing_in_a_deal_and_is_not_hidden_from_itself(
    market: Market, api: Application
) -> None:
    async with scene(market, api, lots=[{"title": f"Bay 7 {HOSTILE}"}]) as met:
        deal = (await met.open())["id"]
        async with signed_in(api, market, met.parties[2]) as browser:
            page = await browser.page(f"/console/deals/{deal}")
            told = [await browser.page(path) for path in ("/console", "/console/deals", "/console/offers")]
        async with signed_in(api, market, met.parties[0], name="Mei") as other:
            theirs = await other.page(f"/console/deals/{deal}")
    assert f'href="/console/lots/{met.lots[0]}">Bay 7 {ESCAPED}</a>' in page
    assert page.count("hidden until names are open") == 1
    assert all(f"Bay 7 {ESCAPED}" in one for one in told)
    assert "Bay 7" not in theirs
    assert f'href="/console/specs/{met.spec}"' in theirs
