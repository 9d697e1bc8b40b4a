"""The scanner as a command that reads the file on its standard input: exit status 0 is clean, 1 is infected.

That is how ClamAV's own client answers (`clamdscan --no-summary -`), which speaks to its daemon wherever that is; any
other product fits behind a line of shell. Speaking the daemon's socket ourselves would serve that one product only.
"""

import asyncio
import os
import shlex
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final

from market.documents.scanner import ScanFailedError

SECONDS: Final = 45.0
_CLEAN, _INFECTED = 0, 1
# the scanner is told neither our databases nor our secrets
_PASSED: Final = ("PATH", "HOME", "LANG", "TMPDIR")


class CommandScanner:
    """Starts the command for each file."""

    def __init__(self, command: str, *, seconds: float = SECONDS) -> None:
        """`command` is split as a shell would, but no shell runs it."""
        self._words = shlex.split(command)
        self._seconds = seconds

    async def clean(self, content: AsyncIterator[bytes]) -> bool:
        """The verdict on these bytes. Raises ScanFailedError where the command cannot run, is too slow, or fails."""
        environment = {name: os.environ[name] for name in _PASSED if name in os.environ}
        try:
            process = await asyncio.create_subprocess_exec(
                *self._words,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                env=environment,
                start_new_session=True,
            )
        except OSError as error:
            raise ScanFailedError(f"cannot start {self._words[0]}: {error.strerror}") from error
        try:
            async with asyncio.timeout(self._seconds):
                status = await _fed(process, content)
        except TimeoutError:
            raise ScanFailedError(f"no verdict within {self._seconds:.0f} s") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if status not in (_CLEAN, _INFECTED):
            raise ScanFailedError(f"exit status {status}")
        return status == _CLEAN


async def _fed(process: asyncio.subprocess.Process, content: AsyncIterator[bytes]) -> int:
    """The exit status; a scanner need not read to the end."""
    if process.stdin is None:
        raise ScanFailedError("the command takes no input")
    with suppress(BrokenPipeError, ConnectionResetError):
        async for chunk in content:
            process.stdin.write(chunk)
            await process.stdin.drain()
    with suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.close()
        await process.stdin.wait_closed()
    return await process.wait()
