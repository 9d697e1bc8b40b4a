"""What a processor offers: one step of the catalogue at one place, with the figures that only the processor knows."""

from typing import Annotated

from msgspec import Meta, field

from matching.listings import Codes
from matching.values import Code, Place, Price, Text, Value

Name = Annotated[str, Meta(min_length=1, max_length=300)]


class Removal(Value, frozen=True, kw_only=True):
    """Share of an analyte's mass that is taken out (0: all of it stays); `uncertainty` is k = 1, of that share."""

    analyte: Code
    fraction: float
    uncertainty: float | None = None


class Residue(Value, frozen=True, kw_only=True):
    """What leaves beside the product, (1 - yield) of the mass: a `charge` or a `credit` for each of its tonnes."""

    title: Text | None = None
    charge: Price | None = None
    credit: Price | None = None


class OfferedStep(Value, frozen=True, kw_only=True, omit_defaults=False):
    """Capacity and fee are of input tonnes; `keeps` are properties that the processor warrants to stay as tested."""

    step: Code
    location: Place
    capacity_tonnes: float
    fee: Price
    yield_: float = field(name="yield")
    removal: Annotated[tuple[Removal, ...], Meta(max_length=50)] = ()
    keeps: Codes = ()
    residue: Residue | None = None
    co2_kg_per_t: float | None = None
    evidence: Annotated[tuple[Text, ...], Meta(max_length=50)] = ()
    materials: Codes = ()
    families: Codes = ()
    forms: Codes = ()
    output_form: Code | None = None


class UpgradeOffer(OfferedStep, frozen=True, kw_only=True, omit_defaults=False):
    """An offer by any name that whoever asks gives it."""

    id: Name
