"""Identifiers: UUIDv7, so that ids sort by time of creation."""

from uuid import UUID

from uuid_utils import compat


def new_id() -> UUID:
    """A fresh id, larger than every id made before it in this process."""
    return compat.uuid7()
