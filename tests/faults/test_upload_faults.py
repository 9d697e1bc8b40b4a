"""Uploads to a real process that is killed, fed too much, or left alone in the middle. Budget: 60 s on two cores."""

import hashlib
import http.client
import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from market.adapters.file_store import FileStore
from market.documents import sweeping
from specs.kit.tenancy import Role
from tests.support.api import settings
from tests.support.launched import until
from tests.support.market import Market
from tests.support.served import ServerProcess, served

pytestmark = pytest.mark.faults
TEXT = {"kind": "other", "name": "a.txt", "media_type": "text/plain"}
PIECE = b"0123456789abcde\n" * 4096
MEGABYTE = 1_000_000


def caller(server: ServerProcess, key: str) -> httpx.Client:
    """Signed in."""
    return httpx.Client(base_url=server.address, headers={"authorization": key}, timeout=20)


def announced(signed_in: httpx.Client) -> str:
    """The path of a new document's content."""
    return str(signed_in.post("/v1/documents", json=TEXT).headers["location"]) + "/content"


class HalfSent:
    """An upload in chunks that the test sends one by one."""

    def __init__(self, server: ServerProcess, path: str, key: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        self._connection.putrequest("PUT", path)
        self._connection.putheader("Authorization", key)
        self._connection.putheader("Transfer-Encoding", "chunked")
        self._connection.endheaders()

    def send(self, content: bytes) -> None:
        self._connection.send(b"%x\r\n%s\r\n" % (len(content), content))

    def status(self) -> int:
        return self._connection.getresponse().status

    def close(self) -> None:
        self._connection.close()


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def server(market: Market, tmp_path: Path) -> Iterator[ServerProcess]:
    with served(settings(market, documents=str(tmp_path))) as process:
        yield process


async def test_a_kill_in_the_middle_leaves_a_document_that_can_be_uploaded_again(market, server, tmp_path):
    key = f"Bearer {(await market.organisation()).api_key}"
    with caller(server, key) as yard:
        path = announced(yard)
    half = HalfSent(server, path, key)
    for _ in range(20):
        half.send(PIECE)
    assert until(lambda: any(file.stat().st_size for file in files(tmp_path)))
    server.kill()
    half.close()
    (draft,) = files(tmp_path)
    assert draft.parent.name == "incoming"
    server.start()
    with caller(server, key) as yard:
        before = yard.get(path.removesuffix("/content")).json()
        assert (before["state"], before["size"]) == ("awaiting", None)
        put = yard.put(path, content=PIECE)
        assert (put.status_code, put.json()["sha256"]) == (200, hashlib.sha256(PIECE).hexdigest())
        assert yard.get(path).content == PIECE
    # what the kill left is swept once it is old
    os.utime(draft, (0, 0))
    async with market.work(None, Role.ENGINE) as work:
        await sweeping.orphans(work, FileStore(tmp_path))
    assert [file.parent.name != "incoming" for file in files(tmp_path)] == [True]


async def test_a_sender_who_hangs_up_leaves_nothing(market, server, tmp_path):
    key = f"Bearer {(await market.organisation()).api_key}"
    with caller(server, key) as yard:
        half = HalfSent(server, announced(yard), key)
    half.send(PIECE)
    assert until(lambda: bool(files(tmp_path)))
    half.close()
    assert until(lambda: not files(tmp_path))


async def test_too_much_is_answered_in_the_middle_and_never_held_in_memory(market, server, tmp_path):
    key = f"Bearer {(await market.organisation()).api_key}"
    with caller(server, key) as yard:
        yard.put(announced(yard), content=PIECE)
        before = server.most_kilobytes()
        put = yard.put(announced(yard), content=PIECE * (19 * MEGABYTE // len(PIECE)))
        assert put.status_code == 200
        half = HalfSent(server, announced(yard), key)
    for _ in range(20 * MEGABYTE // len(PIECE) + 1):
        half.send(PIECE)
    assert half.status() == 413
    half.close()
    assert server.most_kilobytes() - before < 12_000
    assert len(files(tmp_path)) == 2
