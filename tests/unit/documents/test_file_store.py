"""The folder of contents: whole or not there, and nothing left behind."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from market.adapters.file_store import FileStore
from market.documents.store import ContentGoneError
from specs.kit.errors import Unavailable
from specs.kit.ids import new_id
from tests.support.files import streamed

CONTENT = bytes(range(256)) * 3000
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def whole(store: FileStore, blob: UUID) -> bytes:
    return b"".join([chunk async for chunk in await store.open(blob)])


async def test_what_was_put_is_read_again_with_its_size_and_digest(tmp_path):
    store, blob = FileStore(tmp_path / "new"), new_id()
    stored = await store.put(blob, streamed(CONTENT, 70_001))
    assert (stored.size, stored.sha256) == (len(CONTENT), hashlib.sha256(CONTENT).digest())
    assert await whole(store, blob) == CONTENT
    (path,) = files(tmp_path)
    assert (path.name, path.stat().st_mode & 0o777) == (blob.hex, 0o600)
    assert {folder.stat().st_mode & 0o777 for folder in (path.parent, *tmp_path.rglob("*/"))} == {0o700}


async def test_a_sender_who_fails_leaves_nothing(tmp_path):
    async def broken() -> AsyncIterator[bytes]:
        yield CONTENT
        raise ConnectionResetError

    store = FileStore(tmp_path)
    with pytest.raises(ConnectionResetError):
        await store.put(new_id(), broken())
    assert files(tmp_path) == []


async def test_a_cancelled_upload_leaves_nothing(tmp_path):
    began = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 1000
            began.set()
            await asyncio.sleep(0.001)

    task = asyncio.create_task(FileStore(tmp_path).put(new_id(), endless()))
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert files(tmp_path) == []


async def test_what_is_not_there_is_told_apart_and_deleted_without_error(tmp_path):
    store, blob = FileStore(tmp_path), new_id()
    with pytest.raises(ContentGoneError):
        await store.open(blob)
    await store.delete(blob)
    await store.put(blob, streamed(CONTENT))
    await store.delete(blob)
    assert files(tmp_path) == []


async def test_a_folder_that_cannot_be_made_is_an_outage(tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(Unavailable):
        await FileStore(tmp_path / "taken").put(new_id(), streamed(CONTENT))


async def test_only_what_is_old_is_told_and_old_drafts_are_deleted(tmp_path):
    store, old, young = FileStore(tmp_path), new_id(), new_id()
    for blob in (old, young):
        await store.put(blob, streamed(CONTENT))
    (tmp_path / "incoming" / new_id().hex).write_bytes(b"half")
    (tmp_path / "notes.txt").write_text("an operator's")
    for path in files(tmp_path):
        if path.name != young.hex:
            os.utime(path, (LONG_AGO.timestamp(),) * 2)
    assert await store.older(LONG_AGO + timedelta(days=1), 10) == [old]
    assert {path.name for path in files(tmp_path)} == {old.hex, young.hex, "notes.txt"}


async def test_no_more_is_told_at_once_than_was_asked_for(tmp_path):
    store = FileStore(tmp_path)
    for _ in range(5):
        await store.put(new_id(), streamed(b"x"))
    assert len(await store.older(datetime.now(UTC) + timedelta(hours=1), 3)) == 3
