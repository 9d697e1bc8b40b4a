"""What fits a spec, as its owner sees it in the console: counts, matches, near misses, and deals opened on them."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from market.app import Application
from tests.support.console import Browser, signed_in
from tests.support.deals import Scene, scene
from tests.support.market import Market
from tests.support.steel import ALLOYS, SECRETS, steel

SCRIPT = "<script>alert(1)</script>"


@pytest_asyncio.fixture(scope="module")
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    lots = [steel(0.1) for _ in range(5)] + [steel(0.28), steel(0.1, assays=ALLOYS)]
    async with scene(market, api, yards=len(lots), lots=lots) as found:
        yield found


@pytest_asyncio.fixture(scope="module", params=["en", "ja"])
async def browser(
    request: pytest.FixtureRequest, api: Application, market: Market, met: Scene
) -> AsyncIterator[Browser]:
    async with signed_in(api, market, met.parties[0], request.param) as found:
        yield found


def _question(met: Scene, copper: str) -> list[tuple[str, str]]:
    return [
        ("/material", "carbon_steel_scrap"),
        ("/limits/0/analytes:list", "Cu"),
        ("/limits/0/max:number", copper),
        ("/limits/0/unit", "%"),
        ("/delivery/from", met.days["from"]),
        ("/delivery/until", met.days["until"]),
    ]


async def test_a_count_is_told_while_a_spec_is_typed(browser: Browser, met: Scene) -> None:
    answer = await browser.send("/console/specs/count", _question(met, "0.25"), htmx=True)
    assert re.search(r"(about 5 lots|約 5 ロット)", answer.text)


async def test_a_stricter_limit_is_told_what_it_costs(browser: Browser, met: Scene) -> None:
    answer = await browser.send("/console/specs/count", _question(met, "0.05"), htmx=True)
    assert "<ol>" in answer.text


async def test_a_line_that_is_not_finished_is_left_out_of_the_count(browser: Browser, met: Scene) -> None:
    half = [*_question(met, "0.25"), ("/limits/1/analytes:list", SCRIPT)]
    answer = await browser.send("/console/specs/count", half, htmx=True)
    assert re.search(r"(about 5 lots|約 5 ロット)", answer.text)
    assert SCRIPT not in answer.text


async def test_each_line_that_is_left_out_of_the_count_says_why_in_words(browser: Browser, met: Scene) -> None:
    half = [
        *_question(met, "0.25"),
        ("/limits/1/analytes:list", "Sn"),
        ("/limits/1/max:number", "0,05"),
        ("/limits/1/unit", "%"),
        ("/limits/2/analytes:list", "As"),
        ("/limits/2/unit", "ppm"),
        ("/limits/3/analytes:list", "Pb"),
        ("/limits/3/max:number", "5"),
    ]
    answer = await browser.send("/console/specs/count", half, htmx=True)
    assert re.search(r"(about 5 lots|約 5 ロット)", answer.text)
    told = re.findall(r'<li class="small">([^<]*)</li>', answer.text)
    assert told in (
        [
            "Line 2: At most (≤): Type a number without its unit, and with a point for decimals: 12.5.",
            "Line 4: Unit: Fill this in.",
            "Line 3: Fill in an upper or a lower limit.",
        ],
        [
            "2 行目: 以下 (≤): 数字だけを入力してください。単位は付けず、小数点には「.」を使います（例：12.5）。",
            "4 行目: 単位: 入力してください。",
            "3 行目: 上限か下限を入力してください。",
        ],
    )


async def test_nothing_is_counted_for_whom_nobody_verified(api: Application, market: Market, met: Scene) -> None:
    stranger = await market.organisation("manufacturer", "New Mill", verified=False)
    async with signed_in(api, market, stranger) as found:
        answer = await found.send("/console/specs/count", _question(met, "0.25"), htmx=True)
    assert "verified your organisation" in answer.text


async def test_matches_come_with_their_reasons_and_without_secrets(browser: Browser, met: Scene) -> None:
    text = await browser.page(f"/console/specs/{met.spec}/matches")
    assert text.count('class="card"') >= 5
    assert 'class="verdict in_specification"' in text
    assert '<svg class="limit' in text
    assert [secret for secret in SECRETS if secret in text] == []


async def test_what_is_missing_is_named_to_be_tested(browser: Browser, met: Scene) -> None:
    text = await browser.page(f"/console/specs/{met.spec}/matches")
    notice = text.partition('<details class="notice">')[2].partition("</details>")[0]
    assert re.search(r"<strong>(Cu|Copper|銅)</strong>", notice)


async def test_a_near_miss_says_what_it_needs(browser: Browser, met: Scene) -> None:
    text = await browser.page(f"/console/specs/{met.spec}/matches?near=1")
    assert f'value="{met.lots[5]}"' in text
    assert 'name="/relaxations/0:json"' in text


async def test_a_deal_is_opened_on_a_near_miss_with_what_gives_way(api: Application, market: Market) -> None:
    async with scene(market, api, lots=[steel(0.28)]) as met, signed_in(api, market, met.parties[0]) as buyer:
        text = await buyer.page(f"/console/specs/{met.spec}/matches?near=1")
        relaxation = re.search(r"value='(\{\"limit\":0,\"relax_to\":[0-9.]+\})'", text)
        assert relaxation is not None
        fields = [("/lot_id", met.lots[0]), ("/tonnes:number", "100"), ("/relaxations/0:json", relaxation.group(1))]
        answer = await buyer.send(f"/console/specs/{met.spec}/deals", fields)
        assert (answer.status_code, answer.headers["location"].rpartition("/")[0]) == (303, "/console/deals")
        deal = (await met.mill.get(f"/v1/deals/{answer.headers['location'].rpartition('/')[2]}")).json()
        assert [one["limit"] for one in deal["asked"]["relaxations"]] == [0]


async def test_words_of_several_lines_are_taken_and_shown_as_lines(api: Application, market: Market) -> None:
    async with scene(market, api) as met, signed_in(api, market, met.parties[0]) as buyer:
        fields = [("/lot_id", met.lots[0]), ("/message", "Trial:\r\none truck")]
        answer = await buyer.send(f"/console/specs/{met.spec}/deals", fields)
        assert answer.status_code == 303
        assert '<blockquote class="said"><p>Trial:\none truck</p>' in await buyer.page(answer.headers["location"])


async def test_a_deal_is_not_opened_by_a_form_of_another_site(browser: Browser, met: Scene) -> None:
    answer = await browser.send(f"/console/specs/{met.spec}/deals", [("/lot_id", met.lots[0])], token="guessed")
    assert answer.status_code == 403


async def test_a_spec_of_another_has_no_matches_here(api: Application, market: Market, met: Scene) -> None:
    async with signed_in(api, market, await market.organisation("manufacturer", "Other Mill")) as other:
        assert (await other.http.get(f"/console/specs/{met.spec}/matches")).status_code == 404


async def test_a_match_says_that_a_deal_on_it_is_under_way_until_it_is_over(api: Application, market: Market) -> None:
    async with scene(market, api, yards=2, lots=[steel(0.1), steel(0.1)]) as met:
        deal = await met.open()
        async with signed_in(api, market, met.parties[0]) as buyer:
            dealt = await buyer.page(f"/console/specs/{met.spec}/matches")
            await met.post(met.mill, f"deals/{deal['id']}/withdraw", {"reason": "Found elsewhere"})
            over = await buyer.page(f"/console/specs/{met.spec}/matches")
    link = f'<a class="button" href="/console/deals/{deal["id"]}">Your deal is under way: proposed</a>'
    assert (dealt.count(link), [lot for lot in met.lots if f'value="{lot}"' in dealt]) == (1, [met.lots[1]])
    assert deal["id"] not in over


@pytest.mark.parametrize(("tonnes", "once"), [(100, True), (300, False)])
async def test_a_warning_of_every_card_is_said_once_above_them(
    api: Application, market: Market, tonnes: int, *, once: bool
) -> None:
    lots = [steel(0.1, quantity={"tonnes": 100}), steel(0.1, quantity={"tonnes": tonnes})]
    spec = {"quantity": {"tonnes": 3000, "min_lot_tonnes": 200}}
    async with scene(market, api, yards=2, spec=spec, lots=lots) as met, signed_in(api, market, met.parties[0]) as mill:
        text = await mill.page(f"/console/specs/{met.spec}/matches")
    above, _, cards = text.partition('<ol class="ranked">')
    said = "<li>100 t is less than the smallest lot of 200 t</li>"
    assert (above.count(said), cards.count(said)) == ((1, 0) if once else (0, 1))
