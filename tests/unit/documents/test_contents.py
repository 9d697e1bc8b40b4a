"""Bytes on their way out are held against the digest of those that came in."""

import hashlib

import pytest

from market.documents.contents import ContentDamagedError, verified
from tests.support.files import streamed

CONTENT = bytes(range(256)) * 40


async def test_undamaged_bytes_pass_as_they_are():
    got = [chunk async for chunk in verified(streamed(CONTENT), hashlib.sha256(CONTENT).digest())]
    assert b"".join(got) == CONTENT


@pytest.mark.parametrize("damaged", [CONTENT[:-1], CONTENT + b"x", b"x" + CONTENT[1:], b""])
async def test_of_damaged_bytes_the_last_never_pass(damaged):
    got = []

    async def collect() -> None:
        async for chunk in verified(streamed(damaged), hashlib.sha256(CONTENT).digest()):
            got.append(chunk)  # noqa: PERF401 - those before the error count

    with pytest.raises(ContentDamagedError):
        await collect()
    assert len(b"".join(got)) < len(CONTENT)
