"""Copies without metadata, each made by a process of its own: what a hostile file breaks or holds up is that process.

Few at once, so that uploads cannot take all memory; who comes then waits, and not for long.
"""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from market.documents.stripping import NoCopyError
from market.documents.structs import MediaType
from specs.kit.errors import Unavailable

SECONDS: Final = 30.0
_AT_ONCE: Final = 2
_PIECE: Final = 256 * 1024
# neither our databases nor our secrets
_PASSED: Final = ("PATH", "LANG", "PYTHONPATH")


class ChildStripper:
    """Starts `market.documents.bare.child` for each file."""

    def __init__(self, *, seconds: float = SECONDS, at_once: int = _AT_ONCE) -> None:
        """`seconds` are how long one copy may take, and how long one waits to begin."""
        self._seconds = seconds
        self._slots = asyncio.Semaphore(at_once)

    async def bare(self, content: AsyncIterator[bytes], media_type: MediaType) -> AsyncGenerator[bytes]:
        """The copy's bytes; all of them or NoCopyError. Raises Unavailable where too many wait, and what `content`
        raises."""
        async with self._slot():
            process = await _started(media_type)
            assert process.stdin is not None  # noqa: S101 - a pipe was asked for
            assert process.stdout is not None  # noqa: S101 - same
            feeding = asyncio.create_task(_feed(process.stdin, content))
            try:
                async with asyncio.timeout(self._seconds):
                    while piece := await process.stdout.read(_PIECE):
                        yield piece
                    await feeding
                    status = await process.wait()
            except TimeoutError:
                raise NoCopyError(f"none within {self._seconds:.0f} s") from None
            finally:
                feeding.cancel()
                if process.returncode is None:
                    process.kill()
                    await process.wait()
                await asyncio.gather(feeding, return_exceptions=True)
        if status != 0:
            raise NoCopyError(f"exit status {status}")

    @asynccontextmanager
    async def _slot(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._seconds):
                await self._slots.acquire()
        except TimeoutError:
            raise Unavailable from None
        try:
            yield
        finally:
            self._slots.release()


async def _started(media_type: MediaType) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "market.documents.bare.child", str(os.getpid()), media_type.value),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={name: os.environ[name] for name in _PASSED if name in os.environ},
        )
    except OSError as error:
        # no memory or no process left: it may be there in a moment
        raise Unavailable from error


async def _feed(pipe: asyncio.StreamWriter, content: AsyncIterator[bytes]) -> None:
    """A copy need not read to the end; what cannot be read ends the input, so that nobody waits for more."""
    try:
        with suppress(BrokenPipeError, ConnectionResetError):
            async for chunk in content:
                pipe.write(chunk)
                await pipe.drain()
    finally:
        pipe.close()
        with suppress(BrokenPipeError, ConnectionResetError):
            await pipe.wait_closed()
