"""Offers as they stand; what hangs on one is worked out from it whenever it is asked for."""

from sqlalchemy import Index

from specs.kit.table import Instant, Json, Key, Table, Words, foreign


class UpgradeOfferRow(Table, table=True):
    __tablename__ = "upgrade_offer"
    __table_args__ = (foreign("tenant_id", "organisation"), Index(None, "id"))

    tenant_id: Key
    id: Key
    version: int
    status: Words
    step: Words
    prefecture: Words
    content: Json
    created_at: Instant
    updated_at: Instant
