"""Small files that are what they say, and how they arrive."""

import io
import zipfile
import zlib
from collections.abc import AsyncIterator, Mapping

from market.documents.structs import MediaType

PDF = (
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
CSV = "分析項目,値,単位\r\nCu,0.22,%\r\n"


def chunk(name: bytes, content: bytes) -> bytes:
    """One chunk of a PNG."""
    body = name + content
    return len(content).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")


def png() -> bytes:
    """One grey pixel."""
    header = chunk(b"IHDR", bytes.fromhex("0000000100000001 0800000000"))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\x00\x80")) + chunk(b"IEND", b"")


def jpeg() -> bytes:
    """No picture, but the markers of one."""
    return bytes.fromhex("ffd8ffe000104a46494600010100000100010000") + b"\x00" * 40 + b"\xff\xd9"


def package(main: str = "xl/workbook.xml", more: Mapping[str, bytes] | None = None) -> bytes:
    """An office file with a main part, and more parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"[Content_Types].xml": b"<Types/>", main: b"<workbook/>", **(more or {})}.items():
            archive.writestr(name, content)
    return buffer.getvalue()


GOOD: dict[MediaType, bytes] = {
    MediaType.PDF: PDF,
    MediaType.PNG: png(),
    MediaType.JPEG: jpeg(),
    MediaType.XLSX: package(),
    MediaType.DOCX: package("word/document.xml"),
    MediaType.CSV: CSV.encode(),
    MediaType.TEXT: "計量票 12,340 kg\n".encode(),
}


async def streamed(content: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    """In pieces."""
    for start in range(0, len(content), size):
        yield content[start : start + size]
