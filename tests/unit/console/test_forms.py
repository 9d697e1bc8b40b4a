"""Forms become the JSON that a program would post."""

import msgspec
import pytest

from market.console.forms import document, draft
from market.http.refusal import Refusal
from matching.listings import Spec


def _read(*fields: tuple[str, str]) -> object:
    return msgspec.json.decode(document(fields))


def test_a_name_is_the_pointer_of_what_it_fills() -> None:
    assert _read(("/quantity/tonnes:number", "20"), ("/title", " Shredded ")) == {
        "quantity": {"tonnes": 20},
        "title": "Shredded",
    }


def test_a_decimal_comma_is_no_separator_of_thousands() -> None:
    assert _read(("/max:number", "0,250"), ("/min:number", "1,250")) == {"max": "0,250", "min": 1250}


def test_a_browser_s_ends_of_lines_are_ends_of_lines() -> None:
    assert _read(("/message", "first\r\nsecond\r\n")) == {"message": "first\nsecond"}


def test_rows_come_in_their_order_without_those_left_blank() -> None:
    fields = [("/limits/2/unit", "%"), ("/limits/0/unit", "ppm"), ("/limits/1/unit", " ")]
    assert _read(*fields) == {"limits": [{"unit": "ppm"}, {"unit": "%"}]}


def test_a_blank_field_is_left_out() -> None:
    assert _read(("/title", "  "), ("/material", "copper_scrap")) == {"material": "copper_scrap"}


def test_names_that_are_no_pointers_are_the_pages_own() -> None:
    assert _read(("_csrf", "secret"), ("next", "/console")) == {}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("45,000", b"45000"),
        ("４５０００", b"45000"),
        ("0.10", b"0.10"),
        ("-3", b"-3"),
        ("−3", b"-3"),
        ("007", b"7"),
        (".5", b"0.5"),
    ],
)
def test_numbers_as_people_type_them(typed: str, meant: bytes) -> None:
    assert document([("/n:number", typed)]) == b'{"n":' + meant + b"}"


@pytest.mark.parametrize("typed", ["4,50", "1e5", "12 t", "NaN", "--3", "1.2.3", "٣"])
def test_what_is_no_number_stays_a_text_and_is_refused_by_name(typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        draft([("/material", "copper_scrap"), ("/quantity/tonnes:number", typed)], Spec)
    assert refused.value.code == "invalid_body"
    assert refused.value.errors[0].pointer == "/quantity/tonnes"


def test_repeated_fields_and_lines_make_a_list() -> None:
    fields = [("/forms:list", "shredded"), ("/forms:list", "bales\n\n loose ")]
    assert _read(*fields) == {"forms": ["shredded", "bales", "loose"]}


def test_money_never_goes_through_a_float() -> None:
    typed = "12345678901234.1234"
    assert document([("/price/amount:number", typed)]) == b'{"price":{"amount":12345678901234.1234}}'


def test_a_value_where_an_object_is_refused_and_does_not_crash() -> None:
    with pytest.raises(Refusal):
        document([("/a", "x"), ("/a/b", "y")])


def test_every_field_that_does_not_fit_is_named_at_once() -> None:
    fields = [
        ("/quantity/tonnes:number", "12,5 kg"),
        ("/limits/0/max:number", "much"),
        ("/limits/0/analytes:list", "Cu"),
    ]
    with pytest.raises(Refusal) as refused:
        draft(fields, Spec)
    found = {error.pointer: error.code for error in refused.value.errors}
    assert found["/quantity/tonnes"] == found["/limits/0/max"] == "wrong_type"
    lacking = {pointer for pointer, code in found.items() if code == "missing_field"}
    assert lacking == {
        "/material",
        "/limits/0/unit",
        "/delivery/location/prefecture",
        "/delivery/from",
        "/delivery/until",
    }
