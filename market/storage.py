"""Where the bytes of documents are, as the settings say it: for the roots."""

from pathlib import Path

from market.adapters.file_store import FileStore
from market.adapters.stripper import ChildStripper
from market.documents.contents import MEGABYTE, Contents, Limits
from market.documents.store import NoStore, Store
from market.settings import Settings


def store(settings: Settings) -> Store:
    """A folder, or no place at all."""
    return FileStore(Path(settings.documents)) if settings.documents else NoStore()


def contents(settings: Settings) -> Contents:
    """On their way in and out, within the limits of the settings."""
    most, quota = settings.document_mb * MEGABYTE, settings.documents_mb * MEGABYTE
    return Contents(store(settings), Limits(most, quota, scanned=settings.scan_command is not None), ChildStripper())
