"""Contents as files of one folder: `ab/abcdef….` by the last digits of their id, drafts in `incoming/`.

A name is made of a UUID of ours alone. A file is whole or not there: written as a draft, synced, renamed, and its
folder synced. Several processes and machines may share the folder.
"""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final, TypeVar
from uuid import UUID

import structlog

from market.documents.store import ContentGoneError, Stored
from specs.kit.errors import Unavailable

T = TypeVar("T")
_PIECE: Final = 256 * 1024
log = structlog.get_logger(__name__)


class FileStore:
    """Disk work happens in threads."""

    def __init__(self, folder: Path) -> None:
        """Nothing is touched before the first use."""
        self._folder = folder
        self._incoming = folder / "incoming"

    async def put(self, blob: UUID, content: AsyncIterator[bytes]) -> Stored:
        """All of it or nothing, and on disk when this returns. Raises what `content` raises, and Unavailable."""
        draft = await _apart(self._draft, blob)
        try:
            async for chunk in content:
                await _apart(draft.write, chunk)
            return await _apart(self._keep, draft, blob)
        finally:
            # after a rename there is nothing left to unlink
            await asyncio.shield(asyncio.to_thread(draft.discard))

    async def open(self, blob: UUID) -> AsyncIterator[bytes]:
        """Its bytes in order. Raises ContentGoneError before the first, and Unavailable."""
        try:
            file = await _apart(self._read, blob)
        except FileNotFoundError as gone:
            raise ContentGoneError(blob) from gone
        return _pieces(file)

    async def delete(self, blob: UUID) -> None:
        """Deleting what is not there is no error."""
        await asyncio.to_thread(self._path(blob).unlink, missing_ok=True)

    async def older(self, before: datetime, most: int) -> list[UUID]:
        """Contents written before then; drafts of that age are deleted."""
        return await asyncio.to_thread(self._older, before.timestamp(), most)

    def _path(self, blob: UUID) -> Path:
        # the last digits of a UUIDv7 are random, so no folder grows faster than the others
        return self._folder / blob.hex[-2:] / blob.hex

    def _read(self, blob: UUID) -> BinaryIO:
        return self._path(blob).open("rb")

    def _draft(self, blob: UUID) -> "_Draft":
        # one by one: parents would be made for everyone to read
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._incoming.mkdir(mode=0o700, exist_ok=True)
        return _Draft(self._incoming / blob.hex)

    def _keep(self, draft: "_Draft", blob: UUID) -> Stored:
        stored = draft.finish()
        path = self._path(blob)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        draft.path.rename(path)
        for folder in (path.parent, self._folder):
            _sync(folder)
        return stored

    def _older(self, before: float, most: int) -> list[UUID]:
        found: list[UUID] = []
        for folder in sorted(self._folder.glob("*/")):
            for path in folder.iterdir():
                with suppress(FileNotFoundError, ValueError):
                    blob, written = UUID(hex=path.name), path.stat().st_mtime
                    if written >= before:
                        continue
                    if folder == self._incoming:
                        path.unlink()
                    else:
                        found.append(blob)
                if len(found) == most:
                    return found
        return found


class _Draft:
    """A file that is being written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._size = 0
        self._digest = hashlib.sha256()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self._file = os.fdopen(descriptor, "wb")

    def write(self, chunk: bytes) -> None:
        self._file.write(chunk)
        self._digest.update(chunk)
        self._size += len(chunk)

    def finish(self) -> Stored:
        """On disk when this returns."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return Stored(self._size, self._digest.digest())

    def discard(self) -> None:
        with suppress(OSError):
            self._file.close()
        self.path.unlink(missing_ok=True)


async def _apart(run: Callable[..., T], *arguments: object) -> T:
    """In a thread. A disk that is full or away is nothing that the caller did: Unavailable."""
    try:
        return await asyncio.to_thread(run, *arguments)
    except FileNotFoundError:
        raise
    except OSError as error:
        log.error("store.broken", error=type(error).__name__, errno=error.errno)  # noqa: TRY400 - raised below
        raise Unavailable from error


async def _pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    with file:
        while piece := await asyncio.to_thread(file.read, _PIECE):
            yield piece


def _sync(folder: Path) -> None:
    """Names that were made in the folder are on disk when this returns."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
