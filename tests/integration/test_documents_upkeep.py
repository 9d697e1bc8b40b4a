"""What the worker does for documents: the scanner is a real command, and what is old and nobody's is deleted."""

import os
import shlex
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from market.adapters.file_store import FileStore
from market.adapters.scanner import CommandScanner
from market.documents import scanning, sweeping
from market.documents.scanner import ScanFailedError
from market.http.examples import DOCUMENT
from specs.kit import clock
from specs.kit.ids import new_id
from specs.kit.tenancy import Role
from tests.support.api import client, serving
from tests.support.files import streamed
from tests.support.matched import Jobs
from tests.support.named_files import named_png
from tests.support.problems import assert_problem
from workers import schedule

# a stand-in for `clamdscan --no-summary -`: it reads what it is given and answers as that does
SCANNER = """#!{python}
import os, sys
content = sys.stdin.buffer.read()
open({seen!r}, "a").write(f"{{len(content)}} {{sorted(os.environ)}}\\n")
sys.exit(2 if b"BROKEN" in content else 1 if b"EICAR" in content else 0)
"""


@pytest.fixture
def command(tmp_path: Path) -> str:
    """The path of a scanner that notes what it was given in `seen` beside it."""
    path = tmp_path / "scan it"
    path.write_text(SCANNER.format(python=sys.executable, seen=str(tmp_path / "seen")))
    path.chmod(0o755)
    return shlex.quote(str(path))


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "documents")


@pytest_asyncio.fixture
async def yard(market, tmp_path, command) -> AsyncIterator[httpx.AsyncClient]:
    """Of an API that has a scanner."""
    party = await market.organisation("recycler", "Scanned Yard")
    documents = str(tmp_path / "documents")
    async with serving(market, documents=documents, scan_command=command) as api, client(api, party) as signed_in:
        yield signed_in


async def uploaded(caller: httpx.AsyncClient, content: str) -> str:
    made = await caller.post("/v1/documents", json=DOCUMENT)
    put = await caller.put(f"{made.headers['location']}/content", content=content)
    assert put.status_code == 200, put.text
    return str(made.headers["location"])


def files(folder: Path) -> set[str]:
    return {path.name for path in (folder / "documents").rglob("*") if path.is_file()}


async def scan(market, store: FileStore, command: str) -> None:
    """As the worker does by the clock."""
    tools = replace(Jobs(market).tools, store=store, scanner=CommandScanner(command))
    await schedule.scan_documents({"tools": tools})


async def test_a_document_is_read_by_nobody_before_the_scanner_has_looked(market, yard, store, command):
    place = await uploaded(yard, "a,b\n")
    assert (await yard.get(place)).json()["state"] == "pending"
    assert_problem(await yard.get(f"{place}/content"), 409, "document_not_scanned")
    await scan(market, store, command)
    assert (await yard.get(place)).json()["state"] == "ready"
    assert (await yard.get(f"{place}/content")).text == "a,b\n"


async def test_an_infected_document_is_refused_by_name_and_its_content_is_gone(market, yard, store, command, tmp_path):
    place = await uploaded(yard, "EICAR\n")
    await scan(market, store, command)
    assert (await yard.get(place)).json()["state"] == "infected"
    assert_problem(await yard.get(f"{place}/content"), 409, "document_infected")
    assert_problem(await yard.put(f"{place}/content", content="a,b\n"), 409, "document_uploaded")
    assert files(tmp_path) == set()
    (notice,) = (await yard.get("/v1/notices")).json()["items"]
    assert (notice["code"], notice["object_id"]) == ("document_infected", place.rsplit("/", 1)[1])
    assert DOCUMENT["name"] in notice["reason"]
    assert (await yard.delete(place)).status_code == 204


async def test_a_scanner_without_a_verdict_leaves_the_document_for_later(market, yard, store, command, tmp_path):
    place = await uploaded(yard, "BROKEN\n")
    for _ in range(2):
        await scan(market, store, command)
    assert (await yard.get(place)).json()["state"] == "pending"
    assert len((tmp_path / "seen").read_text().splitlines()) == 1
    scanner = CommandScanner(command)
    assert not await scanning.scan_next(market.database, store, scanner)
    async with market.superuser() as above:
        await above.execute("update document set scan_after = now() where state = 'pending'")
    assert await scanning.scan_next(market.database, store, scanner)


async def test_each_scan_is_audited(market, yard, store, command):
    places = [await uploaded(yard, content) for content in ("a,b\n", "EICAR\n")]
    await scan(market, store, command)
    async with market.superuser() as above:
        rows = await above.fetch(
            """select detail->>'state' from audit_event
               where action = 'scan' and object_id = any ($1::uuid[]) order by 1""",
            [UUID(place.rsplit("/", 1)[1]) for place in places],
        )
    assert [row[0] for row in rows] == ["infected", "ready"]


async def test_the_scanner_gets_the_bytes_and_neither_our_databases_nor_our_secrets(command, tmp_path, monkeypatch):
    for name in ("DATABASE_URL", "CAPILLARY_SECRET", "REDIS_URL"):
        monkeypatch.setenv(name, "hunter2")
    assert await CommandScanner(command).clean(streamed(b"x" * 300_000))
    (seen,) = (tmp_path / "seen").read_text().splitlines()
    assert seen.startswith("300000 ")
    assert not any(word in seen for word in ("DATABASE", "SECRET", "REDIS"))


@pytest.mark.parametrize(
    ("words", "why"),
    [("/nowhere/scanner -", "cannot start"), ("sleep 30", "no verdict"), ("sh -c 'exit 3'", "status 3")],
)
async def test_a_scanner_that_cannot_say_is_no_verdict(words, why):
    with pytest.raises(ScanFailedError, match=why):
        await CommandScanner(words, seconds=1.0).clean(streamed(b"x" * 10_000_000, 65_536))


async def test_a_scanner_need_not_read_to_the_end():
    assert await CommandScanner("true").clean(streamed(b"x" * 10_000_000, 65_536))
    assert not await CommandScanner("false").clean(streamed(b"x" * 10_000_000, 65_536))


async def test_files_of_no_document_are_deleted_when_they_are_a_day_old(market, yard, store, tmp_path):
    await uploaded(yard, "a,b\n")
    kept = files(tmp_path)
    lost, fresh = new_id(), new_id()
    for blob in (lost, fresh):
        await store.put(blob, streamed(b"x"))
    for path in (tmp_path / "documents").rglob("*"):
        if path.is_file() and path.name != fresh.hex:
            os.utime(path, (0, 0))
    tools = replace(Jobs(market).tools, store=store)
    for _ in range(2):
        await schedule.purge({"tools": tools})
    assert files(tmp_path) == kept | {fresh.hex}


async def test_documents_that_never_got_their_content_are_forgotten_after_a_day(market, yard):
    done = await uploaded(yard, "a,b\n")
    waiting = (await yard.post("/v1/documents", json=DOCUMENT)).headers["location"]
    for later, status in ((timedelta(hours=23), 200), (timedelta(hours=25), 404)):
        async with market.work(None, Role.ENGINE, at=clock.now() + later) as work:
            await sweeping.forgotten(work)
        assert (await yard.get(waiting)).status_code == status
    assert (await yard.get(done)).status_code == 200


async def test_what_the_scanner_finds_takes_the_copy_without_metadata_along(market, yard, store, command, tmp_path):
    made = await yard.post("/v1/documents", json=DOCUMENT | {"name": "a.png", "media_type": "image/png"})
    picture = named_png().replace(b"Tanaka", b"EICAR ")
    await yard.put(f"{made.headers['location']}/content", content=picture)
    assert len(files(tmp_path)) == 2

    await scan(market, store, command)

    assert (await yard.get(made.headers["location"])).json()["bare_sha256"] is None
    assert files(tmp_path) == set()
