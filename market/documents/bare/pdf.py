"""PDF pages without what a file says of its maker, written anew by pypdf (ISO 32000-2 7.7.2, 7.7.3, 14.3 to 14.5).

Only pages are taken along, each with a list of its keys, so nothing that hangs on the catalogue comes: information
dictionary, XMP, outlines, scripts, names, tags. Older revisions of an incremental file are no part of what is read.
Below a page, metadata and private data are left out at any depth, and pictures in JPEG lose their own.

No copy is made of a file with form fields (signatures are such), layers or attachments, which would lose content, nor
of one that is encrypted or has pictures in JPEG 2000.
"""

import io
from typing import Any, Final

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from market.documents.bare.failures import NotBareError
from market.documents.bare.pictures import jpeg

_PAGE: Final = frozenset(
    (
        *("/Type", "/Parent", "/Resources", "/Contents", "/Rotate", "/Group", "/UserUnit"),
        *("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox"),
    )
)
# at any depth; comments with their authors hang on /Annots
_NEVER: Final = frozenset(
    (
        *("/Metadata", "/PieceInfo", "/LastModified", "/Annots", "/AF", "/Thumb", "/AA", "/OPI", "/Alternates"),
        *("/StructParent", "/StructParents", "/Properties"),
    )
)
_HEADER: Final = "%PDF-1.7"
_JPEG, _JPEG_2000 = "/DCTDecode", "/JPXDecode"
MOST_PAGES: Final = 2_000


def pdf(content: bytes) -> bytes:
    """Raises NotBareError."""
    try:
        reader = PdfReader(io.BytesIO(content))
        _refuse_more_than_pages(reader)
        writer = PdfWriter()
        for page in reader.pages:
            _add(writer, page)
        for one in writer._objects:  # noqa: SLF001 - pypdf has no other way to walk all that was taken along
            if isinstance(one, StreamObject):
                _free(one)
        writer.metadata, writer.pdf_header = None, _HEADER
        written = io.BytesIO()
        writer.write(written)
    # pypdf meets what no PDF should have with any of these
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError) as error:
        raise NotBareError(str(error)) from error
    return written.getvalue()


def _refuse_more_than_pages(reader: PdfReader) -> None:
    if reader.is_encrypted:
        raise NotBareError("encrypted")
    root: Any = reader.trailer["/Root"]
    form: Any = root.get("/AcroForm", DictionaryObject()).get_object()
    names: Any = root.get("/Names", DictionaryObject()).get_object()
    if form.get("/Fields") or "/XFA" in form:
        raise NotBareError("has form fields")
    if "/EmbeddedFiles" in names or "/AF" in root or "/Collection" in root:
        raise NotBareError("has attachments")
    if "/OCProperties" in root:
        raise NotBareError("has layers")
    if not 0 < len(reader.pages) <= MOST_PAGES:
        raise NotBareError("has no page, or too many")


def _add(writer: PdfWriter, page: PageObject) -> None:
    more = frozenset(str(key) for key in page if key not in _PAGE)
    writer.add_page(page, excluded_keys=sorted(_NEVER | more))


def _free(stream: StreamObject) -> None:
    """A picture of its own metadata. Raises NotBareError."""
    found: Any = stream.get("/Filter", ArrayObject()).get_object()
    named = [str(one) for one in (found if isinstance(found, list) else [found])]
    if _JPEG_2000 in named:
        raise NotBareError("has a picture in JPEG 2000")
    if named == [_JPEG]:
        stream._data = jpeg(stream._data)  # noqa: SLF001 - the bytes as they are stored, which is what is meant
    elif _JPEG in named:
        raise NotBareError("has a picture in more than one coding")
