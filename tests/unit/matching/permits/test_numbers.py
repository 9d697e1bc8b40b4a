"""The eleven digits of a permit's number: each that is wrong is named by its place."""

import pytest

from matching.explain import render
from matching.permits.faults import permit_faults
from matching.permits.numbers import Parts, digit_of, parts, prefecture_of
from matching.permits.permit import Permit
from matching.words import LANGUAGES
from specs.catalogue.loader import catalogue
from tests.support.permits import UNTIL

KNOWN = catalogue()


def faults(number: str | None, kind: str = "SANPAI_UNPAN", **rest: object) -> list[tuple[str, str]]:
    given = {"materials": ("steel",), "valid_until": UNTIL, **rest}
    return [(f.pointer, f.code) for f in permit_faults(Permit(kind=kind, number=number, **given), KNOWN)]


@pytest.mark.parametrize(
    ("number", "kind", "rest"),
    [
        ("00100000001", "SANPAI_UNPAN", {}),
        ("04719999999", "SANPAI_UNPAN", {"prefecture": "JP-47"}),
        ("01320123456", "SANPAI_SHOBUN", {}),
        ("01340123456", "SANPAI_SHOBUN", {}),
        ("01360123456", "TOKKAN_UNPAN", {}),
        ("01390123456", "TOKKAN_SHOBUN", {}),
        ("05600123456", "SANPAI_UNPAN", {"prefecture": "JP-14"}),
        ("07600123456", "SANPAI_UNPAN", {"prefecture": "JP-40"}),
        ("指令廃第21号", "IPPAN_UNPAN", {"prefecture": "JP-40"}),
    ],
)
def test_a_number_as_an_authority_gives_it_has_no_fault(number, kind, rest):
    assert faults(number, kind, **rest) == []


@pytest.mark.parametrize(
    ("number", "kind", "rest", "pointer", "code"),
    [
        ("0130012345", "SANPAI_UNPAN", {}, "/number", "permit_number_ten"),
        ("013001234", "SANPAI_UNPAN", {}, "/number", "permit_number_length"),
        ("013001234567", "SANPAI_UNPAN", {}, "/number", "permit_number_length"),
        ("013-0123456", "SANPAI_UNPAN", {}, "/number", "permit_number_character"),
        ("013001２3456", "SANPAI_UNPAN", {}, "/number", "permit_number_character"),
        ("00000123456", "SANPAI_UNPAN", {}, "/number", "permit_number_authority"),
        ("04800123456", "SANPAI_UNPAN", {}, "/number", "permit_number_authority"),
        ("04900123456", "SANPAI_UNPAN", {}, "/number", "permit_number_authority"),
        ("01320123456", "SANPAI_UNPAN", {}, "/number", "permit_number_kind"),
        ("01300123456", "SANPAI_SHOBUN", {}, "/number", "permit_number_kind"),
        ("01300123456", "TOKKAN_UNPAN", {}, "/number", "permit_number_kind"),
        ("01300000000", "SANPAI_UNPAN", {}, "/number", "permit_number_firm"),
        ("01300123456", "SANPAI_UNPAN", {"prefecture": "JP-14"}, "/number", "permit_number_prefecture"),
        ("05600123456", "SANPAI_UNPAN", {"prefecture": "JP-13"}, "/number", "permit_number_prefecture"),
        ("05000123456", "SANPAI_UNPAN", {}, "/prefecture", "permit_city_unknown"),
        (None, "SANPAI_UNPAN", {}, "/number", "permit_number_missing"),
        (None, "KINZOKUKUZU", {}, "/prefecture", "permit_place_missing"),
        (None, "SENRA", {}, "/kind", "permit_not_held"),
        (None, "YARD_NATIONAL", {}, "/kind", "permit_not_held"),
        ("01300123456", "SANPAI_UNPAN", {"materials": ()}, "/materials", "permit_scope_missing"),
        ("01300123456", "SANPAI_UNPAN", {"materials": ("stee",)}, "/materials/0", "unknown_code_nearest"),
        ("01300123456", "SANPAI_UNPAN", {"treatments": ("MELT",)}, "/treatments/0", "unknown_code"),
        ("01300123456", "SANPAI_UNPAN", {"valid_until": None}, "/valid_until", "permit_end_missing"),
        ("01300123456", "SANPAI_UNPAN", {"valid_from": UNTIL.replace(year=2031)}, "/valid_until", "dates_reversed"),
        ("1", "SANPAI", {}, "/kind", "unknown_code_nearest"),
    ],
)
def test_what_is_wrong_is_pointed_at_and_told_in_both_languages(number, kind, rest, pointer, code):
    given = {"materials": ("steel",), "valid_until": UNTIL, **rest}
    found = permit_faults(Permit(kind=kind, number=number, **given), KNOWN)
    assert [(f.pointer, f.code) for f in found] == [(pointer, code)]
    for language in LANGUAGES:
        reason = render(code, found[0].params, language, KNOWN)
        assert reason != code
        assert "?" not in reason.removesuffix("?")


def test_several_wrong_digits_are_named_together():
    assert faults("04820000000") == [
        ("/number", "permit_number_authority"),
        ("/number", "permit_number_kind"),
        ("/number", "permit_number_firm"),
    ]


def test_the_first_wrong_character_is_named_by_its_place():
    found = permit_faults(
        Permit(kind="SANPAI_UNPAN", number="013-0123456", materials=("steel",), valid_until=UNTIL), KNOWN
    )
    assert found[0].params == {"position": 4, "character": "-"}


def test_a_number_is_taken_apart_with_its_zeros():
    assert parts("00100000001") == Parts("001", "0", "0", "000001")


def test_a_prefecture_and_a_city_that_was_read_have_a_place_and_another_city_has_none():
    assert [prefecture_of(code, KNOWN.permits) for code in ("001", "047", "056", "133", "134")] == [
        "JP-01", "JP-47", "JP-14", "JP-27", None,
    ]  # fmt: skip


def test_every_kind_digit_belongs_to_one_kind():
    kinds = [digit_of(f"013{digit}0123456", KNOWN.permits) for digit in range(10)]
    assert [k.kind for k in kinds if k] == (
        ["SANPAI_UNPAN"] * 2 + ["SANPAI_SHOBUN"] * 3 + ["TOKKAN_UNPAN"] * 2 + ["TOKKAN_SHOBUN"] * 3
    )
