"""Specs and lots in one line each: only what a test is about is written."""

from datetime import date

from matching.engine import Disclosure, evaluate
from matching.evaluation import Evaluation, LimitResult
from matching.listings import Delivery, Demand, Lot, Spec, Supply
from matching.values import Assay, Limit, Place, Window
from specs.catalogue.loader import catalogue

FIRST, LAST = date(2027, 1, 1), date(2027, 3, 31)


def limit(*analytes: str, unit: str = "%", **rest: object) -> Limit:
    return Limit(analytes=analytes, unit=unit, **rest)


def assay(analyte: str, value: float | None = None, unit: str = "%", **rest: object) -> Assay:
    return Assay(analyte=analyte, value=value, unit=unit, **rest)


def spec(*limits: Limit, **rest: object) -> Spec:
    place = Place(prefecture="JP-13")
    given = {
        "material": "carbon_steel_scrap",
        "quantity": Demand(tonnes=100),
        "delivery": Delivery(location=place, from_=FIRST, until=LAST),
        "confidence": 0.5,
    }
    return Spec(**{**given, "limits": limits, **rest})


def lot(*assays: Assay, **rest: object) -> Lot:
    given = {
        "material": "carbon_steel_scrap",
        "quantity": Supply(tonnes=100),
        "location": Place(prefecture="JP-14"),
        "available": Window(from_=FIRST, until=LAST),
    }
    return Lot(**{**given, "assays": assays, **rest})


def judged(one: Spec, other: Lot, disclosure: Disclosure = Disclosure.FULL) -> Evaluation:
    return evaluate(one, other, catalogue(), disclosure=disclosure)


def only(one: Limit, *assays: Assay, confidence: float = 0.5) -> LimitResult:
    """The result of the one limit of a spec against a lot of these results."""
    return judged(spec(one, confidence=confidence), lot(*assays)).limits[0]
