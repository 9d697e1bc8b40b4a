"""Whoever may only look: no page offers what would be refused, and a refusal is told in words for people."""

import html
import re

import pytest

from market.app import Application
from market.parties.structs import NewOrganisation, UserRole
from tests.support.deals import Scene, scene
from tests.support.desk import signed_in
from tests.support.market import Market
from tests.support.people import Browser

REFUSED = {"en": "You may look at this, not change it", "ja": "閲覧のみの権限です。変更はできません"}
_MAIN = re.compile(r"<main.*</main>", re.DOTALL)
_FORM = re.compile(r'<form[^>]*method="post"[^>]*action="([^"]*)"')
_LINK = re.compile(r'href="(/console[^"#]*)"')
# one's own: what has been read, and one's own login
_OWN = ("/console/notices/", "/console/profile", "/console/sign-in")


async def _offered(browser: Browser, pages: list[str]) -> list[str]:
    """Forms on the pages, and links of theirs that are refused."""
    found = []
    for path in pages:
        answer = await browser.see(path)
        assert answer.status_code == 200, (path, answer.text[:2000])
        main = _MAIN.search(answer.text)
        assert main is not None
        found += [(path, form) for form in _FORM.findall(main[0])]
        for link in {html.unescape(link) for link in _LINK.findall(main[0])}:
            if (await browser.client.get(link)).status_code == 403:
                found.append((path, link))
    return [f"{path}: {what}" for path, what in found if not what.startswith(_OWN)]


def _pages(met: Scene, deal: str) -> list[tuple[NewOrganisation, list[str]]]:
    mill, desk, yard = met.parties[:3]
    spec, lot = f"/console/specs/{met.spec}", f"/console/lots/{met.lots[0]}"
    on = f"/console/deals/{deal}"
    near = "/matches?near=1"
    return [
        (mill, ["/console", "/console/specs", spec, f"{spec}/matches", f"{spec}{near}", f"{spec}/blends", on]),
        (yard, ["/console", "/console/lots", lot, f"{lot}/matches", f"{lot}{near}", f"{lot}/advice", on]),
        (yard, ["/console/offers", "/console/tenders", "/console/permits", "/console/settings"]),
        (desk, ["/console", "/console/reviews", on, "/console/organisations", "/console/permits"]),
        (desk, [f"{spec}/matches", f"{spec}{near}", f"{lot}/matches", f"{lot}{near}"]),
    ]


async def test_no_page_offers_a_viewer_what_would_be_refused(market: Market, api: Application) -> None:
    offered = []
    async with scene(market, api) as met:
        deal = str((await met.open())["id"])
        await met.post(met.yard, f"deals/{deal}/take-up")
        for party, pages in _pages(met, deal):
            async with signed_in(market, api, party, role=UserRole.VIEWER) as browser:
                offered += await _offered(browser, pages)
    assert offered == []


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_a_viewer_is_told_so_in_words_for_people(market: Market, api: Application, language: str) -> None:
    party = await market.organisation("recycler", "Test Yard")
    async with signed_in(market, api, party, language, UserRole.VIEWER) as browser:
        answer = await browser.see("/console/lots/new")
    assert answer.status_code == 403
    assert f"<h1>{REFUSED[language]}</h1>" in answer.text
    assert "listings:write" not in answer.text


@pytest.mark.parametrize(
    ("language", "words"), [("en", "your role only reads"), ("ja", "閲覧のみの権限です。操作するには")]
)
async def test_a_viewer_reads_on_a_deal_why_there_is_nothing_to_do(
    market: Market, api: Application, language: str, words: str
) -> None:
    async with scene(market, api) as met:
        deal = str((await met.open())["id"])
        async with signed_in(market, api, met.parties[2], language, UserRole.VIEWER) as browser:
            page = (await browser.see(f"/console/deals/{deal}")).text
    assert words in page.partition('id="now-title"')[2].partition("</section>")[0]
