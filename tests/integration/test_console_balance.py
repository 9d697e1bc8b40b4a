"""The market on screen: what was taken stock of, as a table, on the map, by month, and why demand is unmet."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from market.app import Application
from tests.support.balance_rows import put_cell, put_finding, put_snapshot
from tests.support.desk import LANGUAGES, ministry, page, signed_in
from tests.support.market import Market

PLACE = {"region": "'kanto'", "prefecture": "'JP-13'"}
MONTH = {"quarter": "'2027-Q1'", "month": "'2027-01'"}
ROWS = (
    put_snapshot(),
    put_cell(**PLACE, **MONTH, matched_kg="4000", near_kg="3000", rest_kg="2000"),
    put_cell(side="'demand'", **PLACE, **MONTH, matched_kg="4000", near_kg="1000", rest_kg="777000"),
    put_cell(side="'demand'", region="'kanto'", rest_kg="555000"),
    put_cell(side="'demand'", rest_kg="333000"),
    put_cell(side="'demand'", exact="true", firms="1", **PLACE, rest_kg="11000"),
    put_finding(family="'steel'", kg="900"),
    put_finding(family="'steel'", code="'price'", about="null", kg="100"),
    put_finding(kind="'lever'", family="'steel'", material="'carbon_steel_scrap'", code="'relax'", kg="42000"),
)


@pytest_asyncio.fixture(scope="module")
async def stocked(market: Market) -> AsyncIterator[Market]:
    """Figures as the worker leaves them."""
    yard = await market.organisation()
    async with market.superuser() as connection:
        for row in ROWS:
            await connection.execute(row, yard.id)
        yield market
        await connection.execute("truncate balance_cell, balance_finding, balance_snapshot")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["manufacturer", "recycler", "laboratory"])
async def test_everyone_reads_the_merged_figures(stocked: Market, api: Application, kind: str, language: str) -> None:
    async with signed_in(stocked, api, await stocked.organisation(kind), language) as person:
        shown = await page(person, "/console/balance")
    assert "777\u00a0t" in shown
    assert "11\u00a0t" not in shown


async def test_a_coordinator_reads_the_exact_figures(stocked: Market, api: Application) -> None:
    async with signed_in(stocked, api, await ministry(stocked)) as desk:
        assert "11\u00a0t" in await page(desk, "/console/balance")
        assert "777\u00a0t" in await page(desk, "/console/balance?view=merged")


async def test_only_coordinators_read_exact_figures(stocked: Market, api: Application) -> None:
    async with signed_in(stocked, api, await stocked.organisation()) as person:
        assert (await person.see("/console/balance?view=overseen")).status_code == 403


async def test_a_prefecture_on_the_map_tells_its_figure_and_links_to_itself(stocked: Market, api: Application) -> None:
    async with signed_in(stocked, api, await stocked.organisation()) as person:
        shown = await page(person, "/console/balance")
    assert '<a href="/console/balance?prefecture=JP-13" aria-label="Tokyo: 777\u00a0t">' in shown


@pytest.mark.parametrize(
    ("prefecture", "told"),
    [
        ("JP-14", "Kanagawa: with the rest of its region 555\u00a0t"),
        ("JP-27", "Osaka: with the rest of Japan 333\u00a0t"),
    ],
)
async def test_merged_cells_are_drawn_as_what_they_are_merged_into(
    stocked: Market, api: Application, prefecture: str, told: str
) -> None:
    async with signed_in(stocked, api, await stocked.organisation()) as person:
        shown = await page(person, "/console/balance")
    assert f'prefecture={prefecture}" aria-label="{told}"' in shown


async def test_filters_are_plain_parameters_and_stay_in_the_links(stocked: Market, api: Application) -> None:
    query = "family=steel&material=&from=2027-01&until=&measure=demand&group_by=prefecture&nonsense=1"
    async with signed_in(stocked, api, await stocked.organisation()) as person:
        shown = await page(person, f"/console/balance?{query}")
    kept = "group_by=prefecture&amp;measure=demand&amp;family=steel&amp;from=2027-01&amp;prefecture=JP-01"
    assert f'href="/console/balance?{kept}"' in shown


@pytest.mark.parametrize("query", ["group_by=colour", "from=January", "view=mine", "measure=size", "cursor=x"])
async def test_what_cannot_be_asked_is_refused(stocked: Market, api: Application, query: str) -> None:
    async with signed_in(stocked, api, await stocked.organisation()) as person:
        assert (await person.see(f"/console/balance?{query}")).status_code in (400, 422)


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "Type a month as year and month: 2027-01."), ("ja", "年と月を「2027-01」のように入力してください。")],
)
async def test_a_mistyped_month_comes_back_in_its_form_with_everything_that_was_typed(
    stocked: Market, api: Application, language: str, told: str
) -> None:
    query = "family=steel&from=Jan+2027&until=2027-03&measure=demand&group_by=prefecture"
    async with signed_in(stocked, api, await stocked.organisation(), language) as person:
        answer = await person.see(f"/console/balance?{query}")
    assert answer.status_code == 422
    assert '<a href="#ffrom">' in answer.text
    assert re.findall(r'<span class="fault" id="(.+?)">(.+?)</span>', answer.text) == [("ffrom-fault", told)]
    for kept in (
        'name="from" type="text" value="Jan 2027"',
        'name="until" type="month" value="2027-03"',
        '<option value="steel" selected>',
        '<option value="demand" selected>',
        '<option value="prefecture" selected>',
    ):
        assert kept in answer.text
    # what the page leads to is without it
    assert re.findall(r'href="[^"]*from=Jan[^"]*"', answer.text) == []


async def test_why_demand_is_unmet_is_told_with_its_share(stocked: Market, api: Application) -> None:
    async with signed_in(stocked, api, await stocked.organisation(), "ja") as person:
        shown = await page(person, "/console/balance")
    assert "90\u00a0%" in shown
    assert "42\u00a0t" in shown


async def test_every_table_has_its_csv(stocked: Market, api: Application) -> None:
    async with signed_in(stocked, api, await stocked.organisation()) as person:
        shown = await page(person, "/console/balance?family=steel")
        links = re.findall(r'href="(/v1/balance\.csv[^"]*)"', shown)
        answers = [await person.see(link.replace("&amp;", "&")) for link in links]
    assert [answer.headers["content-type"].partition(";")[0] for answer in answers] == ["text/csv"] * 3


async def test_a_page_writes_nothing_of_its_address_unescaped(stocked: Market, api: Application) -> None:
    async with signed_in(stocked, api, await stocked.organisation()) as person:
        shown = await page(person, '/console/balance?material="><script>alert(1)</script>')
    assert "<script>alert(1)" not in shown


async def test_before_the_first_figures_the_page_says_so(market: Market, api: Application) -> None:
    async with signed_in(market, api, await market.organisation()) as person:
        answer = await person.see("/console/balance")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("language", "titled", "credit"),
    [
        (
            "en",
            "Demand by month (t)",
            "Outlines of prefectures: Natural Earth 4.1.0, 1:10m (public domain), simplified.",
        ),
        ("ja", "月別の需要（t）", "都道府県の輪郭：Natural Earth 4.1.0, 1:10m（public domain）を簡略化したもの"),
    ],
)
async def test_a_chart_says_what_it_counts_in_and_the_map_whose_it_is(
    stocked: Market, api: Application, language: str, titled: str, credit: str
) -> None:
    async with signed_in(stocked, api, await stocked.organisation(), language) as person:
        shown = await page(person, "/console/balance")
    assert f"<h3>{titled}</h3>" in shown
    assert re.search(r'<text class="number" x="[\d.]+" y="12">t</text>', shown)
    assert credit in shown
