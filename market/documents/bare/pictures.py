"""PNG and JPEG without Exif, XMP, IPTC, comments, thumbnails and colour profiles; the picture stays byte for byte.

An image library would decode and encode again: that loses some of a photograph that proves something, and a picture of
a few kilobytes may decode to gigabytes. Here chunks and segments are kept by a list, or dropped whole: O(bytes).
Sources: PNG 3rd edition 5.3 and 11 (chunks), JPEG (ITU-T T.81 B.1, B.2), JFIF 1.02, Adobe TN 5116 (APP14).

A photograph that was turned by its Exif lies as the camera held it.
"""

import re
from typing import Final

from market.documents.bare.failures import NotBareError

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_CHUNKS: Final = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs")
)
# bit 5 of a chunk's first letter: small letters may be dropped, capitals are needed to read the picture
_ANCILLARY: Final = 0x20
_CHUNK_FRAME: Final = 12

_SOI, _EOI, _SOS, _COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
_APP0, _APP14, _APP15 = 0xE0, 0xEE, 0xEF
_ALONE: Final = frozenset((0x01, *range(0xD0, 0xD8)))
# frames, tables, restart intervals, scans
_SEGMENTS: Final = frozenset((*range(0xC0, 0xD0), 0xDA, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF)) - {0xC8}
# in the data of a scan FF 00 is a byte, FF D0 to FF D7 restart it, FF FF fills
_AFTER_SCAN: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_JFIF_SIZE, _ADOBE_SIZE = 14, 12
# pieces of one picture; what programs write has some hundreds
MOST_PIECES: Final = 100_000


def png(content: bytes) -> bytes:
    """Raises NotBareError."""
    if not content.startswith(_PNG):
        raise NotBareError("no PNG")
    kept, at = [_PNG], len(_PNG)
    while at + _CHUNK_FRAME <= len(content) and len(kept) <= MOST_PIECES:
        end = at + _CHUNK_FRAME + int.from_bytes(content[at : at + 4], "big")
        name = content[at + 4 : at + 8]
        if end > len(content) or (name not in _CHUNKS and not name[0] & _ANCILLARY):
            break
        if name in _CHUNKS:
            kept.append(content[at:end])
        if name == b"IEND":
            return b"".join(kept)
        at = end
    raise NotBareError("a PNG that does not end, is in too many pieces, or needs an unknown one")


def jpeg(content: bytes) -> bytes:
    """Raises NotBareError."""
    if content[:2] != bytes((0xFF, _SOI)):
        raise NotBareError("no JPEG")
    kept, at = [content[:2]], 2
    while at + 1 < len(content) and content[at] == 0xFF and len(kept) <= MOST_PIECES:
        marker = content[at + 1]
        if marker == _EOI:
            # what comes behind, such as a second picture, is not taken along
            return b"".join((*kept, content[at : at + 2]))
        if marker in _ALONE:
            end = at + 2
            kept.append(content[at:end])
        elif marker != 0xFF:
            end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
            kept.append(_segment(marker, content[at + 4 : end]))
            if marker == _SOS:
                kept.append(content[end : (end := _scan_end(content, end))])
        else:
            end = at + 1
        at = end
    raise NotBareError("a JPEG that does not end, or is in too many pieces")


def _segment(marker: int, data: bytes) -> bytes:
    """As it is kept; empty where it is not."""
    if marker == _APP0 and data.startswith(b"JFIF\x00") and len(data) >= _JFIF_SIZE:
        # the last two bytes are the size of a thumbnail
        data = data[: _JFIF_SIZE - 2] + b"\x00\x00"
    elif marker == _APP14 and data.startswith(b"Adobe") and len(data) == _ADOBE_SIZE:
        pass  # without it the colours of a picture in four inks turn around
    elif _APP0 <= marker <= _APP15 or marker == _COMMENT:
        return b""
    elif marker not in _SEGMENTS:
        raise NotBareError(f"an unknown JPEG segment {marker:02x}")
    return bytes((0xFF, marker)) + (len(data) + 2).to_bytes(2, "big") + data


def _scan_end(content: bytes, start: int) -> int:
    found = _AFTER_SCAN.search(content, start)
    if found is None:
        raise NotBareError("a JPEG that ends in a scan")
    return found.start()
