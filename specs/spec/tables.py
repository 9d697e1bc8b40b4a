"""Specs and their immutable revisions."""

from specs.kit.table import WordList, foreign
from specs.listing.tables import ListingColumns, RevisionColumns, listing_arguments


class SpecRow(ListingColumns, table=True):
    __tablename__ = "spec"
    __table_args__ = listing_arguments()

    grades: WordList
    forms: WordList


class SpecRevisionRow(RevisionColumns, table=True):
    __tablename__ = "spec_revision"
    __table_args__ = (foreign("tenant_id id", "spec", cascade=True),)
