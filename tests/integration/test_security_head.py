"""A real server on a real port: the head of a request has an end, and HEAD keeps its connection."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
import uvicorn

from market.http.protocol import MAX_HEAD_BYTES, BoundedProtocol
from market.http.shell import Shell

BODY = b"a" * 700_000


class Uncounted:
    """Metrics that nobody reads."""

    def observe(self, *_: object) -> None:
        """Nothing to count."""


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Answers with the length of the body."""
    length, more = 0, True
    while more:
        message = await receive()
        length, more = length + len(message.get("body", b"")), message.get("more_body", False)
    text = str(length).encode()
    headers = [(b"content-length", str(len(text)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": text})


@pytest_asyncio.fixture
async def port() -> AsyncIterator[int]:
    shell = Shell(echo, Uncounted(), {})  # type: ignore[arg-type]
    config = uvicorn.Config(shell, port=0, http=BoundedProtocol, lifespan="off", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    # serve() would take over the signals of the test run
    task = asyncio.create_task(server._serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await task


async def test_a_head_without_end_is_refused_before_it_fills_the_memory(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: ")
    sent = 0
    with contextlib.suppress(ConnectionError):
        while sent < 20 * MAX_HEAD_BYTES and not reader.at_eof():
            writer.write(b"a" * 65_536)
            await writer.drain()
            sent += 65_536
            await asyncio.sleep(0.001)
    assert sent < 20 * MAX_HEAD_BYTES
    writer.close()


async def test_bodies_and_many_requests_on_one_connection_are_no_head(port: int) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        for _ in range(3):
            assert (await client.post("/", content=BODY)).text == str(len(BODY))
        long = {"x-long": "a" * 60_000}
        for _ in range(8):
            assert (await client.get("/", headers=long)).text == "0"


@pytest.mark.parametrize(
    "request_line", [b"FOO / HTTP/1.1", "GET /v1/lots?limit=５ HTTP/1.1".encode(), b"GET / HTTP/x", b"\x16\x03\x01"]
)
async def test_what_is_no_http_is_refused_as_a_problem(port: int, request_line: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request_line + b"\r\nHost: x\r\n\r\n")
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"\r\ncontent-type: application/problem+json\r\n" in head
    assert json.loads(body) == {
        "type": "/problems/bad-request",
        "title": "The request is not valid",
        "status": 400,
        "detail": "The request is not valid",
        "code": "bad_request",
        "params": {},
        "errors": [],
    }
    writer.close()


async def test_an_answer_to_head_keeps_the_connection(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(2):
        writer.write(b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = await reader.readuntil(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 200")
    writer.close()
