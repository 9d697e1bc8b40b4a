"""Forms and addresses that no page of ours makes are refused before anything looks at them."""

import pytest

from market.app import Application
from tests.support.market import Market
from tests.support.people import PASSWORD, browsing, human

FILE = ("a.txt", b"content", "text/plain")


@pytest.mark.parametrize("path", ["/console/sign-in", "/console/language", "/console/permits", "/console/lots/editor"])
@pytest.mark.parametrize("field", ["_csrf", "next", "email", "/title", "add:limit"])
async def test_a_file_in_the_place_of_a_text_is_no_text(
    market: Market, api: Application, path: str, field: str
) -> None:
    someone = await human(market, await market.organisation("recycler"))
    async with browsing(api) as browser:
        await browser.sign_in(someone)
        texts = {} if field == "_csrf" else {"_csrf": browser.csrf}
        answer = await browser.client.post(path, data=texts, files={field: FILE})
    assert answer.status_code < 500, answer.text


@pytest.mark.parametrize("field", ["email", "password", "na\0me"])
async def test_what_nobody_types_is_refused_at_the_door(market: Market, api: Application, field: str) -> None:
    someone = await human(market, await market.organisation())
    async with browsing(api) as browser:
        await browser.see("/console/sign-in")
        fields = {"email": someone.email, "password": PASSWORD} | {field: "a\0@people.test"}
        answer = await browser.send("/console/sign-in", fields)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "text/html; charset=utf-8")


@pytest.mark.parametrize("page", ["balance?material=%00", "people?cursor=a%00", "sign-in?next=%00", "nowhere?%00"])
async def test_what_nobody_types_is_refused_in_an_address(market: Market, api: Application, page: str) -> None:
    someone = await human(market, await market.organisation())
    async with browsing(api) as browser:
        await browser.sign_in(someone)
        answer = await browser.see(f"/console/{page}")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "text/html; charset=utf-8")


@pytest.mark.parametrize("name", ["%00", "..%2fstatic.py", "%2e%2e", "nothing.js", ".hidden"])
async def test_only_what_is_packaged_is_sent(api: Application, name: str) -> None:
    async with browsing(api) as browser:
        assert (await browser.see(f"/console/static/0123456789abcdef/{name}")).status_code == 404
