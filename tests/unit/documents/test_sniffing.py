"""A declared type is proved by the bytes, or the upload is refused."""

import itertools
import os
import subprocess
import sys
import zipfile
from io import BytesIO

import pytest

from market.documents.sniffing import Sniffer, refused
from market.documents.structs import MediaType
from specs.kit.errors import Refusal
from tests.support.files import CSV, GOOD, PDF, chunk, jpeg, package, png

HTML = b"<!DOCTYPE html><script>alert(1)</script>"
BINARY = (MediaType.PDF, MediaType.PNG, MediaType.JPEG)


def verdict(content: bytes, declared: MediaType) -> str | None:
    found = refused(content, declared)
    return None if found is None else found.code


@pytest.mark.parametrize("declared", MediaType)
def test_each_type_passes_as_what_it_is(declared):
    assert verdict(GOOD[declared], declared) is None


@pytest.mark.parametrize(("declared", "actual"), list(itertools.permutations(MediaType, 2)))
def test_no_type_passes_as_another_except_text_as_text(declared, actual):
    texts = {MediaType.CSV, MediaType.TEXT}
    expected = None if {declared, actual} == texts else "content_differs"
    assert verdict(GOOD[actual], declared) == expected


@pytest.mark.parametrize("declared", MediaType)
def test_html_passes_as_nothing(declared):
    assert verdict(HTML, declared) == "content_differs"


@pytest.mark.parametrize("declared", BINARY)
def test_an_archive_behind_a_file_is_found(declared):
    assert verdict(GOOD[declared] + package(), declared) == "content_hidden"


def test_an_archive_whose_comment_looks_like_the_end_of_a_pdf_is_found():
    buffer = BytesIO(package())
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.comment = b"\n%%EOF\n" * 9000
    assert zipfile.is_zipfile(BytesIO(PDF + buffer.getvalue()))
    assert verdict(PDF + buffer.getvalue(), MediaType.PDF) == "content_hidden"


@pytest.mark.parametrize("prefix", [PDF, HTML, png(), package("word/document.xml")])
def test_an_archive_behind_another_file_is_no_office_file(prefix):
    assert verdict(prefix + package(), MediaType.XLSX) == "content_differs"


def test_an_archive_whose_offsets_count_what_stands_before_it_is_no_office_file():
    buffer = BytesIO(PDF)
    with zipfile.ZipFile(buffer, "a") as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml"):
            archive.writestr(name, b"<x/>")
    assert verdict(buffer.getvalue(), MediaType.XLSX) == "content_differs"


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml", "xl/activeX/activeX1.xml"])
def test_a_workbook_with_a_program_is_refused_as_such(part):
    assert verdict(package(more={part: b"x"}), MediaType.XLSX) == "content_active"


@pytest.mark.parametrize("more", [b"\x00", b"<html>", b"PK"])
def test_bytes_behind_an_office_file_are_refused(more):
    assert verdict(package() + more, MediaType.XLSX) == "content_differs"


def test_a_zip_that_is_no_office_file_is_refused():
    assert verdict(package("notes.txt"), MediaType.XLSX) == "content_differs"


def test_a_directory_that_lies_about_its_length_is_refused():
    content = package()
    for at in (10, 12, 16):  # entries, bytes, offset
        for wrong in (0, 1, 0xFFFF):
            lying = bytearray(content)
            lying[len(content) - 22 + at : len(content) - 20 + at] = wrong.to_bytes(2, "little")
            assert verdict(bytes(lying), MediaType.XLSX) == "content_differs", (at, wrong)


@pytest.mark.parametrize("declared", [MediaType.PDF, MediaType.XLSX])
def test_a_file_that_was_cut_short_is_refused(declared):
    for cut in range(3, 60):
        assert verdict(GOOD[declared][:-cut], declared) == "content_differs", cut


def test_text_may_be_in_the_encodings_of_japanese_spreadsheets_and_no_other():
    for encoding in ("utf-8", "utf-8-sig", "cp932"):
        assert verdict(CSV.encode(encoding), MediaType.CSV) is None, encoding
    for encoding in ("utf-16", "utf-32"):
        assert verdict(CSV.encode(encoding), MediaType.CSV) == "content_differs", encoding


@pytest.mark.parametrize("start", [b"<svg xmlns=''/>", b"\xef\xbb\xbf  <?xml?>", b"%PDF-1.4", b"{\\rtf1", b"#!/bin/sh"])
def test_markup_and_scripts_are_no_text(start):
    assert verdict(start + b"\nmore", MediaType.TEXT) == "content_differs"


def test_a_result_below_detection_at_the_start_of_a_table_is_text():
    assert verdict(b"<0.01,Hg\n", MediaType.CSV) is None


def test_how_a_file_is_cut_into_chunks_changes_nothing():
    for declared, content in {**GOOD, MediaType.CSV: (CSV * 200).encode("cp932")}.items():
        for size in (1, 2, 3, 7, 1024, 1025):
            sniffer = Sniffer(declared)
            for start in range(0, len(content), size):
                sniffer.feed(content[start : start + size])
            sniffer.finish()


def test_a_wrong_head_is_refused_before_the_rest_arrives():
    sniffer = Sniffer(MediaType.PDF)
    with pytest.raises(Refusal):
        sniffer.feed(HTML * 100)


def test_a_large_file_is_never_whole_in_memory():
    program = (
        "import resource\n"
        "from market.documents.sniffing import Sniffer\n"
        "from market.documents.structs import MediaType\n"
        "sniffer = Sniffer(MediaType.JPEG)\n"
        "sniffer.feed(bytes.fromhex('ffd8ffe0'))\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "piece = bytes(65536)\n"
        "for _ in range(3200): sniffer.feed(piece)\n"
        "sniffer.finish()\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={**os.environ}
    )
    assert int(done.stdout) < 20_000  # kB, of 210 MB


def test_a_photograph_with_what_telephones_add_behind_it_is_taken():
    assert verdict(jpeg() + b"SEFT" + b"\x00" * 300, MediaType.JPEG) is None


def test_a_picture_without_its_first_chunk_is_refused():
    assert verdict(b"\x89PNG\r\n\x1a\n" + chunk(b"IDAT", b""), MediaType.PNG) == "content_differs"
