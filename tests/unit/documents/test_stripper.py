"""Copies made by processes of their own: whole or none, and never longer or larger than a copy may be."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from market.adapters.stripper import ChildStripper
from market.documents.bare import child
from market.documents.bare.pdf import pdf
from market.documents.store import ContentGoneError
from market.documents.stripping import NoCopyError
from market.documents.structs import MediaType
from specs.kit.errors import Unavailable
from tests.support.files import package, streamed
from tests.support.named_files import NAMED, named_pdf


async def copied(content: bytes, media_type: MediaType, seconds: float = 30.0) -> bytes:
    stripper = ChildStripper(seconds=seconds)
    return b"".join([piece async for piece in stripper.bare(streamed(content, 65_536), media_type)])


async def test_a_copy_made_apart_is_the_one_made_here() -> None:
    assert await copied(named_pdf(), MediaType.PDF) == pdf(named_pdf())


async def test_a_file_without_a_copy_is_told_so() -> None:
    with pytest.raises(NoCopyError, match=str(child.NO_COPY)):
        await copied(package(more={"xl/comments1.xml": b"<x/>"}), MediaType.XLSX)


async def test_an_archive_that_unpacks_to_more_than_any_office_file_is_not_unpacked() -> None:
    bomb = package(more={f"xl/worksheets/sheet{i}.xml": b" " * 30_000_000 for i in range(7)})
    assert len(bomb) < 1_000_000
    began = time.monotonic()
    with pytest.raises(NoCopyError, match=str(child.NO_COPY)):
        await copied(bomb, MediaType.XLSX)
    assert time.monotonic() - began < 10.0


async def test_pages_that_contain_each_other_have_no_copy() -> None:
    loop = b"<</Type/Pages/Kids[2 0 R]/Count 1>>"
    body = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj" + loop + b"endobj\n"
    with pytest.raises(NoCopyError):
        await copied(body + b"trailer<</Root 1 0 R>>\n%%EOF\n", MediaType.PDF)


async def test_one_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(NoCopyError, match="within"):
        await copied(NAMED[MediaType.PDF], MediaType.PDF, seconds=0.01)


async def test_who_waits_too_long_for_others_is_told_to_come_again() -> None:
    stripper = ChildStripper(seconds=0.5, at_once=1)

    async def slow() -> AsyncIterator[bytes]:
        await asyncio.sleep(60.0)
        yield b""

    first = asyncio.create_task(anext(stripper.bare(slow(), MediaType.PDF)))
    second = asyncio.create_task(anext(stripper.bare(slow(), MediaType.PDF)))
    answers = await asyncio.gather(first, second, return_exceptions=True)
    assert {type(answer) for answer in answers} == {NoCopyError, Unavailable}


async def test_what_breaks_the_reading_of_the_file_is_told_at_once() -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"%PDF-1.7"
        raise ContentGoneError

    began = time.monotonic()
    with pytest.raises(ContentGoneError):
        async for _ in ChildStripper().bare(broken(), MediaType.PDF):
            pass
    assert time.monotonic() - began < 10.0


async def test_a_copy_that_nobody_waits_for_any_more_leaves_no_process() -> None:
    before = children()
    content = ChildStripper().bare(streamed(named_pdf()), MediaType.PDF)
    task = asyncio.create_task(anext(content))
    while not (started := children() - before):  # noqa: ASYNC110 - nobody else says so
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not children() & started


def children() -> set[int]:
    """Processes whose parent is this one."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            pid, _, rest = stat.read_text().partition(" ")
            if int(rest.rpartition(")")[2].split()[1]) == os.getpid():
                found.add(int(pid))
    return found
