"""Refusals before any handler: bodies, queries, headers, languages, rates."""

import json
import re
import string
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

import matching
from market.alerts.codes import Code
from market.http import messages
from market.http.body import check_media_type, decode
from market.http.buckets import Buckets
from market.http.refusal import FieldError, Refusal, encoded, problem
from market.http.responses import matches
from market.http.shapes import field_error
from market.http.statuses import STATUS
from matching.listings import Lot, Spec
from specs.kit.json_text import MAX_DEPTH

PLACE = b'"location":{"prefecture":"JP-14"},"available":{"from":"2030-01-05","until":"2030-02-28"}'


def refused(body: bytes, type_: type = Lot) -> Refusal:
    with pytest.raises(Refusal) as caught:
        decode(body, type_)
    return caught.value


@pytest.mark.parametrize(
    ("body", "pointer", "code", "params"),
    [
        (b"[1]", "", "wrong_type", {"expected": "object", "got": "array"}),
        (b"{}", "/material", "missing_field", {"field": "material"}),
        (b'{"kilos":1}', "/kilos", "unknown_field", {"field": "kilos"}),
        (b'{"a/b~c":1}', "/a~1b~0c", "unknown_field", {"field": "a/b~c"}),
        (b'{"quantity":{"tonnes":"1"}}', "/quantity/tonnes", "wrong_type", {"expected": "number", "got": "string"}),
        (b'{"available":{"from":"2027-13-01"}}', "/available/from", "invalid_date", {}),
        (b'{"origin":"moon"}', "/origin", "invalid_choice", None),
        (b'{"assays":[{"unit":""}]}', "/assays/0/unit", "text_too_short", {"limit": 1}),
        (b'{"assays":[{"conditions":{"load":"x"}}]}', "/assays/0/conditions", "wrong_type", None),
        (
            b'{"assays":[{"conditions":{' + b",".join(b'"c%d":1' % i for i in range(21)) + b"}}]}",
            "/assays/0/conditions",
            "too_many_items",
            {"limit": 20},
        ),
        (b'{"location":{"prefecture":"X"}}', "/location/prefecture", "pattern_mismatch", {"pattern": "^JP-[0-9]{2}$"}),
        (b'{"title":"' + b"a" * 10_000 + b'"}', "/title", "text_too_long", {"limit": 300}),
        (b'{"hazards":[' + b",".join([b'"a"'] * 51) + b"]}", "/hazards", "too_many_items", {"limit": 50}),
        (b'{"ask_price":{"amount":"dear"}}', "/ask_price/amount", "invalid_decimal", {}),
        (b'{"quantity":{"tonnes":1e400}}', "/quantity/tonnes", "value_out_of_range", {}),
    ],
)
def test_a_body_of_the_wrong_shape_is_pointed_at(body, pointer, code, params):
    refusal = refused(body)
    assert refusal.code == "invalid_body"
    (error,) = refusal.errors
    assert (error.pointer, error.code) == (pointer, code)
    assert params is None or error.params == params


def test_a_wrong_choice_names_the_allowed_ones():
    (error,) = refused(b'{"assays":[{"analyte":"Cu","unit":"%","operator":"~"}]}').errors
    assert error.params == {"value": "~", "allowed": ["=", "<", "<=", ">", ">="]}
    assert messages.field_reason(error.code, error.params, "en") == "~ is not one of: =, <, <=, >, >=."


def test_a_misspelt_field_names_the_nearest():
    (error,) = refused(b'{"location":{"prefecture":"JP-14","latt":1}}').errors
    assert (error.pointer, error.code) == ("/location/latt", "unknown_field_nearest")
    assert error.params == {"field": "latt", "nearest": ["lat"]}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "malformed_json"),
        (b"nul", "malformed_json"),
        (b'{"material":NaN}', "malformed_json"),
        (b'{"material":"\\ud800"}', "invalid_encoding"),
        (b"\xef\xbb\xbf{}", "malformed_json"),
        (b'{"material":"\xff"}', "invalid_encoding"),
        (b'{"zz":' + b"[" * 100_000, "nesting_too_deep"),
        (b'{"zz":' + b"[" * (MAX_DEPTH + 1), "nesting_too_deep"),
        (b'{"ask_price":{"amount":1e9999}}', "number_too_long"),
        (b'{"ask_price":{"amount":' + b"9" * 400 + b"}}", "number_too_long"),
        (b'{"ask_price":{"amount":0.' + b"1" * 40 + b"}}", "number_too_long"),
    ],
)
def test_text_that_is_no_reasonable_json_is_refused(body, code):
    assert refused(body).code == code


@pytest.mark.parametrize(
    ("body", "line", "column"),
    [
        (b'{"title":"\xe9\x89\x84",NaN}', 1, 14),
        (b'{\n  "quantity": NaN}', 2, 15),
        (b'{"title":\n', 2, 1),
        (b'{"zz":\n' + b"[" * 40, 2, MAX_DEPTH),
        (b'{"quantity":\n{"tonnes":1e9999}}', 2, 11),
    ],
)
def test_text_that_is_no_reasonable_json_is_refused_with_its_place(body, line, column):
    refusal = refused(body)
    assert (refusal.params["line"], refusal.params["column"]) == (line, column)
    assert "?" not in messages.detail(refusal.code, refusal.params, "en")


@pytest.mark.parametrize("text", ["４５０００", "45_000", " 45000", "45000 ", "+45000", ".5", "4.5e4", "9" * 16])
def test_money_as_text_is_written_as_documented(text):
    lot = {"material": "m", "quantity": {"tonnes": 1}, "ask_price": {"amount": text}}
    body = msgspec.json.encode(lot)[:-1] + b"," + PLACE + b"}"
    (error,) = refused(body).errors
    assert (error.pointer, error.code) == ("/ask_price/amount", "invalid_decimal")
    (error,) = refused(b'{"ask_price":' + msgspec.json.encode(lot["ask_price"]) + b"}", dict[str, msgspec.Raw]).errors
    assert error.pointer == "/ask_price/amount"
    assert decode(body.replace(text.encode(), b"45000.5"), Lot).ask_price.amount == Decimal("45000.5")


def test_brackets_and_digits_inside_text_are_only_text():
    title = b"[" * 100 + b'\\"' + b"9" * 100 + b"1e99999"
    lot = decode(b'{"material":"m","quantity":{"tonnes":1},"title":"' + title + b'",' + PLACE + b"}", Lot)
    assert lot.title == "[" * 100 + '"' + "9" * 100 + "1e99999"


def test_money_is_read_from_the_text_and_not_through_a_float():
    body = b'{"material":"m","quantity":{"tonnes":1},"ask_price":{"amount":45000.10000000000001},' + PLACE + b"}"
    assert str(decode(body, Lot).ask_price.amount) == "45000.10000000000001"


def test_numbers_as_text_are_not_coerced():
    assert refused(b'{"confidence":"0.9"}', Spec).errors[0].pointer == "/confidence"


@pytest.mark.parametrize(
    ("method", "content_type", "passes"),
    [
        ("POST", "application/json", True),
        ("POST", "Application/JSON; charset=UTF-8", True),
        ("POST", "application/json; charset=shift_jis", False),
        ("POST", "text/plain", False),
        ("POST", "application/x-www-form-urlencoded", False),
        ("POST", "application/merge-patch+json", False),
        ("PATCH", "application/merge-patch+json", True),
        ("PATCH", "", False),
    ],
)
def test_only_json_passes_as_a_body(method, content_type, passes):
    if passes:
        check_media_type({"content-type": content_type}, method)
    else:
        with pytest.raises(Refusal) as caught:
            check_media_type({"content-type": content_type}, method)
        assert caught.value.code == "unsupported_media_type"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("ja", "ja"),
        ("ja-JP,ja;q=0.9,en;q=0.8", "ja"),
        ("en-US,en;q=0.9,ja;q=0.8", "en"),
        ("fr, ja;q=0.1", "ja"),
        ("ja;q=0, en", "en"),
        ("ja;q=x", "en"),
        ("*", "en"),
        (",;;=,", "en"),
    ],
)
def test_the_language_is_the_best_that_the_caller_reads(header, language):
    assert messages.negotiate(header) == language


def test_every_refusal_of_a_solve_has_a_status_and_words_for_the_case():
    source = "".join(path.read_text(encoding="utf-8") for path in Path(matching.__file__).parent.rglob("*.py"))
    found = set(re.findall(r'(?:Blend|Siting|Allocation)RefusedError\(\s*"(\w+)"', source))
    assert {"siting_undecided", "property_does_not_blend"} <= found
    for code in found:
        assert code in STATUS
        for language in messages.LANGUAGES:
            assert messages.template(code, language), code


def test_every_refusal_has_a_title_in_both_languages():
    for language in messages.LANGUAGES:
        assert set(messages.phrases(language).titles) == set(STATUS)
        assert set(messages.phrases(language).details) <= set(STATUS)


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_whatever_people_are_told_of_has_a_text(language):
    assert set(messages.phrases(language).notices) == set(Code)


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_no_phrase_is_given_twice(language):
    """The later one would be said, and the earlier one be changed in vain."""

    def once(pairs):
        names = [name for name, _ in pairs]
        assert len(set(names)) == len(names), [name for name in names if names.count(name) > 1]
        return dict(pairs)

    text = Path(messages.__file__).with_name("locales").joinpath(f"{language}.json").read_text(encoding="utf-8")
    assert json.loads(text, object_pairs_hook=once)


def test_the_languages_say_the_same_with_the_same_parameters():
    english, japanese = messages.phrases("en"), messages.phrases("ja")
    for ours, theirs in (
        (english.details, japanese.details),
        (english.fields, japanese.fields),
        (english.notices, japanese.notices),
    ):
        assert set(ours) == set(theirs)
        for code, text in ours.items():
            assert _holes(text) == _holes(theirs[code]), code


def _holes(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_a_problem_document_is_complete():
    error = FieldError(pointer="/title", code="text_too_long", params={"limit": 300})
    body = msgspec.json.decode(encoded(problem("invalid_body", {}, (error,), "en")))
    assert body == {
        "type": "/problems/invalid-body",
        "title": "The body does not have the expected shape",
        "status": 400,
        "detail": "The first place that does not fit is named in errors.",
        "code": "invalid_body",
        "params": {},
        "errors": [
            {
                "pointer": "/title",
                "code": "text_too_long",
                "params": {"limit": 300},
                "reason": "At most 300 characters.",
            }
        ],
    }


def test_an_unknown_complaint_of_the_decoder_still_names_its_place():
    error = field_error("Something new - at `$.limits[3].x`")
    assert (error.pointer, error.code) == ("/limits/3/x", "invalid_value")


def test_a_key_gets_its_burst_and_then_its_rate():
    buckets = Buckets(rate=2, burst=3)
    assert [buckets.take("k", 0.0) for _ in range(4)] == [0, 0, 0, 1]
    assert buckets.take("other", 0.0) == 0
    assert [buckets.take("k", 1.0) for _ in range(3)] == [0, 0, 1]


def test_rate_zero_is_no_limit():
    buckets = Buckets(rate=0, burst=0)
    assert {buckets.take("k", 0.0) for _ in range(1000)} == {0}


def test_if_none_match_compares_weakly_and_takes_lists():
    assert matches('W/"a", "b"', '"b"')
    assert matches('W/"b"', '"b"')
    assert matches("*", '"b"')
    assert not matches('"a"', '"b"')
    assert not matches(None, '"b"')


@pytest.mark.parametrize(
    ("until", "told"),
    [
        ("2026-11-20", "2026年11月20日"),
        ("2026-11-19T15:00:00+00:00", "2026年11月20日 00:00"),
        ("2026-02-30", "2026-02-30"),
    ],
)
def test_a_day_is_told_in_words_and_what_is_none_as_it_was_given(until: str, told: str) -> None:
    said = messages.notice("review_waiting", {"material": "abs", "until": until}, "ja")
    assert told in said


def test_a_measure_is_told_as_people_write_it() -> None:
    told = messages.field_reason("more_than_left", {"given": 9999.0, "left": 60.004}, "en")
    assert told == "9,999 t is more than the 60.004 t that both sides have left."
