"""Fares pasted from a spreadsheet, and written so that they can be."""

import msgspec
import pytest

from market.console.freight import fares
from market.http.refusal import Refusal
from matching.fares import FreightTable
from specs.catalogue.loader import catalogue
from specs.kit.errors import Invalid

SHIPPED = catalogue().freight
SOURCE = {"src": "quotation", "flag": "knowledge"}
PASTED = "距離\t2t車\t１０ t\n100\t33,080\t¥53,000\n150km\t42,690\t66,000\n+50\t9,580\t14,620円\n"


def rows(text: str) -> list[tuple[float, float | None, float]]:
    return [(one.truck_t, one.km, one.jpy) for one in fares.read(text, SOURCE)]


def test_what_people_have_in_a_spreadsheet_is_read() -> None:
    assert rows(PASTED) == [
        (2, 100, 33080), (10, 100, 53000), (2, 150, 42690), (10, 150, 66000), (2, None, 9580), (10, None, 14620),
    ]  # fmt: skip


def test_a_cell_left_empty_is_no_fare() -> None:
    assert rows("km\t2\t4\n100\t\t500\n200\t700\t") == [(4, 100, 500), (2, 200, 700)]


def test_the_shipped_table_is_read_as_it_is_written() -> None:
    made = fares.document(fares.read(fares.written(SHIPPED), fares.source(SHIPPED) or {}))
    again = msgspec.convert(msgspec.to_builtins(SHIPPED) | made, FreightTable)
    assert set(again.fares) == set(SHIPPED.fares)
    assert set(again.beyond) == set(SHIPPED.beyond)


def test_figures_of_several_sources_keep_each_its_own() -> None:
    first, *others = SHIPPED.fares
    mixed = msgspec.structs.replace(
        SHIPPED, fares=(msgspec.structs.replace(first, src="another", flag="derived", note="x"), *others)
    )
    assert fares.source(mixed) is None
    made = fares.document(fares.read(fares.written(mixed), {}))
    again = msgspec.convert(msgspec.to_builtins(SHIPPED) | made, FreightTable)
    assert (again.fares, again.beyond) == (mixed.fares, mixed.beyond)


@pytest.mark.parametrize(
    ("text", "line", "given"),
    [
        ("km\t2\n100\tfree", 2, "free"),
        ("km\t2\n\n100 to 150\t500", 3, "100 to 150"),
        ("km\ttruck\n100\t500", 1, "truck"),
        ("truck_t\tkm\tjpy\n2\t100\t", 2, ""),
    ],
)
def test_a_cell_that_is_no_number_is_named_by_its_line(text: str, line: int, given: str) -> None:
    with pytest.raises(Invalid) as refused:
        rows(text)
    [fault] = refused.value.faults
    assert (fault.pointer, fault.params) == ("/table/fares", {"line": line, "given": given})


def test_a_cell_longer_than_a_csv_may_have_is_refused_with_the_limit() -> None:
    with pytest.raises(Refusal) as refused:
        rows("jpy,truck_t,km\n" + "x" * 200_000)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [("/table/fares", "text_too_long")]
