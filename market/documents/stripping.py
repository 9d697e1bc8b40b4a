"""Making a copy of a document without its metadata: a port, as the scanner is, since it runs outside this process."""

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Protocol

from market.documents.structs import MediaType


class NoCopyError(Exception):
    """There is none: the file cannot be freed with certainty, or is too large or too slow to be."""


class Stripper(Protocol):
    """Turns one content into another."""

    def bare(self, content: AsyncIterator[bytes], media_type: MediaType) -> AsyncGenerator[bytes]:
        """The copy's bytes; all of them or NoCopyError. Raises Unavailable, and what `content` raises."""
