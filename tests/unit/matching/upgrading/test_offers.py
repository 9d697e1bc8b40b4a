"""Offers: every fault at once, impossible claims refused, and bold ones shown beside what is published."""

import msgspec
import pytest

from matching.explain import render
from matching.upgrading.claims import claim_flags, claims
from matching.upgrading.offer import Removal, UpgradeOffer
from matching.upgrading.offer_faults import offer_faults
from specs.catalogue.loader import catalogue
from tests.support.offers import offer


def found(one: UpgradeOffer) -> list[tuple[str, str]]:
    return [(f.pointer, f.code) for f in offer_faults(one, catalogue())]


def test_an_offer_in_order_has_no_faults() -> None:
    assert found(offer(Cu=0.5, keeps=("bulk_density",), materials=("carbon_steel_scrap",), forms=("shredded",))) == []


def test_every_fault_is_told_at_once() -> None:
    document = {
        "id": "x",
        "step": "BALISTIC_LOWCU",
        "location": {"prefecture": "JP-99"},
        "capacity_tonnes": 0,
        "fee": {"amount": -1, "currency": "USD"},
        "yield": 1.2,
        "removal": [
            {"analyte": "Cux", "fraction": 1.5, "uncertainty": -0.1},
            {"analyte": "Cu", "fraction": 0.1},
            {"analyte": "Cu", "fraction": 0.2},
        ],
        "keeps": ["nothing"],
        "residue": {"charge": {"amount": "NaN"}},
        "co2_kg_per_t": -1,
        "materials": ["steel"],
        "families": ["wood"],
        "forms": ["powdery"],
        "output_form": "dusty",
    }
    pointers = [pointer for pointer, _ in found(msgspec.convert(document, UpgradeOffer, strict=False))]
    assert pointers == [
        "/step",
        "/location/prefecture",
        "/capacity_tonnes",
        "/fee/amount",
        "/fee/currency",
        "/yield",
        "/removal/0/analyte",
        "/removal/0/fraction",
        "/removal/0/uncertainty",
        "/removal/2",
        "/keeps/0",
        "/residue/charge/amount",
        "/co2_kg_per_t",
        "/materials/0",
        "/families/0",
        "/forms/0",
        "/output_form",
    ]


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (offer("BALLISTIC_LOWCU", Ni=0.1), "step_cannot_remove"),
        (offer("DILUTION", Cu=0.1), "step_removes_nothing"),
        (offer("BR_SORT", removal=(Removal(analyte="P2O5", fraction=0.1),)), "step_cannot_remove"),
    ],
)
def test_a_claim_to_remove_what_the_step_cannot_is_refused(one: UpgradeOffer, code: str) -> None:
    assert found(one) == [("/removal/0", code)]


def test_a_claim_that_it_all_stays_is_no_claim_to_remove_it() -> None:
    assert found(offer("BALLISTIC_LOWCU", Ni=0.0)) == []


def test_a_step_is_not_offered_for_a_material_that_it_was_not_published_for() -> None:
    one = offer("BALLISTIC_LOWCU", Cu=0.5, materials=("al_scrap",), families=("plastics",))
    assert found(one) == [("/materials/0", "step_of_other_family"), ("/families/0", "step_of_other_family")]


def test_published_figures_stand_beside_the_claims_with_source_and_flag() -> None:
    kept, copper = claims(offer(kept=0.75, Cu=0.55), catalogue())
    assert (kept.code, copper.code) == ("yield_within_published", "removal_within_published")
    assert [(p.low, p.high, p.flag) for p in copper.published] == [(51.6, 61.3, "calculated"), (0.16, 0.2, "read")]
    assert all(p.source and p.src for p in (*kept.published, *copper.published))


def test_what_is_better_than_published_or_was_never_published_says_so() -> None:
    kept, copper, lead = claims(offer(kept=0.9, Cu=0.9, Pb=0.2), catalogue())
    assert [c.code for c in (kept, copper, lead)] == [
        "yield_better_than_published",
        "removal_better_than_published",
        "removal_not_published",
    ]
    told = render(copper.code, copper.params, "en", catalogue())
    assert told == "90 % of Cu is claimed to be removed, better than the best published, 61.3 %"


# the best that was published: 75 % of the mass is kept, 61.3 % of the copper is taken out
@pytest.mark.parametrize(
    ("kept", "copper", "codes"),
    [
        (0.875, 0.8065, []),
        (0.876, 0.8, ["yield_far_beyond_published"]),
        (0.75, 0.807, ["removal_far_beyond_published"]),
    ],
)
def test_a_claim_that_leaves_less_than_half_of_what_the_best_published_leaves_is_flagged(
    kept: float, copper: float, codes: list[str]
) -> None:
    assert [flag.code for flag in claim_flags(offer(kept=kept, Cu=copper), catalogue())] == codes


def test_where_nothing_was_published_nothing_is_beyond_it() -> None:
    assert [flag.code for flag in claim_flags(offer("HAND_PICKING", 0.99, Cu=0.99, evidence=()), catalogue())] == [
        "claim_without_evidence"
    ]


def test_the_wire_says_yield() -> None:
    assert msgspec.json.decode(msgspec.json.encode(offer()))["yield"] == 0.8
