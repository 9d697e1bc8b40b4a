"""`--freight-table FILE`: hauls priced by the caller's own table instead of the shipped one."""

import hashlib
from datetime import UTC, datetime

from market.commands.documents import content, decode
from market.commands.errors import InputError
from matching.explain import render
from matching.fares import FreightTable
from matching.freight_faults import table_faults
from matching.reference import Catalogue
from matching.tariffs import Tariff
from specs.catalogue.loader import catalogue

# one table alone has nothing to be newer than
_ANY = datetime(2000, 1, 1, tzinfo=UTC)


def priced(path: str | None) -> Catalogue:
    """The catalogue, with the table of a file for all of Japan where one is named; its stamp is the file's digest."""
    known = catalogue()
    if path is None:
        return known
    raw = content(path)
    table = decode(raw, FreightTable, path)
    if faults := table_faults(table):
        raise InputError([f"{path}: {f.pointer}: {render(f.code, f.params, 'en', known)}" for f in faults])
    return known.priced([Tariff(stamp=f"file@{hashlib.sha256(raw).hexdigest()[:16]}", set_at=_ANY, table=table)])
