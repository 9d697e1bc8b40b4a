"""A link that leads nowhere, and a page that breaks, are told in words for people and not for programs."""

import pytest

from market.app import Application
from market.console import reviews
from tests.support.console import signed_in
from tests.support.market import Market


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/console/deals?cursor=x", "一覧のこの部分は表示できません"),
        ("/console/compare", "このリンクは正しくありません"),
        ("/console/balance?measure=size", "このリンクは正しくありません"),
    ],
)
async def test_a_link_that_is_not_whole_is_told_without_a_programs_words(
    market: Market, api: Application, path: str, told: str
) -> None:
    mill = await market.organisation("manufacturer")
    async with signed_in(api, market, mill, "ja") as browser:
        answer = await browser.http.get(path)
    assert answer.status_code == 400
    assert f"<h1>{told}</h1>" in answer.text
    assert [word for word in ("next_cursor", "errors", "パラメータ") if word in answer.text] == []


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_a_page_that_breaks_names_what_the_log_has_it_by(
    market: Market, api: Application, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("secret detail of the inside")

    monkeypatch.setattr(reviews, "counted", broken)
    desk = await market.organisation("coordinator")
    async with signed_in(api, market, desk, language) as browser:
        answer = await browser.http.get("/console/reviews/badges", headers={"x-request-id": "trace-me-1"})
    assert answer.status_code == 500
    assert "trace-me-1" in answer.text
    assert [word for word in ("secret", "X-Request-ID") if word in answer.text] == []
