"""Every reason in both languages: the same codes, the same holes, every hole filled, and words that a buyer reads."""

import ast
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from string import Formatter

import msgspec
import pytest

import matching
from matching.engine import Disclosure
from matching.evaluation import Evaluation
from matching.explain import explain, render
from matching.faults import lot_faults, spec_faults
from matching.listings import Lot, Spec
from matching.values import Incoterm, Operator, Price
from matching.words import LANGUAGES, messages, number
from specs.catalogue.loader import catalogue
from tests.support.cases import EVALUATIONS
from tests.support.pairs import assay, judged, limit, lot, only, spec

# filled by the marketplace from the engine's answers
ELSEWHERE = {"next_test", "next_test_helps", "hazard_refused_unnamed", "document_missing_unnamed"}
# the last four are said by the marketplace, whose own test compares them
WORDS = ("kind.", "word.", "quantity.", "list.", "risk.", "reject.", "void.", "balance.")


def holes(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def told(evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    near = evaluation.near_miss.changes if evaluation.near_miss else ()
    parts = (evaluation, *evaluation.limits, *evaluation.criteria, *evaluation.blockers, *evaluation.flags, *near)
    yield from ((part.code, part.reason) for part in parts)


def test_both_languages_have_the_same_codes_and_holes() -> None:
    english, japanese = (messages(language) for language in LANGUAGES)
    assert list(english) == list(japanese)
    assert {k: holes(v) for k, v in english.items()} == {k: holes(v) for k, v in japanese.items()}


def test_japanese_reasons_are_japanese() -> None:
    same = {k for k, v in messages("ja").items() if v.isascii() and holes(v) == set()}
    assert same <= {"word.sds"}


def emitted() -> set[str]:
    """Every text in the engine's source that names a template, with the composed codes spelled out."""
    texts: set[str] = set()
    for path in Path(matching.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
    stated = {
        f"{gate}_{end}"
        for gate in ("form", "origin", "custody_model", "legal_status")
        for end in ("missing", "not_accepted")
    }
    sides = {f"{wrong}_{end}" for wrong in ("over", "under") for end in ("limit", "within_uncertainty")}
    ranges = {f"range_{wrong}" for wrong in ("over", "under")}
    bounded = {f"bounded_{code}" for code in ("conforms", "straddles", *ranges)}
    return texts | stated | sides | ranges | bounded


def test_no_template_is_left_over() -> None:
    reasons = {code for code in messages("en") if not code.startswith(WORDS)}
    assert reasons - emitted() - ELSEWHERE == set()


PRICE = Price(amount=Decimal(45_000), incoterm=Incoterm.EXW)
WISHES = spec(
    *[x for case in EVALUATIONS[::5] for x in case.spec.limits][:60],
    confidence=0.95,
    grades=("JP.H2",),
    forms=("shredded",),
    regimes=("eu_rohs", "eu_pack"),
    refused_hazards=("radioactivity",),
    required_documents=("assay_report",),
    max_price=PRICE,
)


def pairs() -> Iterator[tuple[Spec, Lot]]:
    for i, case in enumerate(EVALUATIONS):
        yield case.spec, case.lot
        yield EVALUATIONS[i - 7].spec, case.lot
        yield WISHES, msgspec.structs.replace(case.lot, ask_price=PRICE, hazards=("radioactivity",), grade="ISRI.205")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_is_a_whole_sentence_without_a_gap(language: str) -> None:
    for wanted, offered in pairs():
        for disclosure in Disclosure:
            for code, reason in told(explain(judged(wanted, offered, disclosure), language, catalogue())):
                assert code in messages(language)
                assert reason not in {"", code}
                assert not {"?", "{", "None", "inf", "nan"} & {*reason, *reason.split()}, (code, reason)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_is_told_without_a_gap(language: str) -> None:
    odd = spec(limit("Cux", max=2, min=3), limit("Cu", max=2500), limit("Cu", "Cu"), material="steel", confidence=2.0)
    bad = lot(assay("Cu", 2500), assay("Cu", low=2, high=1), assay("zzzz", 1, "zzzz"), assay("Cu"), grade="JIS.AD12.1")
    for fault in (*spec_faults(odd, catalogue()), *lot_faults(bad, catalogue())):
        reason = render(fault.code, fault.params, language, catalogue())
        assert reason != fault.code
        assert "?" not in reason.removesuffix("?"), reason
        assert "{" not in reason


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("en", "Cu 0.31 % is over 0.25 %; conforms from 0.35 %"),
        ("ja", "Cu 0.31 % は上限 0.25 % を超えています。上限が 0.35 % 以上なら適合します"),
        ("fr", "Cu 0.31 % is over 0.25 %; conforms from 0.35 %"),
    ],
)
def test_a_buyer_reads_what_is_wrong_and_what_would_do(language: str, reason: str) -> None:
    result = only(limit("Cu", max=0.25), assay("Cu", 0.31, uncertainty=0.0243), confidence=0.95)
    assert render(result.code, result.params, language, catalogue()) == reason


def said(result: object, language: str = "en") -> str:
    return render(result.code, result.params, language, catalogue())  # type: ignore[attr-defined]


def test_a_number_shows_the_digits_that_put_it_over_the_limit() -> None:
    assert said(only(limit("Cu", max=0.25), assay("Cu", 0.2500004))).startswith("Cu 0.2500004 % is over 0.25 %")


def test_ranges_bands_and_exclusive_ends_read_as_they_are_meant() -> None:
    assert "0.26 to 0.56 %" in said(only(limit("Cu", max=0.25), assay("Cu", low=0.26, high=0.56)))
    assert "0.6 to 1 %" in said(only(limit("Fe", min=0.6, max=1), assay("Fe", 0.7)))
    assert "over 0.3 up to 0.6 %" in said(only(limit("Fe", exclusive_min=0.3, max=0.6), assay("Fe", 0.5)))
    assert "< 40 ppm" in said(only(limit("PVC", max=40, unit="ppm"), assay("PVC", 40, "ppm", operator=Operator.BELOW)))
    assert "-5 to 10 °C" in said(only(limit("vicat", max=20, unit="°C"), assay("vicat", low=-5, high=10, unit="°C")))


def test_properties_and_states_are_named_in_the_language() -> None:
    blocked = judged(spec(limit("bulk_density", min=0.9, unit="t/m3"), forms=("shredded",)), lot(form="bale"))
    assert said(blocked.limits[0], "ja") == "かさ密度は未測定です（要求 ≥ 0.9 t/m3）"
    assert said(blocked.blockers[0], "ja") == "形状 ベール は受入対象（シュレッダー）に含まれません"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.25, "0.25"),
        (1234567.0, "1,234,567"),
        (0.000012345, "0.00001234"),
        (0.0, "0"),
        (-4.5, "-4.5"),
        (1e-20, "0"),
        (5e15, "5,000,000,000,000,000"),
        (1.1e30, "1.1e+30"),
        (-1e308, "-1e+308"),
    ],
)
def test_numbers_are_written_out(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(("language", "named"), [("en", "Heavy H2"), ("ja", "ヘビー H2")])
def test_a_grade_is_told_by_its_name(language: str, named: str) -> None:
    assert named in render("by_grade_only", {"grade": "JP.H2"}, language, catalogue())


@pytest.mark.parametrize(
    ("currency", "told"), [("JPY", "¥45,000/t"), ("USD", "$45,000/t"), ("GBP", "GBP\u00a045,000/t")]
)
def test_an_amount_is_told_with_the_sign_of_its_currency(currency: str, told: str) -> None:
    params = {"delivered": 45_000.0, "ceiling": 52_000.0, "currency": currency}
    assert all(told in render("within_ceiling", params, language) for language in LANGUAGES)
