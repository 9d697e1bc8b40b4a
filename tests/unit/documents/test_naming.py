"""File names: which are taken, what others are shown, and how a download says them."""

import unicodedata
from uuid import UUID

import pytest

from market.documents.naming import composed, disposition, generated, name_faults
from market.documents.structs import DocumentKind, MediaType

ID = UUID("01900000-0000-7000-8000-0123456789ab")


def faults(name: str, media_type: MediaType = MediaType.PDF) -> list[str]:
    return [fault.code for fault in name_faults(name, media_type)]


@pytest.mark.parametrize("name", ["a.pdf", "計量票 2026-11.PDF", "Zeugnis, Prüfung (1).pdf", "ガス検定.pdf"])
def test_what_people_call_their_files_is_taken(name):
    assert faults(name) == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../../etc/passwd.pdf", "file_name_path"),
        ("C:\\temp\\a.pdf", "file_name_path"),
        ("a\x00.pdf", "file_name_hidden"),
        ("a\r\nSet-Cookie: b.pdf", "file_name_hidden"),
        ("invoice\u202efdp.exe.pdf", "file_name_hidden"),
        ("a\u200b.pdf", "file_name_hidden"),
        ("a\u2028.pdf", "file_name_hidden"),
        ("a\ud800.pdf", "file_name_hidden"),
        (".hidden.pdf", "file_name_ends"),
        (" a.pdf", "file_name_ends"),
        ("a.pdf ", "file_name_ends"),
        ("a.pdf.exe", "file_name_extension"),
        ("pdf", "file_name_extension"),
    ],
)
def test_what_misleads_is_refused_by_name(name, code):
    assert code in faults(name)


def test_a_name_must_have_an_extension_of_its_type():
    assert faults("photo.jpeg", MediaType.JPEG) == faults("photo.JPG", MediaType.JPEG) == []
    assert faults("photo.png", MediaType.JPEG) == ["file_name_extension"]


def test_names_that_look_alike_are_stored_alike():
    taken_apart = unicodedata.normalize("NFD", "ガス検定.pdf")
    assert taken_apart != "ガス検定.pdf"
    assert composed(taken_apart) == "ガス検定.pdf"


def test_a_generated_name_tells_the_kind_and_nothing_of_when():
    assert generated(ID, DocumentKind.SDS, MediaType.XLSX) == "sds-0123456789ab.xlsx"


def test_a_download_is_always_saved_and_its_name_cannot_end_the_header():
    assert disposition("計量票.pdf") == (
        "attachment; filename=\"___.pdf\"; filename*=UTF-8''%E8%A8%88%E9%87%8F%E7%A5%A8.pdf"
    )
    assert disposition('a"; x="%41.pdf').startswith('attachment; filename="a_; x=__41.pdf"; ')
