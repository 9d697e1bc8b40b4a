"""Freight tables on screen: begun with another's figures, pasted, published, revised and withdrawn by coordinators."""

import html
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from market.app import Application
from market.parties.structs import Jurisdiction, NewOrganisation, UserRole
from specs.kit import clock
from tests.support.api import client
from tests.support.console import Browser, signed_in
from tests.support.desk import signed_in as signed_in_as
from tests.support.freight_tables import SHIPPED, SHIPPED_TABLE, withdraw_all
from tests.support.market import Market

PAGE = "/console/settings/freight"
XSS = "<script>alert(1)</script>"
PASTED = "km\t2 t\t10 t\n100\t40,000\t60,000\n500\t130,000\t200,000\n+50\t10,000\t15,000"
_FIELD = re.compile(r'<input [^>]*?name="(?P<name>/[^"]+)"[^>]*?value="(?P<value>[^"]*)"[^>]*>')
_AREA = re.compile(r'<textarea [^>]*?name="(?P<name>[^"]+)"[^>]*>(?P<value>.*?)</textarea>', re.DOTALL)
_PICK = re.compile(r'<select [^>]*?name="(?P<name>[^"]+)"[^>]*>.*?value="(?P<value>[^"]+)" selected.*?</select>')


@pytest_asyncio.fixture
async def kanto(market: Market) -> AsyncIterator[NewOrganisation]:
    yield await market.organisation(
        "coordinator", "Kanto Bureau", jurisdiction=Jurisdiction(prefectures=("JP-13", "JP-14"))
    )
    await withdraw_all(market)


@pytest_asyncio.fixture(params=["en", "ja"])
async def desk(
    request: pytest.FixtureRequest, market: Market, api: Application, kanto: NewOrganisation
) -> AsyncIterator[Browser]:
    async with signed_in(api, market, kanto, request.param) as found:
        yield found


def filled(page: str, **changes: str) -> list[tuple[str, str]]:
    """The form as it stands, with other values where they are given."""
    form = page[page.index('<form class="sheet"') :]
    found = [
        (one["name"], html.unescape(one["value"]))
        for one in (*_FIELD.finditer(form), *_AREA.finditer(form), *_PICK.finditer(form))
        if 'type="checkbox"' not in one[0] or "checked" in one[0]
    ]
    own = dict(changes)
    return [(name, own.pop(name, value)) for name, value in found] + list(own.items())


async def published(desk: Browser, **changes: str) -> str:
    """The path of a table for Kanagawa."""
    fields = filled(await desk.page(f"{PAGE}/new"), **{"/prefectures:list": "JP-14"} | changes)
    answer = await desk.send(PAGE, fields)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def read(api: Application, party: NewOrganisation, path: str) -> tuple[dict[str, object], str]:
    async with client(api, party) as caller:
        answer = await caller.get(f"/v1/freight-tables/{path.rpartition('/')[2]}")
    return answer.json(), answer.headers["etag"]


async def test_a_table_begins_with_the_shipped_figures_as_they_are(
    api: Application, kanto: NewOrganisation, desk: Browser
) -> None:
    stored, _ = await read(api, kanto, await published(desk))
    assert stored["prefectures"] == ["JP-14"]
    table = stored["table"]
    assert isinstance(table, dict)
    assert sorted(table.pop("fares"), key=str) == sorted(SHIPPED_TABLE["fares"], key=str)
    assert table == {"truck_t": 10.0} | {name: value for name, value in SHIPPED_TABLE.items() if name != "fares"}


async def test_pasted_fares_are_published_and_shown_as_in_force(
    api: Application, kanto: NewOrganisation, desk: Browser
) -> None:
    path = await published(desk, **{"/table/fares": PASTED, "/src": XSS, "/note": XSS, "/table/excludes": XSS})
    stored, _ = await read(api, kanto, path)
    assert stored["table"]["fares"][0] == {  # type: ignore[index]
        "src": XSS, "flag": "read", "note": XSS, "truck_t": 2.0, "km": 100.0, "jpy": 40000.0,
    }  # fmt: skip
    shown = await desk.page(path)
    assert "¥40,000" in shown
    listed = await desk.page(PAGE)
    in_force = listed[: listed.index('id="coming"')]
    assert str(stored["stamp"]) in in_force
    assert SHIPPED in in_force
    assert "<script>alert" not in shown + listed


async def test_a_table_for_later_is_listed_apart_from_what_is_in_force(desk: Browser) -> None:
    tomorrow = clock.today(clock.now()) + timedelta(days=1)
    path = await published(desk, **{"/from": tomorrow.isoformat()})
    listed = await desk.page(PAGE)
    in_force, after = listed.split('id="coming"')
    coming, own = after.split('id="own"')
    assert path not in in_force
    assert path in coming
    assert path in own


async def test_a_revision_keeps_the_one_before_it_and_is_made_of_what_was_seen(
    api: Application, kanto: NewOrganisation, desk: Browser
) -> None:
    path = await published(desk)
    form = await desk.page(f"{path}/edit")
    [version] = re.findall(r'name="_version" value="(\d+)"', form)
    fields = [*filled(form, **{"/table/fares": PASTED}), ("_version", version)]
    assert (await desk.send(path, fields)).status_code == 303
    stored, _ = await read(api, kanto, path)
    assert stored["rev"] == 2
    assert f'href="{path}/revisions/1"' in await desk.page(path)
    assert "¥33,080" in await desk.page(f"{path}/revisions/1")
    late = await desk.send(path, fields)
    assert late.status_code == 412


async def test_a_table_is_withdrawn(api: Application, kanto: NewOrganisation, desk: Browser) -> None:
    path = await published(desk)
    [version] = re.findall(r'name="_version" value="(\d+)"', await desk.page(path))
    assert (await desk.send(f"{path}/withdraw", [("_version", version)])).status_code == 303
    stored, _ = await read(api, kanto, path)
    assert stored["status"] == "cancelled"
    assert f'action="{path}/withdraw"' not in await desk.page(path)


@pytest.mark.parametrize(
    ("fares", "pointer", "line"),
    [
        ("km\t2\n100\tfree\n200\t5", "/table/fares", "2"),
        ("km\t2\n100\t500\n\n200\t400", "/table/fares", "4"),
    ],
)
async def test_what_is_wrong_with_a_fare_is_said_of_its_line(
    desk: Browser, fares: str, pointer: str, line: str
) -> None:
    fields = filled(await desk.page(f"{PAGE}/new"), **{"/prefectures:list": "JP-14", "/table/fares": fares})
    refused = await desk.send(PAGE, fields, htmx=True)
    assert refused.status_code == 422
    assert f'data-pointer="{pointer}"' in refused.text
    assert f"Line {line}:" in refused.text or f"{line} 行目:" in refused.text


async def test_fares_without_a_source_are_refused_once(desk: Browser) -> None:
    fields = filled(await desk.page(f"{PAGE}/new"), **{"/prefectures:list": "JP-14", "/src": " "})
    refused = await desk.send(PAGE, fields, htmx=True)
    assert refused.text.count("data-pointer=") == 1
    assert 'data-pointer="/src"' in refused.text


async def test_a_table_outside_of_the_jurisdiction_is_refused(desk: Browser) -> None:
    refused = await desk.send(PAGE, filled(await desk.page(f"{PAGE}/new"), **{"/prefectures:list": "JP-01"}))
    assert refused.status_code == 403


async def test_another_coordinator_reads_a_table_and_changes_nothing(
    market: Market, api: Application, desk: Browser
) -> None:
    path = await published(desk)
    other = await market.organisation("coordinator", "Ministry", jurisdiction=Jurisdiction(everything=True))
    async with signed_in(api, market, other) as ministry:
        shown = await ministry.page(path)
        assert f"{path}/edit" not in shown
        fields = filled(await ministry.page(f"{path}/edit"))
        assert (await ministry.send(path, [*fields, ("_version", "1")])).status_code == 404
        assert (await ministry.send(f"{path}/withdraw")).status_code == 404


async def test_neither_a_yard_nor_a_viewer_sets_tables(
    market: Market, api: Application, kanto: NewOrganisation
) -> None:
    async with signed_in(api, market, await market.organisation("recycler")) as yard:
        assert (await yard.http.get(f"{PAGE}/new")).status_code == 403
    async with signed_in_as(market, api, kanto, role=UserRole.VIEWER) as viewer:
        assert f"{PAGE}/new" not in (await viewer.see(PAGE)).text
        assert (await viewer.see(f"{PAGE}/new")).status_code == 403
