"""What stays of a file that names its maker, and which files no copy is made of."""

import io
import time
import zipfile
from collections.abc import Callable

import pytest
from pypdf import PdfReader

from market.documents.bare.child import BARE
from market.documents.bare.failures import NotBareError
from market.documents.bare.office import MOST_PARTS, office
from market.documents.bare.pdf import pdf
from market.documents.bare.pictures import MOST_PIECES, jpeg, png
from market.documents.sniffing import refused
from market.documents.structs import PLAIN, MediaType
from tests.support.files import chunk
from tests.support.named_files import (
    NAME,
    NAMED,
    SCAN,
    archived,
    attached_pdf,
    letter,
    locked_pdf,
    named_jpeg,
    named_pdf,
    named_png,
    segment,
    workbook,
)


def unpacked(content: bytes) -> bytes:
    """Everything in an office file, and its own bytes."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return content + b"".join(archive.read(name) for name in archive.namelist())


@pytest.mark.parametrize("media_type", NAMED)
def test_a_copy_names_nobody_and_is_still_of_its_type(media_type: MediaType) -> None:
    whole = NAMED[media_type]
    copy = BARE[media_type](whole)

    read = unpacked if media_type in {MediaType.XLSX, MediaType.DOCX} else bytes
    assert NAME in read(whole)
    assert NAME not in read(copy)
    assert refused(copy, media_type) is None


@pytest.mark.parametrize("media_type", NAMED)
def test_the_same_file_has_the_same_copy_and_a_copy_is_its_own(media_type: MediaType) -> None:
    copy = BARE[media_type](NAMED[media_type])
    assert BARE[media_type](NAMED[media_type]) == copy
    assert BARE[media_type](copy) == copy


def test_every_type_is_either_copied_or_plain() -> None:
    assert set(BARE) | PLAIN == set(MediaType)


def test_the_pixels_of_a_picture_stay_byte_for_byte() -> None:
    kept = png(named_png())
    assert chunk(b"IDAT", b"\x78\x9c\x63\x68\x00\x00\x00\x82\x00\x81") in kept
    assert jpeg(named_jpeg())[-len(SCAN) - 2 :] == SCAN + b"\xff\xd9"


def test_the_colours_of_four_inks_stay_and_fill_bytes_are_no_segment() -> None:
    adobe = segment(0xEE, b"Adobe\x00\x64\x00\x00\x00\x00\x02")
    scan = segment(0xDA, b"\x00") + SCAN + b"\xff\xd9"
    assert jpeg(b"\xff\xd8\xff" + adobe + scan) == b"\xff\xd8" + adobe + scan


def test_a_picture_inside_a_page_loses_its_metadata_too() -> None:
    copy = PdfReader(io.BytesIO(pdf(named_pdf())))
    (image,) = copy.pages[0]["/Resources"]["/XObject"].values()
    assert image.get_object()._data == jpeg(named_jpeg())
    assert copy.metadata is None


def test_the_cells_and_words_of_an_office_file_stay() -> None:
    assert b"<c>0.22</c>" in unpacked(office(workbook()))
    assert b"<w:t>Cu 0.22 %</w:t>" in unpacked(office(letter()))


@pytest.mark.parametrize(
    "tag", ["<mc:AlternateContent ", "<pageSetup ", "<x:cNvPr ", "<w:instrText ", '<x:absPath a="']
)
def test_the_time_a_part_takes_grows_with_its_size_alone(tag: str) -> None:
    small, large = (tag * count for count in (20_000, 200_000))
    took = []
    for part in (small, large):
        began = time.process_time()
        office(workbook({"xl/sharedStrings.xml": part}))
        took.append(time.process_time() - began)
    # a hundred times as long would be quadratic
    assert took[1] < 40.0 * took[0]


@pytest.mark.parametrize(
    ("content", "part"),
    [
        # what Word 2010 and python-docx write, and Excel since it has formulas that spill
        (letter({"word/stylesWithEffects.xml": "<w:styles/>"}), b"<w:styles/>"),
        (workbook({"xl/metadata.xml": "<metadata><metadataTypes/></metadata>"}), b"<metadataTypes/>"),
    ],
)
def test_ordinary_parts_of_office_stay(content: bytes, part: bytes) -> None:
    assert part in unpacked(office(content))


NO_COPY: dict[str, tuple[Callable[[bytes], bytes], bytes]] = {
    "a PDF with an attachment": (pdf, attached_pdf()),
    "an encrypted PDF": (pdf, locked_pdf()),
    "a PDF with form fields": (pdf, named_pdf().replace(b"/Catalog", b"/Catalog /AcroForm << /Fields [ 1 0 R ] >>")),
    "a PDF with layers": (pdf, named_pdf().replace(b"/Catalog", b"/Catalog /OCProperties << >>")),
    "a PDF with JPEG 2000": (pdf, named_pdf().replace(b"/DCTDecode", b"/JPXDecode")),
    "a PDF in pieces": (pdf, named_pdf()[:300]),
    "a PNG with an unknown chunk that is needed": (png, named_png().replace(b"IDAT", b"XDAT")),
    "a PNG that ends early": (png, named_png()[:60]),
    "a PNG in more pieces than any": (png, named_png().replace(chunk(b"IEND", b""), chunk(b"IDAT", b"") * MOST_PIECES)),
    "no PNG": (png, b"GIF89a"),
    "a JPEG that ends in its scan": (jpeg, named_jpeg().partition(b"\xff\xd9")[0]),
    "a JPEG that ends before": (jpeg, named_jpeg()[:40]),
    "a JPEG in more pieces than any": (jpeg, b"\xff\xd8" + b"\xff\xd0" * (MOST_PIECES + 1) + b"\xff\xd9"),
    "no JPEG": (jpeg, b"GIF89a"),
    "a workbook with comments": (office, workbook({"xl/comments1.xml": "<authors/>"})),
    "a workbook with links to others": (office, workbook({"xl/externalLinks/externalLink1.xml": "<x/>"})),
    "a workbook with cubes of a server": (office, workbook({"xl/metadata.xml": "<metadataStrings/>"})),
    "a workbook in UTF-16": (office, workbook({"xl/sharedStrings.xml": "<x/>".encode("utf-16")})),
    "a workbook with entities": (office, workbook({"xl/styles.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x/>'})),
    "a text with tracked changes": (office, letter(body='<w:ins w:author="Tanaka"/>')),
    "a text with a field of its author": (office, letter(body="<w:instrText> AUTHOR </w:instrText>")),
    "a text with a picture from a folder": (
        office,
        letter({"word/_rels/document.xml.rels": '<R><x Type="image" Target="C:/a.png" TargetMode="External"/></R>'}),
    ),
    "a text with broken XML where parts are listed": (office, letter({"_rels/.rels": "<R>"})),
    "an archive of more parts than any": (office, archived(dict.fromkeys(map(str, range(MOST_PARTS + 1)), b""))),
    "no archive": (office, b"PK\x03\x04"),
}


@pytest.mark.parametrize(("bare", "content"), NO_COPY.values(), ids=NO_COPY)
def test_what_cannot_be_freed_with_certainty_has_no_copy(bare: Callable[[bytes], bytes], content: bytes) -> None:
    with pytest.raises(NotBareError):
        bare(content)
