"""Where a reader stands in a list: pages that join without a gap, and a cursor of that list alone."""

import pytest

from specs.kit import paging
from specs.kit.errors import InvalidCursor

SECRET = b"a secret of the tests, 32 or longer"
ROWS = [{"id": n} for n in range(7)]


def behind(after: int | None, most: int) -> list[dict[str, int]]:
    """What a query would answer."""
    return [row for row in ROWS if after is None or row["id"] > after][:most]


@pytest.mark.parametrize("limit", [1, 3, 6, 7, 8])
def test_the_pages_of_a_list_are_the_list(limit: int) -> None:
    read: list[dict[str, int]] = []
    cursor: str | None = ""
    while cursor is not None:
        place = paging.place(SECRET, "numbers", limit, cursor, int)
        rows, cursor = place.cut(behind(place.after, place.most))
        assert 0 < len(rows) <= limit
        read += rows
    assert read == ROWS


def test_a_cursor_of_another_list_is_refused() -> None:
    _, cursor = paging.place(SECRET, "numbers", 2, None, int).cut(behind(None, 3))
    with pytest.raises(InvalidCursor):
        paging.place(SECRET, "letters", 2, cursor, int)
