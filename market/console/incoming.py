"""A form with files as it comes: its fields first, then one file after the other, none of them held whole.

Forms of ours put their files last. What is in a field after a file is not looked at.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Final

import msgspec
from multipart import MultipartError, MultipartSegment, PushMultipartParser

from market.http.body import MAX_BYTES
from market.http.refusal import FieldError, Refusal

# of the longest form, a lot with 500 results, there are about 7,000
MOST_FIELDS: Final = 10_000
# fields and files of one form that brings files
_MOST_PARTS: Final = 1000


class Arriving(msgspec.Struct, frozen=True):
    """A file whose bytes are still on their way: whoever asks for the next one has done with it."""

    name: str
    content: AsyncIterator[bytes]


class Incoming:
    """One form, read once from its beginning to its end."""

    def __init__(self, stream: AsyncIterator[bytes], boundary: str) -> None:
        self._events = _events(stream, boundary)
        self._fields: list[tuple[str, str]] | None = None
        # a file whose head was read and whose bytes were not
        self._ahead: MultipartSegment | None = None
        # bytes of what is no file
        self._beside = 0

    async def fields(self) -> list[tuple[str, str]]:
        """Those before the first file. Raises Refusal where they are no form, or more than a form may have."""
        if self._fields is None:
            self._fields = []
            await self._head(self._fields)
        return self._fields

    async def files(self) -> AsyncIterator[Arriving]:
        """In the order of the form; a control without a file brings none."""
        await self.fields()
        while self._ahead is not None:
            file, self._ahead = self._ahead, None
            yield Arriving(file.filename or "", self._content())
            await self._next()

    async def _head(self, fields: list[tuple[str, str]]) -> None:
        name, text = "", bytearray()
        async for event in self._events:
            if isinstance(event, MultipartSegment):
                if event.filename:
                    self._ahead = event
                    return
                name, text = event.name or "", bytearray()
            elif event is not None:
                text += event
                self._count(event)
            else:
                fields.append((name, _text(text)))

    async def _content(self) -> AsyncIterator[bytes]:
        async for event in self._events:
            if not isinstance(event, bytes | bytearray):
                return
            yield bytes(event)

    async def _next(self) -> None:
        """On to the next file, over what nobody wanted of this one."""
        async for event in self._events:
            if isinstance(event, MultipartSegment) and event.filename:
                self._ahead = event
                return
            if isinstance(event, bytes | bytearray):
                self._count(event)

    def _count(self, piece: bytes | bytearray) -> None:
        """Of what is no file there is no more than a form may have."""
        self._beside += len(piece)
        if self._beside > MAX_BYTES:
            raise Refusal("body_too_large", {"limit": MAX_BYTES})


async def limited(stream: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
    """A form without files, in no more than a form may have.

    Raises Refusal before it reads on: body_too_large, and invalid_body for more fields than any page of ours has.
    """
    read = fields = 0
    async for chunk in stream:
        read += len(chunk)
        fields += chunk.count(b"&")
        if read > MAX_BYTES:
            raise Refusal("body_too_large", {"limit": MAX_BYTES})
        if fields > MOST_FIELDS:
            many = FieldError(pointer="", code="too_many_items", params={"limit": MOST_FIELDS})
            raise Refusal("invalid_body", errors=(many,))
        yield chunk


def _text(raw: bytearray) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise Refusal("invalid_encoding") from None


async def _events(stream: AsyncIterator[bytes], boundary: str) -> AsyncGenerator[MultipartSegment | bytes | None]:
    """Heads of parts, pieces of what is in them, and None at the end of each. Raises Refusal bad_request."""
    try:
        with PushMultipartParser(boundary, max_segment_count=_MOST_PARTS) as parser:
            async for chunk in stream:
                for event in parser.parse(chunk):
                    yield event
    except MultipartError:
        raise Refusal("bad_request") from None
