"""Each mistake of meaning in a posted spec or lot is told at its place."""

import pytest

from market.http import examples
from tests.support.problems import assert_problem


async def test_a_lot_with_501_assays_and_a_title_of_ten_thousand_characters_are_each_told(yard):
    assay = examples.LOT["assays"][0]
    full = [assay | {"value": 0.2 + i / 10_000, "sample": f"s{i}"} for i in range(501)]
    body = assert_problem(await yard.post("/v1/lots", json=examples.LOT | {"assays": full}), 400, "invalid_body")
    assert (body["errors"][0]["pointer"], body["errors"][0]["code"]) == ("/assays", "too_many_items")
    assert (await yard.post("/v1/lots", json=examples.LOT | {"assays": full[:500]})).status_code == 201
    body = assert_problem(await yard.post("/v1/lots", json=examples.LOT | {"title": "x" * 10_000}), 400)
    assert (body["errors"][0]["pointer"], body["errors"][0]["code"]) == ("/title", "text_too_long")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"assays": [{"analyte": "Cuu", "value": 0.2, "unit": "%"}]}, "/assays/0/analyte"),
        ({"assays": [{"analyte": "Cu", "value": 2200, "unit": "%"}]}, "/assays/0"),
        ({"assays": [{"analyte": "Cu", "value": 0.2, "unit": "%"}] * 2}, "/assays/1"),
        ({"assays": [{"analyte": "Cu", "value": 0.2, "unit": "furlong"}]}, "/assays/0/unit"),
        ({"quantity": {"tonnes": -1}}, "/quantity/tonnes"),
        ({"quantity": {"tonnes": 0}}, "/quantity/tonnes"),
        ({"available": {"from": "2030-02-28", "until": "2030-01-05"}}, "/available/until"),
        ({"ask_price": {"amount": -1}}, "/ask_price/amount"),
        ({"ask_price": {"amount": "NaN"}}, "/ask_price/amount"),
        ({"ask_price": {"amount": "sNaN"}}, "/ask_price/amount"),
        ({"ask_price": {"amount": "Infinity"}}, "/ask_price/amount"),
        ({"location": {"prefecture": "JP-48"}}, "/location/prefecture"),
        ({"title": "a\u0000b"}, "/title"),
    ],
)
async def test_each_mistake_of_a_lot_is_422_at_its_place(yard, changes, pointer):
    body = assert_problem(await yard.post("/v1/lots", json=examples.LOT | changes), 422, "invalid")
    assert any(e["pointer"].startswith(pointer) for e in body["errors"]), body
    assert all(e["reason"] not in ("", e["code"]) for e in body["errors"])


async def test_a_spec_that_no_lot_could_meet_is_422(mill):
    limits = [{"analytes": ["Cu"], "min": 0.5, "max": 0.1, "unit": "%"}]
    body = assert_problem(await mill.post("/v1/specs", json=examples.SPEC | {"limits": limits}), 422, "invalid")
    assert body["errors"][0]["pointer"].startswith("/limits/0")


async def test_an_unknown_analyte_is_answered_with_the_nearest_codes(yard):
    assays = [{"analyte": "cu", "value": 0.2, "unit": "%"}]
    body = assert_problem(await yard.post("/v1/lots", json=examples.LOT | {"assays": assays}), 422)
    assert "Cu" in body["errors"][0]["params"]["nearest"]
