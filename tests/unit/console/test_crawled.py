"""What the crawl over the console takes for a code, and what it leaves alone."""

import pytest

from tests.support.crawled import Met
from tests.support.way import Way


def slips(body: str, language: str = "en") -> list[str]:
    page = Met("/console", f'<html lang="{language}"><head><title>Home</title></head><body>{body}</body></html>')
    return [slip.partition(": ")[0] for slip in page.slips(["typed_by_somebody"])]


@pytest.mark.parametrize(
    ("body", "slip"),
    [
        ("<p>JP.H2</p>", "JP.H2"),
        ("<p>Meets eu_rohs</p>", "eu_rohs"),
        ("<p>45,000 JPY/t</p>", "JPY/t"),
        ("<p>at /limits/0/max</p>", "/limits/0/max"),
        ("<p>{tonnes} t</p>", "{tonnes}"),
        ("<p>until 2026-11-20</p>", "2026-11-20"),
        ("<p>2026-11-20T03:00:00Z</p>", "2026-11-20T03:00:00Z"),
        ("<p>None of it: None</p>", "None"),
        ('<p aria-label="in_review">waits</p>', "in_review"),
        ("<svg><title>steel_a1</title></svg>", "steel_a1"),
        ("<p>01a21607-d861-7140-a0d0-cc25a4d3fd88</p>", "01a21607-d861-7140-a0d0-cc25a4d3fd88"),
    ],
)
def test_a_code_is_found(body: str, slip: str) -> None:
    assert slip in slips(body)


def test_a_word_of_english_is_a_code_on_a_japanese_page() -> None:
    assert (slips("<p>draft</p>"), slips("<p>状態 draft</p>", "ja")) == ([], ["draft"])


@pytest.mark.parametrize(
    "body",
    [
        "<p>Heavy H2 (<code>JP.H2</code>)</p>",
        "<p>typed_by_somebody</p>",
        '<p class="hint">As 2026-12-20</p>',
        '<time datetime="2026-12-20">20 Dec 2026</time>',
        "<p>aki@some_firm.example</p>",
        "<p>PVC, XRF, EXW</p>",
    ],
)
def test_what_is_none_is_left_alone(body: str) -> None:
    assert slips(body) == []


def test_a_text_in_another_language_is_looked_at_as_one_of_that_language() -> None:
    assert slips('<p lang="en">a draft</p>', "ja") == []


def test_the_way_goes_to_each_page_once_and_to_a_few_that_are_alike() -> None:
    way = Way(most_alike=1)
    one, other = (f"/console/lots/01a21607-d861-7140-a0d0-cc25a4d3fd8{n}" for n in (1, 2))
    gone = []
    for path in way:
        gone.append(path)
        way.found([one, other, "/console#main", "/console/lots", "/v1/lots", "/console/static/1/x.css"])
    assert gone == ["/console", one, "/console/lots"]
