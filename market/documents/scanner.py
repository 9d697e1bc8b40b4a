"""Who tells clean from infected: a port."""

from collections.abc import AsyncIterator
from typing import Protocol


class ScanFailedError(Exception):
    """The scanner gave no verdict."""


class Scanner(Protocol):
    """Any product."""

    async def clean(self, content: AsyncIterator[bytes]) -> bool:
        """The verdict on these bytes. Raises ScanFailedError."""
