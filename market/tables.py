"""Imports every table once, for the roots, migrations and tests."""

import market.alerts.tables
import market.blends.tables
import market.deals.samples.tables
import market.deals.tables
import market.documents.tables
import market.insight.tables
import market.matches.tables
import market.parties.tables
import market.people.tables
import market.permits.tables
import market.runs.tables
import market.tenders.tables
import specs.freight.tables
import specs.kit.tables
import specs.lot.tables
import specs.offer.tables
import specs.spec.tables
from specs.kit.table import METADATA

MODULES = (
    market.alerts.tables,
    market.blends.tables,
    market.deals.samples.tables,
    market.deals.tables,
    market.documents.tables,
    market.insight.tables,
    market.matches.tables,
    market.parties.tables,
    market.people.tables,
    market.permits.tables,
    market.runs.tables,
    market.tenders.tables,
    specs.freight.tables,
    specs.kit.tables,
    specs.lot.tables,
    specs.offer.tables,
    specs.spec.tables,
)

__all__ = ["METADATA", "MODULES"]
