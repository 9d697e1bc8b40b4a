"""The coordinator's queue on screen: what it shows, how it is decided, and what is refused."""

import re
from typing import Any

import httpx
import pytest

from market.app import Application
from market.console import reviews
from tests.support.console import Browser, signed_in
from tests.support.deals import Scene, scene
from tests.support.market import Market
from tests.support.page_forms import PageForm

GOOD = [
    {"analyte": "Cu", "value": 0.2, "unit": "%", "uncertainty": 0.005},
    {"analyte": "Cr", "value": 0.05, "unit": "%"},
    {"analyte": "Ni", "value": 0.04, "unit": "%"},
    {"analyte": "Mo", "value": 0.01, "unit": "%"},
]


async def in_review(met: Scene, lot: int = 0, **more: Any) -> str:
    deal = await met.open(lot=lot, **more)
    await met.post(met.yards[lot], f"deals/{deal['id']}/take-up")
    return str(deal["id"])


async def decided(browser: Browser, deal: str, *fields: tuple[str, str], htmx: bool = False) -> httpx.Response:
    return await browser.send(f"/console/deals/{deal}/review", fields, htmx=htmx)


SIDES = ((0, "Deal Mill"), (2, "Deal Yard 0"))


def version(page: str) -> str:
    found = re.search(r'name="_version" value="(\d+)"', page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Reviews", "parties without any deal before", "Approve", "Kanagawa")),
        ("ja", ("審査", "初めて取引する当事者", "承認", "神奈川県")),
    ],
)
async def test_the_queue_tells_why_to_look_closer(
    market: Market, api: Application, language: str, words: tuple[str, ...]
) -> None:
    async with scene(market, api) as met:
        deal = await in_review(met)
        async with signed_in(api, market, met.parties[1], language) as browser:
            page = await browser.page("/console/reviews")
    assert f"/console/deals/{deal}" in page
    for word in words:
        assert word in page


async def test_the_queue_names_both_sides(market: Market, api: Application) -> None:
    async with scene(market, api) as met:
        deal = await in_review(met)
        (item,) = (await met.coordinator.get("/v1/reviews")).json()["items"]
        async with signed_in(api, market, met.parties[1]) as browser:
            queue = await browser.page("/console/reviews")
            asked = await browser.page(f"/console/deals/{deal}/decide?act=approve")
    mill, yard = ({"organisation_id": str(met.parties[i].id), "name": name} for i, name in SIDES)
    assert (item["buyer"], item["sellers"]) == (mill, [yard])
    for page in (queue, asked):
        assert re.search(r"Deal Yard 0 .*sells to.* Deal Mill", page)


async def test_what_waits_for_review_is_not_told_again_as_news(market: Market, api: Application) -> None:
    async with scene(market, api) as met:
        deal = await in_review(met)
        async with signed_in(api, market, met.parties[1]) as browser:
            waiting = await browser.page("/console")
            await met.post(met.coordinator, f"deals/{deal}/review", {"act": "approve"})
            decided = await browser.page("/console")
        async with signed_in(api, market, met.parties[0]) as browser:
            mill = await browser.page("/console")
    row = f'<th scope="row"><a href="/console/deals/{deal}">'
    assert (row in waiting, row in decided, row in mill) == (False, True, True)


async def test_whoever_decides_reads_first_why_to_look_closer(market: Market, api: Application) -> None:
    async with scene(market, api) as met:
        deal = await in_review(met)
        async with signed_in(api, market, met.parties[1]) as browser:
            deciding = await browser.page(f"/console/deals/{deal}")
            await met.post(met.coordinator, f"deals/{deal}/review", {"act": "approve"})
            decided = await browser.page(f"/console/deals/{deal}")
    assert deciding.index('id="review-title"') < deciding.index('id="sides-title"')
    assert decided.index('id="review-title"') > decided.index('id="sides-title"')
    assert '<a href="/console/reviews">Back to the queue</a>' in decided


async def test_deals_are_offered_together_only_where_one_of_them_is_safe(market: Market, api: Application) -> None:
    async with scene(market, api, yards=2, lots=[{"assays": GOOD}, {}]) as met:
        await in_review(met, 1)
        async with signed_in(api, market, met.parties[1]) as browser:
            risky = await browser.page("/console/reviews")
            await in_review(met, 0)
            both = await browser.page("/console/reviews")
            none = await browser.page("/console/reviews/bulk")
    offered = "data-all", "Approve those chosen"
    assert [one in risky for one in offered] == [False, False]
    assert "Deals of low risk, which may be approved together, come last." in risky
    assert '<a href="/console/reviews?risk=low">Show only those</a>' in risky
    assert [one in both for one in offered] == [True, True]
    assert "Approve 0 deals" not in none
    assert "Nothing chosen can be approved with others." in none


async def test_a_choice_of_risk_leaves_what_may_be_approved_together_or_what_is_high(
    market: Market, api: Application
) -> None:
    async with scene(market, api, yards=2, lots=[{"assays": GOOD}, {"hazards": ["radioactivity"]}]) as met:
        safe, risky = await in_review(met, 0), await in_review(met, 1)
        async with signed_in(api, market, met.parties[1]) as browser:
            low, high = [await browser.page(f"/console/reviews?risk={risk}") for risk in ("low", "high")]
    assert [deal in low for deal in (safe, risky)] == [True, False]
    assert [deal in high for deal in (safe, risky)] == [False, True]
    assert '<option value="low" selected>low only (may be approved together)</option>' in low


async def test_filters_narrow_the_queue_and_nonsense_is_no_filter(market: Market, api: Application) -> None:
    async with scene(market, api) as met:
        deal = await in_review(met)
        async with signed_in(api, market, met.parties[1]) as browser:
            shown = {
                query: deal in await browser.page(f"/console/reviews?{query}")
                for query in ("material=carbon_steel_scrap", "material=copper_scrap", "overdue=true",
                              "overdue=false", "reason=first_deal", "risk=x&overdue=x&reason=x")
            }  # fmt: skip
    assert shown == {
        "material=carbon_steel_scrap": True,
        "material=copper_scrap": False,
        "overdue=true": False,
        "overdue=false": True,
        "reason=first_deal": True,
        "risk=x&overdue=x&reason=x": True,
    }


async def test_an_empty_queue_says_what_comes_next(market: Market, api: Application) -> None:
    async with scene(market, api) as met, signed_in(api, market, met.parties[1]) as browser:
        page = await browser.page("/console/reviews")
    assert "No deal waits for review. New ones appear here by themselves." in page


async def test_the_end_of_a_queue_that_was_decided_does_not_say_that_nothing_waits(
    market: Market, api: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reviews, "PAGE", 1)
    async with scene(market, api, yards=2) as met:
        for lot in (0, 1):
            await in_review(met, lot)
        async with signed_in(api, market, met.parties[1]) as browser:
            later = re.search(r'href="(/console/reviews\?cursor=[^"]+)"', await browser.page("/console/reviews"))
            assert later is not None
            (deal,) = set(re.findall(r'data-row="([^"]+)"', await browser.page(later[1])))
            await met.post(met.coordinator, f"deals/{deal}/review", {"act": "approve"})
            page = await browser.page(later[1])
    assert "No deal waits for review." not in page
    assert 'No deal waits behind this point of the queue. <a href="/console/reviews">From the first one on</a>' in page


async def test_an_approval_with_conditions_goes_back_to_the_queue(market: Market, api: Application) -> None:
    async with scene(market, api) as met:
        deal = await in_review(met)
        async with signed_in(api, market, met.parties[1]) as browser:
            form = await browser.page(f"/console/deals/{deal}/decide?act=approve&next=/console/reviews")
            answer = await decided(
                browser,
                deal,
                ("_version", version(form)),
                ("next", "/console/reviews?done=approve"),
                ("/act", "approve"),
                ("/conditions:list", "weigh each load\nkeep a sample"),
            )
            queue = await browser.page(answer.headers["location"])
        found = (await met.mill.get(f"/v1/deals/{deal}")).json()
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/reviews?done=approve")
    assert found["status"] == "negotiating"
    assert found["approval"]["conditions"] == ["weigh each load", "keep a sample"]
    assert "The deal is approved." in queue


async def test_a_rejection_without_its_reason_names_the_field(market: Market, api: Application) -> None:
    async with scene(market, api) as met:
        deal = await in_review(met)
        async with signed_in(api, market, met.parties[1]) as browser:
            answer = await decided(browser, deal, ("/act", "reject"), ("/reason_code", ""), htmx=True)
    assert answer.status_code == 422
    assert answer.headers["hx-retarget"] == "#problem"
    assert 'data-pointer="/reason_code"' in answer.text


async def test_who_decides_on_an_older_version_is_told_what_happened_since(market: Market, api: Application) -> None:
    async with scene(market, api) as met:
        deal = await in_review(met)
        async with signed_in(api, market, met.parties[1], "ja") as browser:
            form = await browser.page(f"/console/deals/{deal}/decide?act=return")
            old = version(form)
            await met.post(met.coordinator, f"deals/{deal}/review", {"act": "return", "questions": ["Which furnace?"]})
            answer = await decided(
                browser, deal, ("_version", old), ("/act", "return"), ("/questions:list", "私の質問"), htmx=True
            )
        kept = (await met.mill.get(f"/v1/deals/{deal}/reviews")).json()["items"]
    assert answer.status_code == 412
    assert f"表示は版 {old}、現在は版 {int(old) + 1} です" in answer.text
    assert "質問付き差し戻し" in answer.text
    # the form below has it still
    assert "私の質問" not in answer.text
    assert [one["questions"] for one in kept] == [["Which furnace?"]]


async def test_a_form_of_another_site_decides_nothing(market: Market, api: Application) -> None:
    async with scene(market, api) as met:
        deal = await in_review(met)
        async with signed_in(api, market, met.parties[1]) as browser:
            answer = await browser.send(f"/console/deals/{deal}/review", [("/act", "approve")], token="none")
        found = (await met.mill.get(f"/v1/deals/{deal}")).json()
    assert answer.status_code == 403
    assert found["status"] == "in_review"


@pytest.mark.parametrize("side", [0, 2])
async def test_the_sides_have_no_queue(market: Market, api: Application, side: int) -> None:
    async with scene(market, api) as met, signed_in(api, market, met.parties[side]) as browser:
        answer = await browser.http.get("/console/reviews")
    assert answer.status_code == 403


async def test_safe_deals_are_approved_together_after_a_page_that_lists_them(market: Market, api: Application) -> None:
    lots = [{"assays": GOOD}, {"assays": GOOD}, {}]
    async with scene(market, api, yards=3, lots=lots) as met:
        safe, other, risky = [await in_review(met, lot=i) for i in range(3)]
        async with signed_in(api, market, met.parties[1]) as browser:
            page = await browser.page(f"/console/reviews/bulk?deal={safe}&deal={other}&deal={risky}")
            chosen = re.findall(r'name="deal" value="([^"]+)"', page)
            # one of them moves before the button is pressed
            await met.post(met.coordinator, f"deals/{other}/review", {"act": "return", "questions": ["Why?"]})
            answer = await browser.send("/console/reviews/bulk", [("deal", one) for one in chosen])
        states = [(await met.mill.get(f"/v1/deals/{deal}")).json()["status"] for deal in (safe, other, risky)]
    assert [one.split(" ")[0] for one in chosen] == [safe, other]
    assert "These need a look of their own" in page
    assert "not evaluated for want of usable results" in page
    assert states == ["negotiating", "returned", "in_review"]
    assert answer.text.count("Approved:") == 1
    assert answer.text.count("Not approved:") == 1


async def test_a_batch_that_is_approved_twice_says_twice_what_it_approved(market: Market, api: Application) -> None:
    action = "/console/reviews/bulk"
    async with scene(market, api, yards=2, lots=[{"assays": GOOD}] * 2) as met:
        deals = [await in_review(met, lot=i) for i in range(2)]
        async with signed_in(api, market, met.parties[1]) as browser:
            page = await browser.page(f"{action}?deal={deals[0]}&deal={deals[1]}")
            sent = PageForm(page, action).sends()
            answers = [await browser.send(action, sent) for _ in range(2)]
    assert [answer.text.count("Approved:") for answer in answers] == [2, 2]


async def test_a_risky_deal_is_not_approved_by_a_form_that_names_it(market: Market, api: Application) -> None:
    async with scene(market, api) as met:
        deal = await in_review(met)
        async with signed_in(api, market, met.parties[1]) as browser:
            answer = await browser.send("/console/reviews/bulk", [("deal", f"{deal} 2")])
        found = (await met.mill.get(f"/v1/deals/{deal}")).json()
    assert "it needs a look of its own" in answer.text
    assert found["status"] == "in_review"


@pytest.mark.parametrize("said", ["", "nonsense", "{deal}", "{deal} ", "{deal} x", "x 1"])
async def test_nothing_is_approved_with_others_but_at_a_version_that_was_shown(
    market: Market, api: Application, said: str
) -> None:
    async with scene(market, api) as met:
        deal = await in_review(met)
        async with signed_in(api, market, met.parties[1]) as browser:
            answer = await browser.send("/console/reviews/bulk", [("deal", said.format(deal=deal))])
            assert answer.status_code == 200
            assert f"/console/deals/{deal}" in await browser.page("/console/reviews")
