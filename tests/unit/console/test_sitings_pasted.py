"""Instances as people paste them."""

import msgspec
import pytest

from market.console.sitings.drawing import Placed, Places, mapped
from market.console.sitings.pasted import document, rows, table
from matching.evaluation import ENGINE
from matching.locating.answer import Flow, Siting, SitingObjective


@pytest.mark.parametrize(
    "text",
    [
        "id,prefecture,capacity\nKawasaki,JP-14,20000\n",
        "id\tprefecture\tcapacity\nKawasaki\tJP-14\t20,000\n",
        "名称\t都道府県\t能力\nKawasaki\t神奈川県\t20,000\n",
        "Name,Prefecture,Capacity\nKawasaki,Kanagawa,20000\n",
        "\ufeffid,prefecture,capacity\r\nKawasaki,JP-14,２００００\r\n\r\n",
    ],
)
def test_a_table_is_read_however_it_was_copied(text: str) -> None:
    assert rows(text) == [{"id": "Kawasaki", "prefecture": "JP-14", "capacity": 20000}]


def test_a_blank_cell_is_left_out() -> None:
    assert rows("id,lat,demand\nx,,5") == [{"id": "x", "demand": 5}]


def test_what_is_no_number_is_left_for_the_checks_to_name() -> None:
    assert rows("id,demand\nx,many") == [{"id": "x", "demand": "many"}]


def test_an_id_of_digits_stays_a_text() -> None:
    assert rows("id,demand\n0012,5") == [{"id": "0012", "demand": 5}]


def test_a_table_comes_back_as_it_was_written() -> None:
    found = [{"id": 'A "B", C', "demand": 5}]
    assert rows(table(("id", "demand"), found)) == found


def test_json_counts_instead_of_the_tables() -> None:
    assert document({"json": '{"sites":[]}', "sites": "id\nx"}) == b'{"sites":[]}'


def test_options_are_numbers() -> None:
    made = msgspec.json.decode(
        document({"sites": "id\nx", "customers": "id\ny", "jpy_per_t_km": "45", "max_open": "2"})
    )
    assert made == {"sites": [{"id": "x"}], "customers": [{"id": "y"}], "jpy_per_t_km": 45, "max_open": 2}


def siting(*flows: Flow) -> Siting:
    return Siting(
        status="optimal",
        objective=SitingObjective(amount=1.0, currency=None),
        bound=1.0,
        gap=0.0,
        open=("Kawasaki",),
        flows=flows,
        inflows=(),
        loads=(),
        missing_tonnes=0.0,
        code="sited",
        params={},
        nodes=0,
        engine=ENGINE,
        freight=(),
    )


def test_a_map_tells_open_hubs_from_closed_sites_and_draws_them_above() -> None:
    places = Places(sites=(Placed("Kawasaki", prefecture="JP-14"), Placed("Osaka", prefecture="JP-27")))
    assert [(point.name, point.kind) for point in mapped(siting(), places).points] == [
        ("Osaka", "closed"),
        ("Kawasaki", "open"),
    ]


def test_a_flow_to_who_has_no_place_is_not_drawn() -> None:
    places = Places(sites=(Placed("Kawasaki", prefecture="JP-14"),), customers=(Placed("y"),))
    flow = Flow(site="Kawasaki", customer="y", tonnes=5.0, cost=1.0)
    assert mapped(siting(flow), places).lines == ()


def test_a_flow_between_places_is_a_line() -> None:
    places = Places(sites=(Placed("Kawasaki", prefecture="JP-14"),), customers=(Placed("y", prefecture="JP-13"),))
    flow = Flow(site="Kawasaki", customer="y", tonnes=5.0, cost=1.0)
    assert len(mapped(siting(flow), places).lines) == 1
