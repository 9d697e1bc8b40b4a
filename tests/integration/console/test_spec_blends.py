"""Blends, what-ifs and advice for one's own spec in the console."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from market.app import Application
from tests.support.console import Browser, signed_in
from tests.support.deals import Scene, scene
from tests.support.market import Market
from tests.support.steel import SECRETS, steel


@pytest_asyncio.fixture(scope="module")
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    spec = {"quantity": {"tonnes": 150}, "limits": [{"analytes": ["Cu"], "max": 0.25, "unit": "%", "negotiable": True}]}
    async with scene(market, api, yards=2, spec=spec, lots=[steel(0.1), steel(0.3)]) as found:
        yield found


@pytest_asyncio.fixture(scope="module", params=["en", "ja"])
async def browser(
    request: pytest.FixtureRequest, api: Application, market: Market, met: Scene
) -> AsyncIterator[Browser]:
    async with signed_in(api, market, met.parties[0], request.param) as found:
        yield found


async def test_a_blend_is_proposed_and_shown_without_secrets(browser: Browser, met: Scene) -> None:
    path = f"/console/specs/{met.spec}/blends"
    assert (await browser.send(path, [("/sense", "min_cost"), ("/most:number", "1")])).status_code == 303
    text = await browser.page(path)
    assert 'name="/blend_id"' in text
    assert "150" in text
    assert [secret for secret in SECRETS if secret in text] == []


async def test_a_deal_is_opened_on_a_blend(browser: Browser, met: Scene) -> None:
    path = f"/console/specs/{met.spec}"
    await browser.send(f"{path}/blends", [("/most:number", "1")])
    blend = re.search(r'name="/blend_id" value="([^"]+)"', await browser.page(f"{path}/blends"))
    assert blend is not None
    answer = await browser.send(f"{path}/deals", [("/blend_id", blend.group(1))])
    assert answer.status_code == 303, answer.text
    deal = answer.headers["location"].rpartition("/")[2]
    await met.post(met.mill, f"deals/{deal}/withdraw", {"reason": "only a test"})


async def _moved(browser: Browser, met: Scene, copper: str, tonnes: str = "150") -> str:
    fields = [("/limits/0/max:number", copper), ("/tonnes:number", tonnes), ("/confidence:number", "95")]
    answer = await browser.send(f"/console/specs/{met.spec}/what-if", fields, htmx=True)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_a_moved_limit_is_solved_again(browser: Browser, met: Scene) -> None:
    tight, loose = await _moved(browser, met, "0.15"), await _moved(browser, met, "0.4")
    assert tight != loose
    assert "<table" in loose


async def test_an_impossible_question_says_what_would_help(browser: Browser, met: Scene) -> None:
    text = await _moved(browser, met, "0.01")
    assert re.search(r"(No mixture|どう混ぜても)", text)
    assert "→" in text


async def test_a_what_if_changes_nothing(browser: Browser, met: Scene) -> None:
    await _moved(browser, met, "0.4")
    spec = (await met.mill.get(f"/v1/specs/{met.spec}")).json()
    assert (spec["rev"], spec["limits"][0]["max"]) == (1, 0.25)


async def test_a_wrong_number_is_said_at_its_slider(browser: Browser, met: Scene) -> None:
    fields = [("/limits/0/max:number", "0.25"), ("/tonnes:number", "many"), ("/confidence:number", "95")]
    answer = await browser.send(f"/console/specs/{met.spec}/what-if", fields, htmx=True)
    assert (answer.status_code, answer.headers["hx-retarget"]) == (400, "#problem")


async def test_sliders_without_a_script_are_a_form(browser: Browser, met: Scene) -> None:
    fields = [("/limits/0/max:number", "0.3"), ("/tonnes:number", "150"), ("/confidence:number", "90")]
    answer = await browser.send(f"/console/specs/{met.spec}/what-if", fields)
    assert "<!doctype html>" in answer.text
    assert 'value="0.3"' in answer.text


async def test_advice_says_how_much_can_be_had(browser: Browser, met: Scene) -> None:
    answer = await browser.send(f"/console/specs/{met.spec}/advice", [], htmx=True)
    assert answer.status_code == 200
    assert re.search(r"150\s*t", answer.text)
    assert [secret for secret in SECRETS if secret in answer.text] == []


async def test_a_draft_is_told_to_be_published_first(browser: Browser, met: Scene) -> None:
    made = await met.post(met.mill, "specs", _draft(met), 201)
    for page in ("blends", "advice", "tender"):
        assert 'class="notice"' in await browser.page(f"/console/specs/{made['id']}/{page}")


def _draft(met: Scene) -> dict[str, object]:
    place = {"prefecture": "JP-13"}
    return {"material": "carbon_steel_scrap", "quantity": {"tonnes": 1}, "delivery": {"location": place, **met.days}}
