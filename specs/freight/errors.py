"""Refusals about freight tables."""

from specs.kit.errors import Refusal


class NoTerritory(Refusal):
    code, title = "no_territory", "Only a coordinator of prefectures, or of all of Japan, sets freight tables"


class OutsideJurisdiction(Refusal):
    code, title = "outside_jurisdiction", "The freight table is for prefectures outside of the jurisdiction"


class FreightTableWithdrawn(Refusal):
    code, title = "freight_table_withdrawn", "A freight table that was withdrawn does not change any more"


class TooManyFreightTables(Refusal):
    code, title = "too_many_freight_tables", "There are as many open freight tables as one coordinator may have"
