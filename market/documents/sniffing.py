"""Whether bytes are what they are declared to be. A declared type is proved or refused, never guessed.

A `Sniffer` is fed as the bytes stream by, and keeps the head, the tail and, for text, a decoder: O(bytes) time, about
1.1 MB of memory whatever the size. No library guesses here: seven types are few, and a guess is not a proof.
Sources: ISO 32000-2 7.5 (PDF), PNG 3rd edition 5.2, JPEG (ITU-T T.81 B.1), ECMA-376 part 2 (OOXML), and
`market.documents.packages` for ZIP.
"""

import codecs
import re
from typing import Final

from market.documents import packages
from market.documents.errors import ContentActive, ContentDiffers, ContentHidden
from market.documents.structs import MediaType
from specs.kit.errors import Refusal

_HEAD: Final = 1024
_PDF_END: Final = 1024
_MAGIC: Final = {
    MediaType.PDF: re.compile(rb"%PDF-[12]\.[0-9]"),
    # the first chunk of a PNG is its header, of 13 bytes
    MediaType.PNG: re.compile(rb"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
    MediaType.JPEG: re.compile(rb"\xff\xd8\xff[\xc0-\xfe]"),
    MediaType.XLSX: re.compile(rb"PK\x03\x04"),
    MediaType.DOCX: re.compile(rb"PK\x03\x04"),
}
_MAIN_PART: Final = {MediaType.XLSX: "xl/workbook.xml", MediaType.DOCX: "word/document.xml"}
_TEXTS: Final = (MediaType.CSV, MediaType.TEXT)
# what Japanese spreadsheets write, newest habit first
_ENCODINGS: Final = ("utf-8-sig", "cp932")
_NO_TEXT: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
# markup, or a type with a magic of its own, under the name of a text
_MARKED_UP: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<[!?/a-z]|%PDF-|\{\\rtf|#!)", re.IGNORECASE)


class Sniffer:
    """Of one upload. `feed` refuses as early as it can, `finish` for what only the end tells."""

    def __init__(self, declared: MediaType) -> None:
        self._declared = declared
        self._head = b""
        self._looked = False
        self._fed = 0
        self._tail = bytearray()
        self._decoders = [codecs.getincrementaldecoder(name)() for name in _ENCODINGS if declared in _TEXTS]

    def feed(self, chunk: bytes) -> None:
        """The next bytes. Raises ContentDiffers."""
        self._fed += len(chunk)
        if not self._looked:
            self._head += chunk[: _HEAD - len(self._head)]
            if len(self._head) == _HEAD:
                self._look()
        if self._declared in _TEXTS:
            self._read(chunk)
            return
        self._tail += chunk
        # trimmed now and then, not with every chunk
        if len(self._tail) > 2 * packages.REACH:
            del self._tail[: -packages.REACH]

    def finish(self) -> None:
        """All bytes have been fed. Raises ContentDiffers, ContentHidden, ContentActive."""
        if not self._looked:
            self._look()
        if self._declared in _TEXTS:
            self._read(b"", final=True)
        elif self._declared in _MAIN_PART:
            self._unpack()
        elif packages.ends_in_directory(self._tail):
            # readable from its end as a ZIP, whatever it begins with
            raise ContentHidden(self._params())
        elif self._declared is MediaType.PDF and b"%%EOF" not in self._tail[-_PDF_END:]:
            raise ContentDiffers(self._params())

    def _look(self) -> None:
        self._looked = True
        magic = _MAGIC.get(self._declared)
        if (_MARKED_UP.match(self._head) is not None) if magic is None else (magic.match(self._head) is None):
            raise ContentDiffers(self._params())

    def _read(self, chunk: bytes, *, final: bool = False) -> None:
        """Keep the encodings in which all of it so far is text."""
        if _NO_TEXT.search(chunk):
            self._decoders = []
        self._decoders = [decoder for decoder in self._decoders if _reads(decoder, chunk, final=final)]
        if not self._decoders:
            raise ContentDiffers(self._params())

    def _unpack(self) -> None:
        try:
            names = packages.names(self._tail, self._fed)
        except packages.NoPackageError:
            raise ContentDiffers(self._params()) from None
        if not {"[Content_Types].xml", _MAIN_PART[self._declared]} <= names:
            raise ContentDiffers(self._params())
        if packages.active(names):
            raise ContentActive(self._params())

    def _params(self) -> dict[str, str | int | float | bool | list[str] | None]:
        return {"media_type": self._declared.value}


def refused(content: bytes, declared: MediaType) -> Refusal | None:
    """The verdict on bytes that are at hand, None where they are what they are declared to be."""
    sniffer = Sniffer(declared)
    try:
        sniffer.feed(content)
        sniffer.finish()
    except Refusal as refusal:
        return refusal
    return None


def _reads(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True
