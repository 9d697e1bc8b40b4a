"""A portion is received on a page of its own: results typed or pasted, judged, and paid by before anyone decides."""

import html
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from market.app import Application
from tests.support.claims import made
from tests.support.console import Browser, signed_in
from tests.support.deals import Scene, scene
from tests.support.deliveries import contracted, dispatched
from tests.support.market import Market
from tests.support.page_forms import PageForm

XSS = "<script>alert(1)</script>"
RESULTS = [
    ("/tonnes", "40"),
    ("/assays/0/analyte", "銅"),
    ("/assays/0/value", "0.27"),
    ("/assays/0/unit", "%"),
    ("/assays/0/uncertainty", "0.005"),
    ("/assays/0/method", XSS),
    ("/assays/1/analyte", "Cr"),
    ("/assays/1/unit", "%"),
    ("/assays/2/analyte", "Pb"),
    ("/assays/2/operator", "<"),
    ("/assays/2/value", "0.01"),
    ("/assays/2/unit", "%"),
    ("/note", XSS),
]


@pytest_asyncio.fixture
async def met(market: Market, api: Application) -> AsyncIterator[Scene]:
    async with scene(market, api, yards=2, overseen=False) as found:
        yield found


@pytest_asyncio.fixture
async def portion(met: Scene) -> str:
    """The path of a portion on its way, of a contract by which copper beyond 0.25 % costs."""
    return await dispatched(met, await contracted(met))


@pytest_asyncio.fixture(params=["en", "ja"])
async def mill(request: pytest.FixtureRequest, market: Market, api: Application, met: Scene) -> AsyncIterator[Browser]:
    async with signed_in(api, market, met.parties[0], request.param) as found:
        yield found


def at(portion: str) -> str:
    return f"/console/{portion}/receive"


async def test_the_form_has_a_row_for_each_analyte_of_the_limits_and_of_the_contract(
    mill: Browser, portion: str
) -> None:
    assert f'href="{at(portion)}"' in await mill.page(f"/console/{portion.partition('/deliveries')[0]}")
    page = await mill.page(at(portion))
    named = [f'name="/assays/{row}/analyte" value="{code}"' for row, code in enumerate(("Cu", "Cr", "Ni", "Mo"))]
    assert [one for one in (*named, 'name="/assays/4/analyte" value="moisture"') if one not in page] == []


async def test_what_was_measured_is_judged_and_priced_before_anyone_decides(
    met: Scene, mill: Browser, portion: str
) -> None:
    answer = await mill.send(at(portion), RESULTS)
    assert (answer.status_code, answer.headers["location"].partition("#")[2][:9]) == (303, "delivery-")
    stored = (await met.mill.get(f"/v1/{portion}")).json()
    assert [one["analyte"] for one in stored["receipt"]["assays"]] == ["Cu", "Pb"]
    page = await mill.page(answer.headers["location"].partition("#")[0])
    assert "verdict out_of_specification" in page
    assert "0.27\u00a0±\u00a00.0054\u00a0%" in page
    assert "−¥300" in page
    assert "<script>alert" not in page
    assert f'action="/console/{portion}/accept"' in page


async def test_a_deduction_is_taken_and_shown_to_the_seller(
    market: Market, api: Application, met: Scene, mill: Browser, portion: str
) -> None:
    await mill.send(at(portion), RESULTS)
    answer = await mill.send(f"/console/{portion}/accept", [("/deduct:boolean", "true")])
    assert answer.status_code == 303, answer.text
    deal = portion.split("/")[1]
    async with signed_in(api, market, met.parties[2]) as yard:
        page = await yard.page(f"/console/deals/{deal}")
    assert "−¥12,000" in page
    assert "What is paid" in page


async def test_a_pasted_table_takes_the_place_of_rows_that_wait(mill: Browser, portion: str) -> None:
    fields = [("/tonnes", "40"), ("/assays/0/analyte", "Cu"), ("/assays/0/unit", "%")]
    pasted = [*fields, ("_do", "paste"), ("_paste", "銅\t0.27\t%\nPb\t<0.01\t%")]
    answer = await mill.send(f"{at(portion)}/editor", pasted, htmx=True)
    assert 'name="/assays/1/analyte" value="Pb"' in answer.text
    assert 'name="/assays/2/analyte"' not in answer.text
    assert 'name="/tonnes" type="text" value="40"' in answer.text


async def test_a_doubt_is_said_beside_its_row(mill: Browser, portion: str) -> None:
    answer = await mill.send("/console/deliveries/check", [("_doubt-0", "no_unit|Cu"), ("/assays/0/analyte", "Cu")])
    assert 'hx-swap-oob="innerHTML:#note-0"' in answer.text


async def test_a_refusal_points_into_the_form_as_it_was_typed(mill: Browser, portion: str) -> None:
    wrong = [("/tonnes", "40"), ("/assays/3/analyte", "Cu"), ("/assays/3/value", "200"), ("/assays/3/unit", "%")]
    refused = await mill.send(at(portion), wrong, htmx=True)
    assert refused.status_code == 422
    assert 'data-pointer="/assays/3/value"' in html.unescape(refused.text)


async def test_what_is_received_twice_leads_twice_to_the_same_page(mill: Browser, portion: str) -> None:
    sent = PageForm(await mill.page(at(portion)), at(portion)).sends(**{"/tonnes": "40"})
    answers = [await mill.send(at(portion), sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303], answers[1].text
    assert answers[0].headers["location"] == answers[1].headers["location"]


async def test_a_refused_form_comes_back_with_every_row_that_was_typed(mill: Browser, portion: str) -> None:
    form = PageForm(await mill.page(at(portion)), at(portion))
    added = [("/assays/9/analyte", "Zn"), ("/assays/9/value", "12,5 kg"), ("/assays/9/unit", "%")]
    answer = await mill.send(at(portion), [*form.sends(**{"/tonnes": "forty"}), *added])
    again = PageForm(answer.text, at(portion))
    assert answer.status_code == 400
    assert {name: again.field(name).value for name, _ in added} == dict(added)
    # those without a result still wait for one
    assert (again.field("/tonnes").value, again.field("/assays/0/analyte").value) == ("forty", "Cu")
    assert (again.field("/tonnes").invalid, again.field("/assays/9/value").invalid) == (True, True)


async def test_whoever_would_receive_what_has_moved_since_is_told_and_keeps_every_row(
    mill: Browser, portion: str
) -> None:
    form = PageForm(await mill.page(at(portion)), at(portion))
    typed = {"/tonnes": "40", "/assays/0/value": "0.27", "_of": "2026-01-01T00:00:00+00:00"}
    answer = await mill.send(at(portion), [*form.sends(**typed), ("/assays/9/value", "1")])
    again = PageForm(answer.text, at(portion))
    assert answer.status_code == 412
    assert (again.field("/tonnes").value, again.field("/assays/9/value").value) == ("40", "1")
    assert again.field("_of").value == form.field("_of").value
    sent = [pair for pair in again.sends() if not pair[0].startswith("/assays/9")]
    assert (await mill.send(at(portion), sent)).status_code == 303


async def test_nobody_else_receives_it(market: Market, api: Application, met: Scene, portion: str) -> None:
    async with signed_in(api, market, met.parties[3]) as rival:
        assert (await rival.http.get(at(portion))).status_code == 404
        assert (await rival.send(at(portion), RESULTS)).status_code == 404
    async with signed_in(api, market, met.parties[2]) as seller:
        assert (await seller.http.get(at(portion))).status_code == 303
        assert (await seller.send(at(portion), RESULTS)).status_code == 409
    assert (await met.mill.get(f"/v1/{portion}")).json()["state"] == "dispatched"


async def test_a_portion_that_a_colleague_has_received_is_shown_with_its_deal(mill: Browser, portion: str) -> None:
    await mill.send(at(portion), RESULTS)
    answer = await mill.http.get(at(portion))
    assert answer.status_code == 303


def hidden(page: str, action: str) -> list[tuple[str, str]]:
    """What a form carries unseen, but for its token."""
    form = page[page.index(f'action="{action}"') :].partition("</form>")[0]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    return [(name, html.unescape(value)) for name, value in found if name != "_csrf"]


async def test_a_form_of_a_portion_as_the_page_has_it_is_taken(met: Scene, mill: Browser, portion: str) -> None:
    await mill.send(at(portion), RESULTS)
    page = await mill.page(f"/console/{portion.partition('/deliveries')[0]}")
    answer = await mill.send(f"/console/{portion}/accept", hidden(page, f"/console/{portion}/accept"))
    assert answer.status_code == 303, answer.text
    assert (await met.mill.get(f"/v1/{portion}")).json()["state"] == "accepted"


async def test_a_claim_that_was_answered_again_is_not_settled_by_who_saw_the_first_answer(
    met: Scene, mill: Browser, portion: str
) -> None:
    await mill.send(at(portion), RESULTS)
    claim = await made(met, portion.partition("/deliveries")[0].partition("/")[2], portion)
    await met.post(met.yard, f"{claim}/answer", {"text": "Half of it", "remedy": "price_reduction", "amount": 25000})
    page = await mill.page(f"/console/{portion.partition('/deliveries')[0]}")
    await met.post(met.yard, f"{claim}/answer", {"text": "Nothing"})
    late = await mill.send(f"/console/{claim}/settle", hidden(page, f"/console/{claim}/settle"))
    assert late.status_code == 412
    assert (await met.mill.get(f"/v1/{claim}")).json()["state"] == "answered"
