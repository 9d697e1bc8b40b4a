"""A deal from contract to a coordinator's ruling, by the forms of the three pages."""

from market.app import Application
from tests.support.console import Browser, signed_in
from tests.support.deals import TERMS, newest, scene
from tests.support.market import Market


async def act(browser: Browser, deal: str, path: str, *fields: tuple[str, str]) -> None:
    answer = await browser.send(f"/console/deals/{deal}/{path}", fields)
    assert answer.status_code == 303, answer.text


async def test_a_claim_goes_from_its_form_to_a_ruling(market: Market, api: Application) -> None:
    async with (
        scene(market, api) as met,
        signed_in(api, market, met.parties[0]) as mill,
        signed_in(api, market, met.parties[1]) as desk,
        signed_in(api, market, met.parties[2], "ja") as yard,
    ):
        deal = (await met.open())["id"]
        await act(yard, deal, "take-up")
        await act(desk, deal, "review", ("/act", "approve"))
        await met.post(met.yard, f"deals/{deal}/offers", TERMS)
        offer = await newest(met.mill, deal)
        await act(mill, deal, f"offers/{offer['id']}/accept")
        await act(
            mill, deal, "samples", ("/analytes/0/analyte", "Cu"), ("/taken:text", "From the heap, by both"),
        )  # fmt: skip
        sample = (await met.mill.get(f"/v1/deals/{deal}/samples")).json()["items"][0]["id"]
        assert "From the heap, by both" in await yard.page(f"/console/deals/{deal}")
        await act(yard, deal, f"samples/{sample}/cancel", ("/reason:text", "Not needed"))
        await act(mill, deal, "contract")
        await act(yard, deal, "contract")
        await act(yard, deal, "deliveries", ("/tonnes:number", "40"), ("/planned_on", ""))
        portion = (await met.yard.get(f"/v1/deals/{deal}/deliveries")).json()["items"][0]["id"]
        assert "納入分 1" in await yard.page(f"/console/deals/{deal}")
        await act(yard, deal, f"deliveries/{portion}/dispatch", ("/tonnes:number", "40"), ("/carrier", "Keihin Unyu"))
        await act(mill, deal, f"deliveries/{portion}/receive", ("/tonnes:number", "40"))
        await act(mill, deal, f"deliveries/{portion}/accept")
        await act(
            mill, deal, "claims", ("/delivery_id", portion), ("/kind", "quality"), ("/severity", "major"),
            ("/text:text", "Too much copper"), ("/remedy", "price_reduction"), ("/amount:number", "10,000"),
        )  # fmt: skip
        claim = (await met.mill.get(f"/v1/deals/{deal}/claims")).json()["items"][0]["id"]
        await act(yard, deal, f"claims/{claim}/answer", ("/text:text", "No"), ("/remedy", ""))
        await act(mill, deal, f"claims/{claim}/escalate")
        assert "Decide the dispute" in await desk.page(f"/console/deals/{deal}")
        await act(
            desk, deal, "resolve", ("/rulings/0/claim_id", claim), ("/rulings/0/finding", "partly_upheld"),
            ("/rulings/0/text", "Half of it"), ("/rulings/0/remedy", "price_reduction"),
            ("/rulings/0/amount:number", "5000"), ("/outcome", "delivering"), ("/reason:text", "Go on"),
        )  # fmt: skip
        page = await mill.page(f"/console/deals/{deal}")
        found = (await met.mill.get(f"/v1/deals/{deal}")).json()
    assert found["status"] == "delivering"
    assert "Half of it" in page
    assert "−¥5,000" in page
