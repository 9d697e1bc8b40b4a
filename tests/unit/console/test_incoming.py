"""A form with files, read in pieces of any size."""

from collections.abc import AsyncIterator

import pytest

from market.console.incoming import Incoming
from market.http.body import MAX_BYTES
from market.http.refusal import Refusal

FORM = (
    b'--b\r\nContent-Disposition: form-data; name="_csrf"\r\n\r\ntoken\r\n'
    b'--b\r\nContent-Disposition: form-data; name="/text"\r\n\r\n\xe9\x8a\x85\r\n'
    b'--b\r\nContent-Disposition: form-data; name="/files"; filename="a.pdf"\r\n\r\nfirst\r\n--c\r\n'
    b'--b\r\nContent-Disposition: form-data; name="/files"; filename=""\r\n\r\n\r\n'
    b'--b\r\nContent-Disposition: form-data; name="/files"; filename="b.pdf"\r\n\r\nsecond\r\n--b--\r\n'
)  # fmt: skip
FIELDS = [("_csrf", "token"), ("/text", "銅")]


async def sent(body: bytes, size: int = 7) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]
    yield b""


async def read(incoming: Incoming) -> list[tuple[str, bytes]]:
    return [(file.name, b"".join([piece async for piece in file.content])) async for file in incoming.files()]


@pytest.mark.parametrize("size", [1, 2, 7, 64, len(FORM)])
async def test_fields_come_first_and_files_are_whole_however_they_are_cut(size: int) -> None:
    incoming = Incoming(sent(FORM, size), "b")
    assert await incoming.fields() == FIELDS
    assert await read(incoming) == [("a.pdf", b"first\r\n--c"), ("b.pdf", b"second")]


async def test_no_file_is_read_before_it_is_asked_for() -> None:
    taken = 0

    async def counted() -> AsyncIterator[bytes]:
        nonlocal taken
        async for piece in sent(FORM, 1):
            taken += 1
            yield piece

    assert await Incoming(counted(), "b").fields() == FIELDS
    assert taken <= FORM.index(b"first") + 1


async def test_what_nobody_reads_of_a_file_is_passed_over() -> None:
    incoming = Incoming(sent(FORM), "b")
    assert [file.name async for file in incoming.files()] == ["a.pdf", "b.pdf"]


@pytest.mark.parametrize("body", [b"", b"--b", FORM[:-9], b"no form at all"])
async def test_half_a_form_is_refused(body: bytes) -> None:
    incoming = Incoming(sent(body), "b")
    with pytest.raises(Refusal, match="bad_request"):
        await read(incoming)


async def test_fields_are_bounded() -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="/text"\r\n\r\n'  # fmt: skip
    incoming = Incoming(sent(head + b"x" * (MAX_BYTES + 1), 10_000), "b")
    with pytest.raises(Refusal, match="body_too_large"):
        await incoming.fields()


async def test_what_stands_between_files_is_bounded() -> None:
    more = b'--b\r\nContent-Disposition: form-data; name="/text"\r\n\r\n' + b"x" * (MAX_BYTES + 1)
    incoming = Incoming(sent(FORM[: FORM.rindex(b"--b--")] + more, 10_000), "b")
    with pytest.raises(Refusal, match="body_too_large"):
        await read(incoming)


async def test_a_text_in_another_encoding_is_refused() -> None:
    incoming = Incoming(sent(FORM.replace(b"\xe9\x8a\x85", b"\xff\xfe")), "b")
    with pytest.raises(Refusal, match="invalid_encoding"):
        await incoming.fields()
