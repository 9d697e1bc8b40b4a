"""The visibility matrix as the page docs/visibility.md. `make visibility` writes it, and a test compares.

python -m tests.support.visibility_page > docs/visibility.md
"""

import sys
from collections.abc import Iterable, Iterator

from market.parties.visibility import Audience, Matrix, matrix


def page(found: Matrix) -> str:
    """Markdown: what the words mean, who can be what of an object, then a table a kind of object."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Matrix) -> Iterator[str]:
    yield from ("# Who sees what", "")
    yield "Written by `make visibility` from `market/parties/visibility.json`, against which tests hold the answers."
    yield from ("", "An organisation stands to an object as:", "")
    yield from (f"- **{audience}**: {meaning}" for audience, meaning in found.audiences.items())
    yield from ("", "A field is shown:", "")
    yield from (f"- `{level}`: {meaning}" for level, meaning in found.levels.items())
    yield from ("", "## What a kind of organisation can be", "")
    yield from _table(
        ("", *found.objects),
        ((kind, *(", ".join(audiences[name]) for name in found.objects)) for kind, audiences in found.kinds.items()),
    )
    for name, fields in found.objects.items():
        yield from ("", f"## {name}", "")
        yield from _table(
            ("field", *Audience),
            ((f"`{field}`", *(levels[audience] for audience in Audience)) for field, levels in fields.items()),
        )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    yield from (f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    sys.stdout.write(page(matrix()))
