"""Lots: what recyclers have."""

from matching.faults import lot_faults
from matching.listings import Lot
from specs.listing.service import Listings
from specs.listing.structs import Columns, Kind, columns
from specs.lot.filing import filed, refiled
from specs.lot.structs import stored


def lot_columns(lot: Lot) -> Columns:
    """What SQL filters on."""
    return columns(
        material=lot.material,
        codes=(lot.grade, lot.form),
        place=lot.location,
        window=lot.available,
        tonnes=lot.quantity.tonnes,
        price=lot.ask_price,
        visibility=lot.visibility,
    )


LOTS: Listings[Lot] = Listings(Kind("lot", ("grade", "form"), stored, filed, refiled, lot_faults, lot_columns))
