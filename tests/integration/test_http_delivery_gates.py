"""What has to be there before a hazardous lot or waste leaves: the checklist, permits, and a manifest."""

from market.app import Application
from market.http.examples import DISPATCH
from tests.support.api import client
from tests.support.deals import Scene, agreed, scene
from tests.support.declared import IN_TOKYO, declared
from tests.support.deliveries import contracted, planned
from tests.support.market import Market

# to collect and transport, where it is loaded and where it is unloaded
CARRIES, CARRIES_IN_TOKYO = "01400123456", "01300123456"
CARRYING = {"kind": "SANPAI_UNPAN", "valid_from": None, "valid_until": "2999-12-31"}


async def test_a_hazardous_lot_leaves_only_with_its_checklist_complete(market: Market, api: Application) -> None:
    packs = {"hazards": ["lithium_ion", "dust"]}
    async with scene(market, api, overseen=False, lots=[packs]) as met:
        deal = await contracted(met)
        path = await planned(met, deal)
        handling = {
            "lithium_ion": {"un_number": "UN3480", "chemistry": "nmc", "damaged": False, "packaging": "P909"},
            "measures": [{"hazard": "dust", "measures": "Covered."}],
        }
        refused = await met.yard.post(f"/v1/{path}/dispatch", json=DISPATCH | {"handling": handling})
        handling["lithium_ion"] |= {"state_of_charge_percent": 20, "discharge": "partly"}  # type: ignore[operator]
        sent = await met.post(met.yard, f"{path}/dispatch", DISPATCH | {"handling": handling})

    assert refused.status_code == 422
    assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [
        ("/handling/lithium_ion/state_of_charge_percent", "checklist_missing"),
        ("/handling/lithium_ion/discharge", "checklist_missing"),
    ]
    assert sent["dispatch"]["handling"] == handling


async def waste(met: Scene) -> list[str]:
    """Paths of the permits that both sides of the scene hold, for as long as its deals last."""
    far = {"valid_from": None, "valid_until": "2999-12-31"}
    return [await declared(met.yard, **far), await declared(met.mill, number=IN_TOKYO, **far)]


async def test_waste_moves_only_with_its_permits_and_its_manifest(market: Market, api: Application) -> None:
    lots = [{"legal_status": "waste"}]
    async with scene(market, api, overseen=False, lots=lots) as met:
        permits = await waste(met)
        await met.look()
        deal = await agreed(met)
        await met.yard.post(f"{permits[0]}/withdraw")
        unsigned = await met.yard.post(f"/v1/deals/{deal}/contract")
        permits[0] = await declared(met.yard, valid_from=None, valid_until="2999-12-31")
        for party in (met.mill, met.yard):
            await met.post(party, f"deals/{deal}/contract")
        path = await planned(met, deal)
        haulier = await market.organisation("processor", "The Haulier")
        bare = await met.yard.post(f"/v1/{path}/dispatch", json=DISPATCH)
        await met.mill.post(f"{permits[1]}/withdraw")
        sent = DISPATCH | {"manifest_number": "20123456785", "carrier_id": str(haulier.id)}
        barred = await met.yard.post(f"/v1/{path}/dispatch", json=sent)
        await declared(met.mill, number=IN_TOKYO, valid_from=None, valid_until="2999-12-31")
        uncarried = await met.yard.post(f"/v1/{path}/dispatch", json=sent)
        async with client(api, haulier) as carrier:
            for number in (CARRIES, CARRIES_IN_TOKYO):
                await declared(carrier, **CARRYING | {"number": number})
        gone = await met.post(met.yard, f"{path}/dispatch", sent)

    assert (unsigned.json()["code"], unsigned.json()["params"]["permits"][0].partition(":")[0]) == (
        "permit_missing", "owner",
    )  # fmt: skip
    assert [(e["pointer"], e["code"]) for e in bare.json()["errors"]] == [
        ("/carrier_id", "carrier_unnamed"),
        ("/manifest_number", "manifest_missing"),
    ]
    assert uncarried.json()["params"]["permits"][0].partition(":")[0] == "carrier"
    assert barred.json()["code"] == "permit_missing"
    assert {one.partition(":")[0] for one in barred.json()["params"]["permits"]} == {"carrier", "receiver"}
    assert gone["dispatch"]["manifest_number"] == "20123456785"
