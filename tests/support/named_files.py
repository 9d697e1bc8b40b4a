"""Files of every type that name their maker in every place where programs write it, and what stays of each."""

import io
import zipfile

from pypdf import PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import DictionaryObject, NameObject, StreamObject, TextStringObject

from market.documents.structs import MediaType
from tests.support.files import chunk

NAME = b"Tanaka"
SCAN = b"\x12\x34\xff\x00\x56\xff\xd0\x78"


def named_png() -> bytes:
    """A grey pixel with a text, a time, Exif and a private chunk."""
    header = chunk(b"IHDR", bytes.fromhex("0000000100000001 0800000000"))
    told = (b"tEXt", b"iTXt", b"zTXt", b"eXIf", b"tIME", b"iCCP", b"prVt")
    notes = b"".join(chunk(name, b"Author\x00" + NAME) for name in told)
    pixel = chunk(b"IDAT", b"\x78\x9c\x63\x68\x00\x00\x00\x82\x00\x81")
    return b"\x89PNG\r\n\x1a\n" + header + notes + pixel + chunk(b"IEND", b"") + NAME


def segment(marker: int, data: bytes) -> bytes:
    """One segment of a JPEG."""
    return bytes((0xFF, marker)) + (len(data) + 2).to_bytes(2, "big") + data


def named_jpeg() -> bytes:
    """JFIF with a thumbnail, Exif, XMP, a profile, IPTC, a comment, a scan, and a second picture behind."""
    jfif = segment(0xE0, b"JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x02\x01" + NAME)
    told = (0xE1, 0xE2, 0xED, 0xEF, 0xFE)
    notes = b"".join(segment(marker, b"Exif\x00\x00" + NAME) for marker in told)
    tables = segment(0xDB, b"\x00" * 65) + segment(0xC0, b"\x08\x00\x01\x00\x01\x01\x01\x11\x00")
    return b"\xff\xd8" + jfif + notes + tables + segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + SCAN + b"\xff\xd9" + NAME


def _pdf_writer() -> PdfWriter:
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    writer.add_metadata({"/Author": "Tanaka", "/Company": "Tanaka"})
    writer.xmp_metadata = b"<x>Tanaka</x>"
    writer.add_outline_item(title="Tanaka", page_number=0)
    image = StreamObject()
    image.set_data(named_jpeg())
    own = {"/Type": "/XObject", "/Subtype": "/Image", "/Filter": "/DCTDecode"}
    image.update({NameObject(key): NameObject(value) for key, value in own.items()})
    image[NameObject("/Metadata")] = TextStringObject("Tanaka")
    images = DictionaryObject({NameObject("/Im0"): writer._add_object(image)})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): images})
    page[NameObject("/PieceInfo")] = TextStringObject("Tanaka")
    page[NameObject("/CompanyPrivate")] = TextStringObject("Tanaka")
    writer.add_annotation(0, FreeText(text="Tanaka", rect=(0, 0, 50, 50)))
    return writer


def named_pdf() -> bytes:
    """A page with a picture, a comment, an outline and private data."""
    written = io.BytesIO()
    _pdf_writer().write(written)
    return written.getvalue()


def attached_pdf() -> bytes:
    """The same with a file in the file."""
    writer = _pdf_writer()
    writer.add_attachment("Tanaka.txt", NAME)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def locked_pdf() -> bytes:
    """The same, encrypted."""
    writer = _pdf_writer()
    writer.encrypt("secret", algorithm="RC4-128")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/docProps/core.xml" ContentType="application/x"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}'
    "</Relationships>"
)
_RELATION = '<Relationship Id="{}" Type="http://x/{}" Target="{}"/>'
_WORKBOOK = (
    '<workbook xmlns:mc="m"><fileSharing userName="Tanaka"/><mc:AlternateContent><mc:Choice>'
    '<x15ac:absPath url="C:/Users/Tanaka/"/></mc:Choice></mc:AlternateContent><sheets/></workbook>'
)


def archived(parts: dict[str, str | bytes]) -> bytes:
    """A ZIP whose entries carry a comment."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, (2026, 11, 24, 1, 2, 4))
            entry.comment = NAME
            archive.writestr(entry, content)
    return buffer.getvalue()


def workbook(more: dict[str, str | bytes] | None = None) -> bytes:
    """Two cells, a printer, a picture and properties."""
    own = _RELATION.format("rId1", "core-properties", "docProps/core.xml")
    main = _RELATION.format("rId2", "officeDocument", "xl/workbook.xml")
    printer = _RELATION.format("rId1", "printerSettings", "../printerSettings/printerSettings1.bin")
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS.format(own + main),
        "docProps/core.xml": "<creator>Tanaka</creator>",
        "docProps/app.xml": "<Company>Tanaka</Company>",
        "docProps/custom.xml": "<x>Tanaka</x>",
        "xl/workbook.xml": _WORKBOOK,
        "xl/_rels/workbook.xml.rels": _RELATIONS.format(_RELATION.format("rId9", "person", "persons/person.xml")),
        "xl/persons/person.xml": "<personList>Tanaka</personList>",
        "xl/worksheets/sheet1.xml": '<worksheet><c>0.22</c><pageSetup paperSize="9" r:id="rId1"/></worksheet>',
        "xl/worksheets/_rels/sheet1.xml.rels": _RELATIONS.format(printer),
        "xl/printerSettings/printerSettings1.bin": NAME,
        "xl/drawings/drawing1.xml": '<xdr:cNvPr id="2" name="Tanaka.png" descr="C:/Tanaka.png" title="Tanaka"/>',
        "xl/media/image1.png": named_png(),
    }
    return archived(parts | (more or {}))


def letter(more: dict[str, str | bytes] | None = None, body: str = "<w:t>Cu 0.22 %</w:t>") -> bytes:
    """A text with properties, custom XML and a template."""
    main = _RELATION.format("rId2", "officeDocument", "word/document.xml")
    template = _RELATION.format("rId1", "attachedTemplate", 'file:///C:/Tanaka.dotx" TargetMode="External')
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS.format(main),
        "docProps/core.xml": "<creator>Tanaka</creator>",
        "customXml/item1.xml": "<x>Tanaka</x>",
        "word/document.xml": f"<w:document>{body}</w:document>",
        "word/settings.xml": '<w:settings><w:attachedTemplate r:id="rId1"/><w:zoom/></w:settings>',
        "word/_rels/settings.xml.rels": _RELATIONS.format(template),
    }
    return archived(parts | (more or {}))


NAMED: dict[MediaType, bytes] = {
    MediaType.PDF: named_pdf(),
    MediaType.PNG: named_png(),
    MediaType.JPEG: named_jpeg(),
    MediaType.XLSX: workbook(),
    MediaType.DOCX: letter(),
}
