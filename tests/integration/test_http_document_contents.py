"""The bytes of documents over HTTP: once in, checked, and out again to those who may."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from market.documents.structs import EXTENSIONS, MediaType
from market.http.examples import DOCUMENT, DOCUMENT_CONTENT
from tests.support.api import client, serving
from tests.support.files import GOOD, PDF, package, png, streamed
from tests.support.problems import assert_problem

ABSENT = "01900000-0000-7000-8000-000000000000"
MEGABYTE = 1_000_000


async def announced(caller: httpx.AsyncClient, media_type: MediaType = MediaType.CSV, name: str = "a") -> str:
    """Where the content of a new document goes."""
    told = {"kind": "assay_report", "name": name + EXTENSIONS[media_type][0], "media_type": media_type.value}
    made = await caller.post("/v1/documents", json=told)
    assert made.status_code == 201, made.text
    return str(made.headers["location"]) + "/content"


def digest(content: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


def folder(api: Any) -> Path:
    return Path(api.settings.documents)


def files(api: Any) -> set[Path]:
    return {path for path in folder(api).rglob("*") if path.is_file()}


@pytest.mark.parametrize("media_type", MediaType)
async def test_each_type_goes_in_and_comes_out_unchanged_guarded_as_a_strangers_page(yard, media_type):
    place = await announced(yard, media_type, "計量票")
    put = await yard.put(place, content=GOOD[media_type], headers={"content-type": media_type.value})
    assert put.status_code == 200, put.text
    got = await yard.get(place)
    sha256 = hashlib.sha256(GOOD[media_type]).hexdigest()
    assert (got.status_code, got.content, put.json()["sha256"]) == (200, GOOD[media_type], sha256)
    assert (
        dict(got.headers).items()
        >= {
            "content-type": media_type.value,
            "content-length": str(len(GOOD[media_type])),
            "etag": f'"{sha256}"',
            "repr-digest": digest(GOOD[media_type]),
            "cache-control": "private, no-store",
            "x-content-type-options": "nosniff",
            "content-security-policy": "default-src 'none'; sandbox",
        }.items()
    )
    assert got.headers["content-disposition"].startswith('attachment; filename="___')
    assert "%E8%A8%88%E9%87%8F%E7%A5%A8" in got.headers["content-disposition"]


async def test_a_head_tells_the_size_and_sends_nothing(yard):
    place = await announced(yard)
    await yard.put(place, content=DOCUMENT_CONTENT)
    head = await yard.head(place)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(DOCUMENT_CONTENT))


@pytest.mark.parametrize(
    ("media_type", "content", "code"),
    [
        (MediaType.PDF, b"<!DOCTYPE html><script>alert(1)</script>", "content_differs"),
        (MediaType.PDF, PDF + package(), "content_hidden"),
        (MediaType.PNG, png() + package(), "content_hidden"),
        (MediaType.XLSX, PDF + package(), "content_differs"),
        (MediaType.XLSX, package(more={"xl/vbaProject.bin": b"x"}), "content_active"),
        (MediaType.CSV, b"a,b\x00c", "content_differs"),
        (MediaType.CSV, b"", "document_empty"),
    ],
)
async def test_what_is_not_what_it_says_is_refused_and_leaves_nothing(yard, api, media_type, content, code):
    place = await announced(yard, media_type)
    before = files(api)
    assert_problem(await yard.put(place, content=content), 422, code)
    assert files(api) == before
    assert (await yard.get(place.removesuffix("/content"))).json()["state"] == "awaiting"
    assert (await yard.put(place, content=GOOD[media_type])).status_code == 200


async def test_a_media_type_other_than_the_announced_one_is_refused(yard):
    place = await announced(yard, MediaType.TEXT)
    wrong = await yard.put(place, content=b"text", headers={"content-type": "text/html"})
    assert_problem(wrong, 422, "content_differs")
    right = await yard.put(place, content=b"text", headers={"content-type": "Text/Plain; charset=utf-8"})
    assert right.status_code == 200


async def test_a_size_that_is_announced_as_too_large_is_refused_before_a_byte_is_read(yard):
    read = []

    async def unread() -> AsyncIterator[bytes]:
        read.append(True)
        yield b"x"

    place = await announced(yard)
    answer = await yard.put(place, content=unread(), headers={"content-length": str(20 * MEGABYTE + 1)})
    assert assert_problem(answer, 413, "document_too_large")["params"] == {"limit": 20 * MEGABYTE}
    assert read == []


async def test_a_size_that_is_not_announced_is_refused_as_soon_as_it_is_too_large(yard, api):
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(100):
            sent += MEGABYTE
            yield b"x" * MEGABYTE

    before = files(api)
    assert_problem(await yard.put(await announced(yard, MediaType.TEXT), content=endless()), 413, "document_too_large")
    assert sent == 21 * MEGABYTE
    assert files(api) == before


async def test_twenty_megabytes_pass_and_no_other_route_takes_more_than_before(yard):
    text = b"0123456789abcde\n" * (20 * MEGABYTE // 16)
    assert (await yard.put(await announced(yard, MediaType.TEXT), content=streamed(text, 65_536))).status_code == 200
    fat = DOCUMENT | {"name": "x" * MEGABYTE}
    assert_problem(await yard.post("/v1/documents", json=fat), 413, "body_too_large")


async def test_a_digest_that_is_given_must_be_the_contents(yard):
    content = DOCUMENT_CONTENT.encode()
    for field in ("Content-Digest", "Repr-Digest"):
        place = await announced(yard)
        wrong = await yard.put(place, content=content, headers={field: digest(b"other")})
        assert_problem(wrong, 422, "digest_mismatch")
        right = await yard.put(place, content=content, headers={field: f"md5=:AA==:, {digest(content)};a=1"})
        assert right.status_code == 200


async def test_an_empty_digest_says_nothing(yard):
    assert (await yard.put(await announced(yard), content=b"a\n", headers={"Repr-Digest": ""})).status_code == 200


async def test_two_digests_that_disagree_cannot_both_be_the_contents(yard):
    headers = {"Content-Digest": digest(b"a,b\n"), "Repr-Digest": digest(b"other")}
    answer = await yard.put(await announced(yard), content=b"a,b\n", headers=headers)
    assert_problem(answer, 422, "digest_mismatch")


@pytest.mark.parametrize("value", ["sha-256", "sha-256=abc", "sha-256=:AA==:", "sha-256=:?:", "=:AA==:", ","])
async def test_a_malformed_digest_is_told(yard, value):
    answer = await yard.put(await announced(yard), content=b"a", headers={"Repr-Digest": value})
    assert assert_problem(answer, 400, "invalid_header")["errors"][0]["parameter"] == "Repr-Digest"


async def test_the_same_bytes_again_change_nothing_and_others_are_refused(yard, api):
    place = await announced(yard)
    first = await yard.put(place, content=DOCUMENT_CONTENT)
    before = files(api)
    again = await yard.put(place, content=DOCUMENT_CONTENT)
    assert (again.status_code, again.content) == (200, first.content)
    assert_problem(await yard.put(place, content=b"b,c\n"), 409, "document_uploaded")
    assert files(api) == before
    assert (await yard.get(place)).text == DOCUMENT_CONTENT


async def test_of_uploads_at_once_one_is_kept_and_the_files_of_the_others_are_gone(yard, api):
    place = await announced(yard, MediaType.TEXT)
    before = files(api)
    contents = [f"attempt {i}\n".encode() * 5000 for i in range(8)]
    answers = await asyncio.gather(*(yard.put(place, content=streamed(one)) for one in contents))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    won = next(i for i, answer in enumerate(answers) if answer.status_code == 200)
    assert (await yard.get(place)).content == contents[won]
    assert len(files(api) - before) == 1


async def test_an_upload_to_what_is_not_there_is_refused_before_it_is_stored(yard, mill, api):
    before = files(api)
    hidden = await announced(mill)
    answers = [await yard.put(f"/v1/documents/{ABSENT}/content", content=b"x"), await yard.put(hidden, content=b"x")]
    assert [answer.json() for answer in answers] == [assert_problem(answers[0], 404, "not_found")] * 2
    assert files(api) == before


async def test_nothing_tells_a_rivals_document_from_one_that_is_not_there(yard, mill):
    place = await announced(mill)
    await mill.put(place, content=DOCUMENT_CONTENT)
    for path in (place, place.removesuffix("/content")):
        absent = path.replace(place.split("/")[3], ABSENT)
        theirs, none = await yard.get(path), await yard.get(absent)
        assert (theirs.status_code, theirs.content) == (none.status_code, none.content) == (404, none.content)
        kept = [{k: v for k, v in answer.headers.items() if k != "x-request-id"} for answer in (theirs, none)]
        assert kept[0] == kept[1]


async def test_a_document_without_content_cannot_be_downloaded(yard):
    assert_problem(await yard.get(await announced(yard)), 409, "document_awaiting")


async def test_a_file_that_is_lost_is_an_outage(yard, api):
    place, before = await announced(yard), files(api)
    await yard.put(place, content=DOCUMENT_CONTENT)
    (path,) = files(api) - before
    path.unlink()
    assert_problem(await yard.get(place), 503, "unavailable")


async def test_an_organisation_whose_room_is_full_uploads_no_more(market, tmp_path):
    party = await market.organisation("recycler", "Hoarder")
    async with serving(market, documents=str(tmp_path), documents_mb=1) as api, client(api, party) as hoarder:
        full = await hoarder.put(await announced(hoarder, MediaType.TEXT), content=b"x" * MEGABYTE)
        assert full.status_code == 200
        more = await hoarder.put(await announced(hoarder, MediaType.TEXT), content=b"x")
        assert assert_problem(more, 409, "document_quota")["params"] == {"limit": MEGABYTE}


async def test_where_no_place_is_set_an_upload_is_refused_by_name(market):
    party = await market.organisation("recycler", "Early Yard")
    async with serving(market) as api, client(api, party) as early:
        assert_problem(await early.put(await announced(early), content=b"a,b\n"), 503, "documents_unset")
