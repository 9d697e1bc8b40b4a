"""One's own specs in the console: the list, the editor, pasting, counting, publishing, and two who edit at once."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from market.app import Application
from market.parties.structs import NewOrganisation
from tests.support.console import Browser, signed_in
from tests.support.market import Market

SCRIPT = "<script>alert(1)</script>"
FIELDS = [
    ("/title", "Low copper"),
    ("/material", "carbon_steel_scrap"),
    ("/limits/0/analytes:list", "銅"),
    ("/limits/0/max:number", "０．２５"),
    ("/limits/0/unit", "%"),
    ("/quantity/tonnes:number", "3,000"),
    ("/delivery/location/prefecture", "JP-13"),
    ("/delivery/from", "2027-01-01"),
    ("/delivery/until", "2027-03-31"),
    ("/max_price/currency", "JPY"),
    ("/confidence:number", "90"),
]


@pytest_asyncio.fixture(scope="module")
async def maker(market: Market) -> NewOrganisation:
    return await market.organisation("manufacturer", "Bay Steel")


@pytest_asyncio.fixture(scope="module", params=["en", "ja"])
async def browser(
    request: pytest.FixtureRequest, api: Application, market: Market, maker: NewOrganisation
) -> AsyncIterator[Browser]:
    async with signed_in(api, market, maker, request.param) as found:
        yield found


def _filled(**changes: str) -> list[tuple[str, str]]:
    """The form with other texts in some fields."""
    return [(name, changes.get(name.partition(":")[0], text)) for name, text in FIELDS]


async def _acted(browser: Browser, action: str, *more: tuple[str, str]) -> str:
    """The form after one of its buttons."""
    answer = await browser.send("/console/specs/editor", [*FIELDS, *more, ("_do", action)], htmx=True)
    assert answer.status_code == 200, answer.text
    return answer.text


async def _made(browser: Browser, **changes: str) -> str:
    answer = await browser.send("/console/specs", _filled(**changes))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def test_the_editor_is_a_page(browser: Browser) -> None:
    assert 'name="/limits/0/analytes:list"' in await browser.page("/console/specs/new")


async def test_a_spec_is_saved_as_a_draft_from_names_and_wide_digits(browser: Browser) -> None:
    page = await browser.page(await _made(browser))
    assert "Low copper" in page
    assert "0.25" in page


async def test_a_spec_is_published_at_once(browser: Browser) -> None:
    answer = await browser.send("/console/specs", [*FIELDS, ("_then", "publish")])
    assert (answer.status_code, answer.headers["location"].rpartition("/")[2]) == (303, "matches")


async def test_the_list_has_the_spec_with_its_status(browser: Browser) -> None:
    await _made(browser, **{"/title": "Listed by status"})
    assert "Listed by status" in await browser.page("/console/specs?status=draft")
    assert "Listed by status" not in await browser.page("/console/specs?status=cancelled")


async def test_what_a_person_wrote_is_never_markup(browser: Browser) -> None:
    path = await _made(browser, **{"/title": SCRIPT})
    for page in (path, f"{path}/edit", "/console/specs"):
        text = await browser.page(page)
        assert SCRIPT not in text
        assert "&lt;script&gt;alert(1)" in text


async def test_a_form_without_its_token_is_refused(browser: Browser) -> None:
    answer = await browser.send("/console/specs", FIELDS, token="guessed")
    assert answer.status_code == 403


PAGES = ("", "/edit", "/matches", "/matches?near=1", "/blends", "/what-if", "/advice")


@pytest.mark.parametrize("page", PAGES)
async def test_every_page_of_a_spec_is_there(browser: Browser, page: str) -> None:
    answer = await browser.send("/console/specs", [*FIELDS, ("_then", "publish")])
    path = answer.headers["location"].removesuffix("/matches")
    assert "Low copper" in await browser.page(f"{path}{page}")


async def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(browser: Browser) -> None:
    answer = await browser.send("/console/specs", _filled(**{"/limits/0/unit": "furlong"}), htmx=True)
    assert (answer.status_code, answer.headers["hx-retarget"]) == (422, "#problem")
    assert 'data-pointer="/limits/0/unit"' in answer.text


async def test_a_blank_line_before_it_does_not_move_what_is_wrong(browser: Browser) -> None:
    moved = [
        (name.replace("/limits/0/", "/limits/4/"), text) for name, text in _filled(**{"/limits/0/unit": "furlong"})
    ]
    answer = await browser.send("/console/specs", [*moved, ("/limits/1/analytes:list", "")], htmx=True)
    assert 'data-pointer="/limits/4/unit"' in answer.text


async def test_a_line_is_added_and_nothing_typed_is_lost(browser: Browser) -> None:
    text = await _acted(browser, "row")
    assert 'name="/limits/1/analytes:list"' in text
    assert 'value="Low copper"' in text
    assert 'value="０．２５"' in text


async def test_a_line_is_taken_out(browser: Browser) -> None:
    assert 'name="/limits/0/analytes:list"' not in await _acted(browser, "drop:0")


async def test_a_pasted_table_fills_lines_and_tells_what_it_does_not_know(browser: Browser) -> None:
    table = f"成分\t下限\t上限\t単位\nすず\t\t0.02以下\t%\n{SCRIPT}\t\t1\t%"
    text = await _acted(browser, "paste", ("_paste", table))
    assert 'value="Sn"' in text
    assert 'value="0.02"' in text
    assert SCRIPT not in text
    assert text.count("&lt;script&gt;alert(1)") >= 2


async def test_a_grade_fills_its_limits_and_says_where_they_are_from(browser: Browser) -> None:
    text = await _acted(browser, "grade", ("_grade", "JP.HS"))
    assert 'value="thickness"' in text
    assert "JP.HS" in text.partition("notice")[2]


async def test_numbers_that_nobody_read_up_say_so(browser: Browser) -> None:
    text = await _acted(browser, "regime", ("_regime", "eu_elv"))
    assert 'class="flag"' in text


async def test_a_regulation_fills_what_is_in_force_on_the_first_day(browser: Browser) -> None:
    text = await _acted(browser, "regime", ("_regime", "eu_pop_pbde_recovered"))
    assert 'value="350"' in text
    assert 'value="500"' not in text


async def test_a_page_without_a_script_has_the_same_buttons(browser: Browser) -> None:
    answer = await browser.send("/console/specs/editor", [*FIELDS, ("_do", "row")])
    assert "<!doctype html>" in answer.text
    assert 'name="/limits/1/analytes:list"' in answer.text


async def test_the_list_loads_how_many_fit(browser: Browser) -> None:
    answer = await browser.send("/console/specs", [*FIELDS, ("_then", "publish")])
    path = answer.headers["location"].removesuffix("/matches")
    assert f'href="{path}/matches?near=1"' in await browser.page(f"{path}/tally")


async def test_a_spec_of_another_is_not_there(browser: Browser, api: Application, market: Market) -> None:
    path = await _made(browser)
    async with signed_in(api, market, await market.organisation("manufacturer", "Other Mill")) as other:
        for page in PAGES:
            assert (await other.http.get(f"{path}{page}")).status_code == 404
        assert (await other.send(path, [*FIELDS, ("_version", "1")])).status_code == 404


async def test_a_recycler_has_no_specs(api: Application, market: Market) -> None:
    async with signed_in(api, market, await market.organisation("recycler", "Test Yard")) as yard:
        assert (await yard.http.get("/console/specs")).status_code == 403


async def test_a_withdrawn_spec_is_over(browser: Browser) -> None:
    path = await _made(browser)
    assert (await browser.send(f"{path}/withdraw", [("_version", "1")])).status_code == 303
    assert "/withdraw" not in await browser.page(path)


async def test_an_edit_that_empties_a_field_takes_it_away(browser: Browser) -> None:
    path = await _made(browser)
    page = await browser.page(f"{path}/edit")
    version = re.search(r'name="_version" value="([0-9]+)"', page)
    assert version is not None
    kept = [one for one in FIELDS if one[0] != "/title"]
    answer = await browser.send(path, [*kept, ("_version", version.group(1)), ("_rev", "1")])
    assert answer.status_code == 303
    assert "Low copper" not in await browser.page(path)
