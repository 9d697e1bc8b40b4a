"""Forms of terms: which rows count, what is a share, and what stored terms look like in fields."""

import msgspec
import pytest

from market.console.terms import form, rows
from market.console.terms.shown import holes
from market.console.typed import Typed
from market.deals.contract.structs import ContractTerms
from market.deals.offers.structs import OfferDraft, Terms
from market.http.refusal import Refusal
from specs.kit import wire

PRICE = {"/price/amount": ("44000",), "/tonnes": ("100",)}
GIVEN = ("/contract/deductions/0/analyte=Cu", "/contract/deductions/0/unit=%")
STEPS = {
    "/steps/0/step": ("HAND_PICKING",),
    "/steps/0/yield": ("98",),
    "/steps/1/step": ("DILUTION",),
    "/steps/1/removal/0/analyte": ("Cu",),
}
TERMS = b"""{"price": {"amount": 44000.50, "currency": "USD", "per": "t", "incoterm": "CPT"}, "tonnes": 12.5,
 "schedule": [{"month": "2027-01", "tonnes": 12.5}], "relaxations": [{"limit": 3, "relax_to": 0.27}],
 "steps": [{"step": "HAND_PICKING", "yield": 0.983, "keeps": ["density", "Cu"],
   "removal": [{"analyte": "Cu", "fraction": 0.07, "uncertainty": 0.011}, {"analyte": "Pb", "fraction": 0.5}]},
  {"step": "DILUTION", "yield": 1}],
 "contract": {"claim_days": 9, "moisture_above_percent": 0.5,
  "deductions": [{"analyte": "Cu", "from": 0, "per": 0.001, "unit": "%", "amount": 1.25}],
  "splitting": [{"analyte": "Sn", "limit": 0.002, "unit": "%"}], "tax": "out_of_scope"}}"""
ROW = {"/contract/deductions/0/analyte": ("Cu",), "/contract/deductions/0/unit": ("%",)}


def _draft(**more: str) -> OfferDraft:
    found: OfferDraft = form.draft(Typed(PRICE | {name: (text,) for name, text in more.items()}), OfferDraft)
    return found


def test_an_offered_row_that_nobody_filled_is_none() -> None:
    draft = form.draft(Typed(PRICE | ROW | {"_given": GIVEN}), OfferDraft)
    assert draft.contract is None


def test_an_offered_row_counts_as_soon_as_one_of_its_texts_is_another() -> None:
    typed = Typed(PRICE | ROW | {"_given": GIVEN, "/contract/deductions/0/unit": ("ppm",)})
    with pytest.raises(Refusal):
        form.draft(typed, OfferDraft)


def test_the_same_texts_count_where_a_person_typed_them() -> None:
    with pytest.raises(Refusal):
        form.draft(Typed(PRICE | ROW), OfferDraft)


def test_a_limit_gives_way_by_the_number_of_its_row() -> None:
    draft = _draft(**{"/relaxations/2/relax_to": "0.3", "/relaxations/4/relax_to": " "})
    assert [(one.limit, one.relax_to) for one in draft.relaxations] == [(2, 0.3)]


def test_two_analytes_in_one_field_are_refused_and_none_is_taken_silently() -> None:
    typed = Typed(PRICE | {"/contract/splitting/0/analyte": ("Cu, Sn",)})
    assert ("/contract/splitting/0/analyte", "Cu, Sn") in list(form.fields(typed))


@pytest.mark.parametrize(("said", "code"), [("％", "%"), ("パーセント", "%"), ("ppm", "ppm"), ("furlong", "furlong")])
def test_a_unit_is_called_as_people_call_it(said: str, code: str) -> None:
    typed = Typed(PRICE | {"/contract/splitting/0/unit": (said,)})
    assert dict(form.fields(typed))["/contract/splitting/0/unit"] == code


def test_stored_terms_come_back_from_their_own_form() -> None:
    stored = msgspec.json.decode(TERMS, type=Terms)
    assert form.draft(form.typed(wire.plain(wire.encode(stored))), Terms) == stored


@pytest.mark.parametrize(
    ("action", "kept", "focus"),
    [
        ("drop:/steps/0", {"/steps/1/step", "/steps/1/removal/0/analyte"}, "step"),
        ("drop:/steps/1/removal/0", {"/steps/0/step", "/steps/0/yield", "/steps/1/step"}, "cut:1"),
        ("drop:/steps/x", set(STEPS), "step"),
        ("wipe", set(STEPS), ""),
    ],
)
def test_a_row_is_taken_out_with_all_that_is_in_it(action: str, kept: set[str], focus: str) -> None:
    done = rows.do(Typed(STEPS), action)
    assert (set(done.typed.values), done.focus) == (kept, focus)


@pytest.mark.parametrize(
    ("action", "added"),
    [
        ("step", "/steps/2/step"),
        ("cut:1", "/steps/1/removal/1/analyte"),
        ("month", "/schedule/0/month"),
        ("deduction", "/contract/deductions/0/analyte"),
        ("splitting", "/contract/splitting/0/analyte"),
    ],
)
def test_a_row_is_added_and_one_goes_on_in_its_first_field(action: str, added: str) -> None:
    done = rows.do(Typed(STEPS), action)
    assert done.focus == added
    assert added in set(done.typed.values) - set(STEPS)


def test_published_figures_leave_what_was_typed() -> None:
    typed = Typed({"/steps/0/step": ("BALLISTIC_LOWCU",), "/steps/0/yield": ("70",)})
    done = rows.do(typed, "figures:0")
    assert done.typed.text("/steps/0/yield") == "70"
    assert done.typed.text("/steps/0/removal/0/fraction") == "51.6"


def test_what_a_step_takes_out_by_no_published_share_is_only_offered() -> None:
    typed = Typed(PRICE | {"/steps/0/step": ("HAND_PICKING",), "/steps/0/yield": ("98",)})
    done = rows.do(typed, "figures:0")
    draft = form.draft(done.typed, OfferDraft)
    assert [done.typed.text(f"/steps/0/removal/{row}/analyte") for row in (0, 1)] == ["Cu", "Pb"]
    assert draft.steps[0].removal == ()


def test_the_contract_unfolds_where_it_is_not_the_usual_one() -> None:
    usual = form.typed(wire.plain(wire.encode({"contract": ContractTerms()})))
    rare = Typed(usual.values | {"/contract/claim_days": ("45",)})
    offered = Typed(usual.values | ROW | {"_given": GIVEN})
    kept = [holes(typed, "carbon_steel_scrap", "en")["unfolded"] for typed in (usual, offered, rare)]
    assert kept == [False, False, True]


@pytest.mark.parametrize(("action", "unfolded"), [("step", False), ("deduction", True), ("splitting", True)])
def test_the_contract_unfolds_where_somebody_is_busy_with_it(action: str, *, unfolded: bool) -> None:
    done = rows.do(form.typed(wire.plain(wire.encode({"contract": ContractTerms()}))), action)
    assert holes(done.typed, "carbon_steel_scrap", "ja", done.focus)["unfolded"] is unfolded
