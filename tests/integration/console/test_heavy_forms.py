"""A form that nobody types: too long, or of more rows than any table has. It is refused before it costs anything."""

from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest

from market.app import Application
from market.console.incoming import MOST_FIELDS
from market.console.typed import MOST_PASTED, MOST_ROWS
from market.http.body import MAX_BYTES
from tests.support.console import signed_in
from tests.support.market import Market

CHUNK = b"a" * 100_000
URLENCODED = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize("path", ["/console/lots/{id}/documents", "/console/deals/{id}/files", "/console/permits"])
async def test_a_form_without_files_is_not_read_beyond_its_limit(api: Application, path: str) -> None:
    """Also where files may come, whose pages have no limit of their own; and before anyone has signed in."""
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        for _ in range(100):
            taken += len(CHUNK)
            yield CHUNK

    transport = httpx.ASGITransport(api, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://capillary.test") as http:
        answer = await http.post(path.format(id=UUID(int=0)), content=endless(), headers=URLENCODED)
    assert answer.status_code == 413
    assert taken <= MAX_BYTES + 2 * len(CHUNK)


@pytest.mark.parametrize("path", ["/console/lots", "/console/lots/editor", "/console/lots/check"])
async def test_a_table_of_more_rows_than_any_of_ours_is_not_drawn(api: Application, market: Market, path: str) -> None:
    firm = await market.organisation("recycler", "Crowded Yard")
    rows = [(f"/assays/{i}/value", "x") for i in range(MOST_ROWS + 1)]
    async with signed_in(api, market, firm) as browser:
        answer = await browser.send(path, [("_from", "/console/lots/new"), *rows])
    assert answer.status_code == 400
    assert f"At most {MOST_ROWS} items." in answer.text


@pytest.mark.parametrize(
    ("kind", "path"), [("recycler", "/console/lots/editor"), ("manufacturer", "/console/specs/editor")]
)
async def test_a_paste_that_is_no_table_of_ours_is_refused_with_its_limit(
    api: Application, market: Market, kind: str, path: str
) -> None:
    async with signed_in(api, market, await market.organisation(kind)) as browser:
        answer = await browser.send(path, [("_do", "paste"), ("_paste", "x" * (MOST_PASTED + 1))])
    assert answer.status_code == 400
    assert f"At most {MOST_PASTED:,} characters." in answer.text or f"At most {MOST_PASTED} characters." in answer.text


async def test_a_form_of_more_fields_than_any_page_has_is_refused(api: Application, market: Market) -> None:
    async with signed_in(api, market, await market.organisation("recycler")) as browser:
        answer = await browser.send("/console/lots", [(f"/f{i}", "") for i in range(MOST_FIELDS + 1)])
    assert answer.status_code == 400
    assert "At most 10" in answer.text


async def test_a_name_nested_too_deep_is_refused(api: Application, market: Market) -> None:
    """It would be a value that nothing can write down again."""
    async with signed_in(api, market, await market.organisation("recycler")) as browser:
        answer = await browser.send("/console/permits", [("/a" * 2000, "x")])
    assert answer.status_code == 400
