"""Merged cells: brute force over all that could be published of them, and every difference of it."""

from collections.abc import Iterator
from itertools import chain, combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from market.insight.cells import LEAST, Cell, Item, Ladder, merged

LADDERS = (Ladder(("family",)), Ladder(("region", "prefecture")), Ladder(("material",), under=0), Ladder(("quarter",)))
PLACES = range(5)
LABELS = st.tuples(
    st.sampled_from("ab"), st.sampled_from("kl"), st.sampled_from("pq"), st.sampled_from("xy"), st.sampled_from("12")
)


@st.composite
def markets(draw: st.DrawFn) -> list[Item]:
    found: dict[tuple[str, ...], set[int]] = {}
    for labels, firm in draw(
        st.lists(st.tuples(LABELS, st.integers(0, 11)), min_size=draw(st.sampled_from((0, 30, 60))), max_size=80)
    ):
        family, region, prefecture, material, quarter = labels
        found.setdefault((family, region, region + prefecture, family + material, quarter), set()).add(firm)
    # each item has a bit of its own, so that a sum tells of what it is made
    return [Item(labels, frozenset(firms), (1 << n,)) for n, (labels, firms) in enumerate(sorted(found.items()))]


def shows(cells: list[Cell]) -> Iterator[int]:
    """The sum of every row of every answer: any columns to group by, any labels to filter by."""
    for filtered in chain.from_iterable(combinations(PLACES, n) for n in range(len(PLACES) + 1)):
        choices = [sorted({c.labels[i] for c in cells if c.labels[i] is not None}) for i in filtered]
        for wanted in product(*choices):
            rest = [c for c in cells if all(c.labels[i] == w for i, w in zip(filtered, wanted, strict=True))]
            for grouped in chain.from_iterable(combinations(PLACES, n) for n in range(len(PLACES) + 1)):
                rows: dict[tuple[str | None, ...], int] = {}
                for cell in rest:
                    key = tuple(cell.labels[i] for i in grouped)
                    rows[key] = rows.get(key, 0) + cell.amounts[0]
                yield from rows.values()


def behind(items: list[Item], bits: int) -> int:
    """How many firms stand behind the items whose bits are set."""
    return len(set().union(*(item.firms for item in items if bits & item.amounts[0])))


@settings(max_examples=150, deadline=None)
@given(markets())
def test_no_difference_of_published_sums_is_of_fewer_than_five_firms(items: list[Item]) -> None:
    known = set(shows(merged(items, LADDERS)))
    for _ in range(3):
        # what is left of one where another, which lies within it, is subtracted
        new = {a - b for a in known for b in known if a != b and a & b == b} - known
        if not new or len(known) > 600:
            break
        known |= set(sorted(new)[:400])
    assert all(behind(items, bits) >= LEAST for bits in known)


@settings(deadline=None)
@given(markets())
def test_a_total_is_never_short_of_what_was_merged(items: list[Item]) -> None:
    cells = merged(items, LADDERS)
    whole = sum(item.amounts[0] for item in items)
    enough = behind(items, whole) >= LEAST
    assert sum(cell.amounts[0] for cell in cells) == (whole if enough else 0)


@settings(deadline=None)
@given(markets())
def test_a_cell_is_made_of_the_items_that_its_labels_name(items: list[Item]) -> None:
    for cell in merged(items, LADDERS):
        for item in items:
            if cell.amounts[0] & item.amounts[0]:
                assert all(told in (None, label) for told, label in zip(cell.labels, item.labels, strict=True))


@settings(deadline=None)
@given(markets(), st.randoms())
def test_the_order_of_the_items_changes_nothing(items: list[Item], shuffle: object) -> None:
    other = list(items)
    shuffle.shuffle(other)  # type: ignore[attr-defined]  # Hypothesis's random
    assert merged(other, LADDERS) == merged(items, LADDERS)


@settings(deadline=None)
@given(markets())
def test_with_a_least_of_one_nothing_is_merged(items: list[Item]) -> None:
    assert [c.labels for c in merged(items, LADDERS, least=1)] == sorted(item.labels for item in items)
