"""What terms can be made of: the steps that a material can go through, analytes, units, and how a supply is taxed."""

import msgspec

from market.console import spec_choices
from market.console.spec_choices import Pair
from market.console.terms.told import Speaker
from market.console.text import Language
from market.deals.money import TaxKind
from matching.values import Currency, Incoterm
from specs.catalogue.loader import catalogue


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """Codes with labels."""

    currencies: tuple[Pair, ...]
    incoterms: tuple[Pair, ...]
    steps: tuple[Pair, ...]
    analytes: tuple[Pair, ...]
    units: tuple[Pair, ...]
    bases: tuple[Pair, ...]
    taxes: tuple[Pair, ...]


def choices(material: str, language: Language) -> Choices:
    """Of an offer, a bid or a tender on a material."""
    known = catalogue()
    family = known.materials[material].family
    every = spec_choices.choices(material, language)
    speaker = Speaker(language)
    return Choices(
        currencies=tuple((one.value, one.value) for one in Currency),
        incoterms=tuple((one.value, one.value) for one in Incoterm),
        steps=tuple(pair for pair in spec_choices.steps(language) if family in known.steps[pair[0]].families),
        analytes=every.analytes,
        units=every.units,
        bases=every.bases,
        taxes=tuple((kind.value, speaker.tax(kind)) for kind in TaxKind),
    )
