"""What has to be said before a hazardous lot or waste moves."""

from typing import Any

import msgspec
import pytest

from market.deals.deliveries.handling import dispatch_faults
from market.deals.deliveries.structs import DispatchDraft
from tests.support.market import lot

PACKS = {"material": "lib_pack", "grade": None, "form": "pack", "assays": [], "hazards": []}
WHOLE = {
    "un_number": "UN3480",
    "chemistry": "nmc",
    "state_of_charge_percent": 20,
    "damaged": False,
    "packaging": "P909",
    "discharge": "partly",
}


def faults(said: dict[str, Any], **of_lot: Any) -> list[tuple[str, str]]:
    draft = msgspec.convert({"tonnes": 10, "carrier": "Keihin Unyu"} | said, DispatchDraft)
    return [(one.pointer, one.code) for one in dispatch_faults(draft, lot(**of_lot))]


def test_a_lot_without_hazards_needs_nothing() -> None:
    assert faults({}) == []


def test_every_gap_of_the_lithium_ion_checklist_is_named_at_once() -> None:
    assert faults({}, **PACKS) == [(f"/handling/lithium_ion/{name}", "checklist_missing") for name in WHOLE]


def test_a_complete_checklist_passes() -> None:
    assert faults({"handling": {"lithium_ion": WHOLE}}, **PACKS) == []


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"un_number": "UN1203"}, "un_number", "not_one_of"),
        ({"state_of_charge_percent": 101}, "state_of_charge_percent", "percent_out_of_range"),
        ({"packaging": "a box"}, "packaging", "not_one_of"),
        ({"damaged": True}, "packaging", "not_one_of"),
    ],
)
def test_an_answer_that_cannot_be_is_named(change: dict[str, Any], pointer: str, code: str) -> None:
    found = faults({"handling": {"lithium_ion": WHOLE | change}}, **PACKS)
    assert found == [(f"/handling/lithium_ion/{pointer}", code)]


@pytest.mark.parametrize("packaging", ["P908", "P911", "LP904", "LP906"])
def test_damaged_batteries_travel_in_what_is_made_for_them(packaging: str) -> None:
    assert faults({"handling": {"lithium_ion": WHOLE | {"damaged": True, "packaging": packaging}}}, **PACKS) == []


def test_every_other_hazard_needs_a_measure() -> None:
    dust = {"measures": [{"hazard": "dust", "measures": "Covered and wetted."}]}
    assert faults({"handling": dust}, hazards=["dust", "oil"]) == [("/handling/measures", "hazard_without_measure")]


def test_waste_moves_with_a_manifest_only() -> None:
    carried = {"carrier_id": "0199f3a2-7c1e-7d3a-9b52-0c4e1f6a8b01"}
    assert faults({}, legal_status="waste") == [
        ("/carrier_id", "carrier_unnamed"),
        ("/manifest_number", "manifest_missing"),
    ]
    assert faults(carried | {"manifest_number": "123"}, legal_status="waste") == [
        ("/manifest_number", "manifest_number_form")
    ]
