"""Specs: what manufacturers can use."""

from typing import Any

from matching.faults import spec_faults
from matching.listings import Spec
from specs.kit import wire
from specs.kit.json_text import decoded
from specs.listing.service import Listings
from specs.listing.structs import Columns, Filing, Kind, columns
from specs.spec.structs import DECODER, stored


def filed(spec: Spec) -> Filing[Spec]:
    """A spec is stored as it was posted."""
    return Filing(spec, spec)


def refiled(document: Any, _previous: Spec) -> Filing[Spec]:
    """A merged document; raises msgspec.ValidationError where it has another shape."""
    return filed(decoded(DECODER, wire.encode(document)))


def spec_columns(spec: Spec) -> Columns:
    """What SQL filters on."""
    return columns(
        material=spec.material,
        codes=(list(spec.grades), list(spec.forms)),
        place=spec.delivery.location,
        window=spec.delivery,
        tonnes=spec.quantity.tonnes,
        price=spec.max_price,
        visibility=spec.visibility,
    )


SPECS: Listings[Spec] = Listings(Kind("spec", ("grades", "forms"), stored, filed, refiled, spec_faults, spec_columns))
