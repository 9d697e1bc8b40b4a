"""One's own lots in the console: the list, the editor, a laboratory's table pasted, publishing, and two who edit."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from market.app import Application
from market.parties.structs import NewOrganisation
from tests.support.api import client
from tests.support.console import Browser, signed_in
from tests.support.market import LOT, Market

SCRIPT = "<script>alert(1)</script>"
FIELDS = [
    ("/title", "Shred from Kawasaki"),
    ("/material", "carbon_steel_scrap"),
    ("/assays/0/analyte", "銅"),
    ("/assays/0/value", "０．２２"),
    ("/assays/0/unit", "%"),
    ("/assays/0/uncertainty", "0.02"),
    ("/assays/0/sampled_on", "令和8年10月20日"),
    ("/assays/1/analyte", ""),
    ("/assays/2/analyte", "Sn"),
    ("/assays/2/operator", "<"),
    ("/assays/2/value", "0.01"),
    ("/assays/2/unit", "%"),
    ("/quantity/tonnes", "1,200"),
    ("/location/prefecture", "JP-14"),
    ("/available/from", "2027-01-01"),
    ("/available/until", "2027-03-31"),
    ("/ask_price/currency", "JPY"),
    ("/ask_price/incoterm", "EXW"),
    ("/documents", "assay_report"),
]
TABLE = "分析項目\t結果\t単位\n銅 (Cu)\t0.22\t%\n鉛\tND\tppm\nZn\t0,31\t%\nXx\t3\t%\n以上"


@pytest_asyncio.fixture(scope="module")
async def yard(market: Market) -> NewOrganisation:
    return await market.organisation("recycler", "Kawasaki Yard")


@pytest_asyncio.fixture(scope="module", params=["en", "ja"])
async def browser(
    request: pytest.FixtureRequest, api: Application, market: Market, yard: NewOrganisation
) -> AsyncIterator[Browser]:
    async with signed_in(api, market, yard, request.param) as found:
        yield found


def _filled(**changes: str) -> list[tuple[str, str]]:
    return [(name, changes.get(name, text)) for name, text in FIELDS]


async def _acted(browser: Browser, action: str, *more: tuple[str, str]) -> str:
    """The form after one of its buttons."""
    answer = await browser.send("/console/lots/editor", [*FIELDS, *more, ("_do", action)], htmx=True)
    assert answer.status_code == 200, answer.text
    return answer.text


async def _made(browser: Browser, **changes: str) -> str:
    answer = await browser.send("/console/lots", _filled(**changes))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def _value(page: str, pointer: str) -> str:
    """What stands in a field of the form."""
    found = re.search(rf'name="{pointer}"(?: type="[a-z]+")? value="([^"]*)"', page)
    assert found is not None, pointer
    return found.group(1)


async def test_a_lot_is_saved_as_a_draft_from_names_wide_digits_and_era_days(browser: Browser) -> None:
    page = await browser.page(await _made(browser))
    assert "0.22\u00a0±\u00a00.02\u00a0%" in page
    assert "&lt;\u00a00.01\u00a0%" in page
    assert 'datetime="2026-10-20"' in page
    assert "1,200" in page


async def test_a_stored_lot_fills_the_form_as_it_was_typed(browser: Browser) -> None:
    page = await browser.page(f"{await _made(browser)}/edit")
    assert _value(page, "/assays/0/analyte") == "Cu"
    assert _value(page, "/assays/0/value") == "0.22"
    assert '<option value="&lt;" selected>' in page
    assert "/assays/0/id" not in page


async def test_a_price_without_an_amount_is_no_price(browser: Browser, api: Application, yard: NewOrganisation) -> None:
    where = await _made(browser)
    async with client(api, yard) as caller:
        found = (await caller.get(f"/v1/lots/{where.rsplit('/', 1)[1]}")).json()
    assert found["ask_price"] is None
    assert [one["analyte"] for one in found["assays"]] == ["Cu", "Sn"]


async def test_a_result_keeps_its_identity_where_nothing_of_it_changes(
    browser: Browser, api: Application, yard: NewOrganisation
) -> None:
    where = await _made(browser)
    path = f"/v1/lots/{where.rsplit('/', 1)[1]}"
    async with client(api, yard) as caller:
        before = (await caller.get(path)).json()
        answer = await browser.send(where, [*_filled(**{"/assays/2/value": "0.02"}), ("_version", "1"), ("_rev", "1")])
        assert answer.status_code == 303, answer.text
        after = (await caller.get(path)).json()
    assert after["assays"][0] == before["assays"][0]
    assert after["assays"][1]["id"] != before["assays"][1]["id"]


async def test_a_pasted_table_fills_the_free_rows_and_says_beside_each_what_it_doubts(browser: Browser) -> None:
    page = await _acted(browser, "paste", ("_paste", TABLE))
    assert _value(page, "/assays/1/analyte") == "Cu"
    assert _value(page, "/assays/3/analyte") == "Pb"
    assert _value(page, "/assays/3/value") == ""
    assert _value(page, "/assays/5/analyte") == "Xx"
    note = page.partition('id="note-4"')[2].partition("</div>")[0]
    assert "0,31" in note
    assert "以上" in page.partition('id="pasted"')[2]


async def test_a_doubt_goes_once_it_is_settled_and_stays_until_then(browser: Browser) -> None:
    doubt = ("_doubt-2", "nd_without_limit|ND")
    settled = await browser.send("/console/lots/check", [*FIELDS, doubt], htmx=True)
    open_ = [one for one in FIELDS if one[0] != "/assays/2/value"]
    standing = await browser.send("/console/lots/check", [*open_, doubt], htmx=True)
    assert "<li>" not in settled.text
    assert "innerHTML:#note-2" in standing.text
    assert "<li>" in standing.text


async def test_a_value_that_cannot_be_is_told_at_once(browser: Browser) -> None:
    answer = await browser.send("/console/lots/check", _filled(**{"/assays/0/value": "220"}), htmx=True)
    assert "220" in answer.text
    assert "<li>" in answer.text


async def test_rows_are_added_and_taken_out_without_losing_what_is_typed(browser: Browser) -> None:
    added = await _acted(browser, "row")
    assert 'name="/assays/3/analyte"' in added
    dropped = await _acted(browser, "drop:0")
    assert 'name="/assays/0/analyte"' not in dropped
    assert _value(dropped, "/assays/2/value") == "0.01"


async def test_a_refusal_points_at_the_row_of_the_form(browser: Browser) -> None:
    answer = await browser.send("/console/lots", _filled(**{"/assays/2/unit": "furlong"}), htmx=True)
    assert answer.status_code == 422
    assert 'data-pointer="/assays/2/unit"' in answer.text


@pytest.mark.parametrize(
    ("more", "pointer", "names"),
    [
        ({}, "/assays/1/value", ("both low and high", "low と high")),
        ({"/assays/1/low": "0.3", "/assays/1/high": "0.2"}, "/assays/1/low", ("low 0.3 is", "low 0.3 が")),
    ],
)
async def test_a_result_is_refused_in_the_words_of_the_form_not_of_a_program(
    browser: Browser, more: dict[str, str], pointer: str, names: tuple[str, ...]
) -> None:
    row = {"/assays/1/analyte": "Pb", "/assays/1/unit": "%", **more}
    others = [field for field in FIELDS if field[0] not in row]
    answer = await browser.send("/console/lots", [*others, *row.items()], htmx=True)
    assert answer.status_code == 422
    assert f'data-pointer="{pointer}"' in answer.text
    assert not any(name in answer.text for name in names)


async def test_the_list_is_narrowed_and_names_every_status(browser: Browser) -> None:
    await _made(browser)
    assert "Shred from Kawasaki" in await browser.page("/console/lots?status=draft&material=carbon_steel_scrap")
    assert "Shred from Kawasaki" not in await browser.page("/console/lots?status=expired")
    assert "Shred from Kawasaki" not in await browser.page("/console/lots?prefecture=JP-01")


async def test_a_lot_is_published_at_once_and_withdrawn(browser: Browser) -> None:
    answer = await browser.send("/console/lots", [*FIELDS, ("_then", "publish")])
    assert answer.status_code == 303
    assert answer.headers["location"].endswith("/matches")
    where = answer.headers["location"].removesuffix("/matches")
    assert (await browser.send(f"{where}/withdraw", [("_version", "1")])).status_code == 303
    assert f"{where}/edit" not in await browser.page(where)


async def test_who_publishes_an_older_version_sees_who_changed_it(browser: Browser) -> None:
    where = await _made(browser)
    answer = await browser.send(f"{where}/publish", [("_version", "9")])
    assert (answer.status_code, answer.headers["location"]) == (303, f"{where}?changed=1")
    page = await browser.page(answer.headers["location"])
    assert 'role="alert">Aki Tanaka' in page or "Aki Tanaka さん" in page
    assert f"{where}/publish" in page


async def test_a_lot_is_written_anew_like_one_that_is_over_without_its_results(browser: Browser) -> None:
    where = await _made(browser)
    await browser.send(f"{where}/withdraw", [("_version", "1")])
    assert f'href="/console/lots/new?like={where.rsplit("/", 1)[1]}"' in await browser.page(where)
    page = await browser.page(f"/console/lots/new?like={where.rsplit('/', 1)[1]}")
    assert _value(page, "/title") == "Shred from Kawasaki"
    assert _value(page, "/quantity/tonnes") in {"1200", "1200.0"}
    assert _value(page, "/assays/0/analyte") == ""
    assert 'name="/assays/3/' not in page
    assert 'name="_id"' not in page
    assert (await browser.http.get("/console/lots/new?like=01a21744-3287-71b4-89bc-cfbed22dffc8")).status_code == 404


async def test_two_who_edit_at_once_see_who_changed_what(
    browser: Browser, api: Application, yard: NewOrganisation
) -> None:
    where = await _made(browser)
    path = f"/v1/lots/{where.rsplit('/', 1)[1]}"
    async with client(api, yard) as caller:
        tag = (await caller.get(path)).headers["etag"]
        changed = {"form": "shredded", "quantity": {"tonnes": 900}}
        assert (await caller.patch(path, json=changed, headers={"if-match": tag})).status_code == 200
    mine = [*_filled(**{"/quantity/tonnes": "800"}), ("_version", "1"), ("_rev", "1"), ("_id", path)]
    answer = await browser.send(where, mine, htmx=True)
    assert answer.status_code == 412
    shown = answer.text.partition('id="clash"')[2].partition("</section>")[0]
    assert [f"{tonnes}\xa0t" in shown for tonnes in ("1,200", "900", "800")] == [True] * 3
    assert _value(answer.text, "/quantity/tonnes") in {"800", "800.0"}
    assert '<option value="shredded" selected>' in answer.text
    assert 'name="_version" value="2"' in answer.text


async def test_what_is_typed_is_never_markup(browser: Browser) -> None:
    told = {"/title": SCRIPT, "/source": "x", "/assays/0/value": SCRIPT}
    page = (await browser.send("/console/lots/editor", [*_filled(**told), ("_do", "row")], htmx=True)).text
    assert SCRIPT not in page
    pasted = await _acted(browser, "paste", ("_paste", f"Cu\t{SCRIPT}\n{SCRIPT}\t3\t%"))
    assert SCRIPT not in pasted


async def test_what_the_api_stored_is_never_markup(browser: Browser, api: Application, yard: NewOrganisation) -> None:
    assay = {"analyte": "Cu", "value": 0.2, "unit": "%", "method": SCRIPT, "laboratory": SCRIPT, "sample": SCRIPT}
    async with client(api, yard) as caller:
        made = await caller.post("/v1/lots", json=LOT | {"title": SCRIPT, "assays": [assay]})
        assert made.status_code == 201, made.text
    where = f"/console/lots/{made.json()['id']}"
    for page in ("/console/lots", where, f"{where}/edit", f"{where}/matches", f"{where}/advice"):
        text = await browser.page(page)
        assert SCRIPT not in text
        assert "&lt;script&gt;" in text


async def test_a_form_of_another_site_is_refused(browser: Browser) -> None:
    answer = await browser.send("/console/lots", FIELDS, token="x" * 43)
    assert answer.status_code == 403


async def test_another_yards_lot_is_not_there(browser: Browser, api: Application, market: Market) -> None:
    other = await market.organisation("recycler", "Other Yard")
    async with client(api, other) as caller:
        made = (await caller.post("/v1/lots", json=LOT)).json()
    for page in ("", "/edit", "/matches", "/advice", "/tally"):
        assert (await browser.http.get(f"/console/lots/{made['id']}{page}")).status_code == 404
