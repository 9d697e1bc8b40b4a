"""Two people edit one spec at once: the second sees who saved what, and loses nothing."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from market.app import Application
from tests.integration.console.test_specs import FIELDS
from tests.support.console import Browser, signed_in
from tests.support.market import Market

SAVED = {"en": "Hanako Sato saved it:", "ja": "Hanako Sato さんが保存しました:"}


@pytest_asyncio.fixture(params=["en", "ja"])
async def pair(
    request: pytest.FixtureRequest, api: Application, market: Market
) -> AsyncIterator[tuple[str, Browser, Browser]]:
    party = await market.organisation("manufacturer", "Bay Steel")
    async with (
        signed_in(api, market, party, request.param, "Aki Tanaka") as first,
        signed_in(api, market, party, request.param, "Hanako Sato") as second,
    ):
        yield request.param, first, second


def _form(version: int, rev: int, **changes: str) -> list[tuple[str, str]]:
    fields = [(name, changes.get(name.partition(":")[0], text)) for name, text in FIELDS]
    return [*fields, ("_version", str(version)), ("_rev", str(rev))]


async def _clashed(pair: tuple[str, Browser, Browser], mine: dict[str, str], theirs: dict[str, str]) -> tuple[str, str]:
    """Where the spec is, and what the first person sees after the second has saved."""
    _, first, second = pair
    path = (await first.send("/console/specs", FIELDS)).headers["location"]
    assert (await second.send(path, _form(1, 1, **theirs))).status_code == 303
    answer = await first.send(path, _form(1, 1, **mine), htmx=True)
    assert (answer.status_code, answer.headers["hx-retarget"]) == (412, "#editor")
    return path, answer.text


async def test_who_saved_is_named(pair: tuple[str, Browser, Browser]) -> None:
    _, text = await _clashed(pair, {"/title": "Mine"}, {"/title": "Theirs"})
    assert SAVED[pair[0]] in text


async def test_what_both_changed_stays_as_typed_beside_theirs(pair: tuple[str, Browser, Browser]) -> None:
    _, text = await _clashed(pair, {"/title": "Mine"}, {"/title": "Theirs"})
    assert 'name="/title" type="text" value="Mine"' in text
    assert "<td>Low copper</td><td>Theirs</td><td>Mine</td>" in "".join(line.strip() for line in text.splitlines())


async def test_what_only_they_changed_is_in_the_form(pair: tuple[str, Browser, Browser]) -> None:
    _, text = await _clashed(pair, {"/title": "Mine"}, {"/quantity/tonnes": "4000"})
    assert 'name="/quantity/tonnes:number" type="text" value="4000"' in text
    assert 'name="/title" type="text" value="Mine"' in text


async def test_saved_again_it_holds_both_changes(pair: tuple[str, Browser, Browser]) -> None:
    path, _ = await _clashed(pair, {"/title": "Mine"}, {"/quantity/tonnes": "4000"})
    again = _form(2, 2, **{"/title": "Mine", "/quantity/tonnes": "4000"})
    assert (await pair[1].send(path, again)).status_code == 303
    page = await pair[1].page(path)
    assert "Mine" in page
    assert "4,000" in page


async def test_what_they_wrote_is_never_markup(pair: tuple[str, Browser, Browser]) -> None:
    _, text = await _clashed(pair, {}, {"/title": "<script>alert(1)</script>"})
    assert "<script>alert(1)" not in text


async def test_nobody_publishes_what_another_changed_unseen(pair: tuple[str, Browser, Browser]) -> None:
    _, first, second = pair
    path = (await first.send("/console/specs", FIELDS)).headers["location"]
    assert (await second.send(path, _form(1, 1, **{"/title": "Theirs"}))).status_code == 303
    answer = await first.send(f"{path}/publish", [("_version", "1")])
    assert (answer.status_code, answer.headers["location"]) == (303, f"{path}?changed=1")
    text = await first.page(answer.headers["location"])
    assert "Hanako Sato" in text
    assert f'action="{path}/publish"' in text


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 5000])
async def test_a_version_that_no_page_showed_saves_nothing(pair: tuple[str, Browser, Browser], version: str) -> None:
    path = (await pair[1].send("/console/specs", FIELDS)).headers["location"]
    answer = await pair[1].send(path, [*FIELDS, ("_version", version), ("_rev", version)])
    assert answer.status_code == 412
