"""Taking stock: the figures of all open listings as they stand, exact for coordinators and merged for everyone.

Both are made in one transaction from one pass over the listings, so that they are of one instant, `as_of`. Running it
again changes nothing but that. Memory is bounded by the cells, and in each by its firms.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from market.insight import figures
from market.insight.cells import LEAST, Item, Ladder, merged
from market.insight.figures import LATER, CellRow, FindingRow
from matching.reference import Catalogue
from specs.kit import clock
from specs.kit.tenancy import Work

# in the order in which they are told apart: of a family first the place, then of what it is, then the time
LADDERS: Final = (
    Ladder(("family",)),
    Ladder(("region", "prefecture")),
    Ladder(("material", "grade"), under=0),
    Ladder(("quarter", "month")),
)
LABELS: Final = tuple(rung for ladder in LADDERS for rung in ladder.rungs)
# a gap is told for all of Japan: by what it fails, before of which material it is
GAP_LADDERS: Final = (Ladder(("family",)), Ladder(("code", "about")), Ladder(("material",), under=0))
# no sooner: what differs between two snapshots should be more than one firm's doing
EVERY: Final = timedelta(hours=1)
SIDES: Final = ("supply", "demand")
Row = Any


async def take_due(work: Work, catalogue: Catalogue, *, assessed: bool) -> int:
    """As `take` where the figures are an hour old, or where the market is another one by now (`figures.due`)."""
    if not await figures.due(work.connection, work.at - EVERY, assessed=assessed):
        return 0
    return await take(work, catalogue)


async def take(work: Work, catalogue: Catalogue) -> int:
    """Replace the figures; how many cells there are. As the engine."""
    rows = await figures.cells(work.connection, clock.today(work.at))
    numbered = _Numbers()
    told = list(_exact(rows, catalogue))
    for side in SIDES:
        items = [_item(row, catalogue, numbered) for row in rows if row["side"] == side]
        told += [_merged_row(side, cell.labels, cell.firms, cell.amounts) for cell in merged(items, LADDERS)]
    gaps, levers = _parted(await figures.findings(work.connection))
    found = [*_exact_findings((*gaps, *levers), catalogue), *_gaps(gaps, catalogue, numbered)]
    found += _levers(levers, catalogue)
    assessed = sum(row["assessed_kg"] for row in rows if row["side"] == "demand")
    await figures.replace(work.connection, work.at, told, found, assessed)
    return len(told)


class _Numbers:
    """Small numbers for firms: sets of them are light."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def of(self, firms: Iterable[str]) -> frozenset[int]:
        return frozenset(self._known.setdefault(firm, len(self._known)) for firm in firms)


def quarter(month: str) -> str:
    """`2027-02` is in `2027-Q1`; what is later than any month told is in no quarter of its own."""
    return month if month == LATER else f"{month[:5]}Q{(int(month[5:]) + 2) // 3}"


def _labels(row: Row, catalogue: Catalogue) -> dict[str, str]:
    return {
        "family": catalogue.materials[row["material"]].family,
        "material": row["material"],
        "grade": row["grade"],
        "region": catalogue.prefectures[row["prefecture"]].region,
        "prefecture": row["prefecture"],
        "quarter": quarter(row["month"]),
        "month": row["month"],
    }


def _item(row: Row, catalogue: Catalogue, numbered: _Numbers) -> Item:
    labels = _labels(row, catalogue)
    amounts = (row["matched_kg"], row["near_kg"], row["rest_kg"])
    return Item(tuple(labels[name] for name in LABELS), numbered.of(row["firms"]), amounts)


def _exact(rows: Iterable[Row], catalogue: Catalogue) -> Iterator[CellRow]:
    for row in rows:
        yield CellRow(
            exact=True,
            side=row["side"],
            **_labels(row, catalogue),
            firms=len(row["firms"]),
            matched_kg=row["matched_kg"],
            near_kg=row["near_kg"],
            rest_kg=row["rest_kg"],
        )


def _merged_row(side: str, labels: Sequence[str | None], firms: int, amounts: Sequence[int]) -> CellRow:
    named: Mapping[str, str | None] = dict(zip(LABELS, labels, strict=True))
    matched, near, rest = amounts
    return CellRow(exact=False, side=side, **named, firms=firms, matched_kg=matched, near_kg=near, rest_kg=rest)


def _parted(rows: Iterable[Row]) -> tuple[list[Row], list[Row]]:
    found: dict[str, list[Row]] = {"gap": [], "lever": []}
    for row in rows:
        found[row["kind"]].append(row)
    return found["gap"], found["lever"]


def _exact_findings(rows: Iterable[Row], catalogue: Catalogue) -> Iterator[FindingRow]:
    """Of specs alone: a lever's tonnes are the same ones on both sides."""
    for row in rows:
        if row["object_kind"] == "spec":
            family = catalogue.materials[row["material"]].family
            named = {name: row[name] for name in ("kind", "material", "prefecture", "code", "about", "kg")}
            yield FindingRow(exact=True, family=family, firms=len(row["firms"]), **named)


def _gaps(rows: Iterable[Row], catalogue: Catalogue, numbered: _Numbers) -> Iterator[FindingRow]:
    items = []
    for row in rows:
        of = catalogue.materials[row["material"]].family
        labels = of, row["code"], row["about"], row["material"]
        items.append(Item(labels, numbered.of(row["firms"]), (row["kg"],)))
    for cell in merged(items, GAP_LADDERS):
        family, code, about, material = cell.labels
        yield FindingRow(
            exact=False,
            kind="gap",
            family=family,
            material=material,
            prefecture=None,
            code=code,
            about=about,
            firms=cell.firms,
            kg=cell.amounts[0],
        )


def _levers(rows: Iterable[Row], catalogue: Catalogue) -> Iterator[FindingRow]:
    """Each by itself, as they overlap: only where enough firms stand on either side of it, and in two digits."""
    firms: defaultdict[tuple[str, str, str], dict[str, set[str]]] = defaultdict(lambda: {"spec": set(), "lot": set()})
    tonnage: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for row in rows:
        key = row["material"], row["code"], row["about"]
        firms[key][row["object_kind"]].update(row["firms"])
        tonnage[key] += row["kg"] if row["object_kind"] == "spec" else 0
    for key in sorted(firms):
        fewest = min(len(firms[key][side]) for side in ("spec", "lot"))
        if fewest >= LEAST:
            material, code, about = key
            yield FindingRow(
                exact=False,
                kind="lever",
                family=catalogue.materials[material].family,
                material=material,
                prefecture=None,
                code=code,
                about=about,
                firms=fewest,
                kg=coarse(tonnage[key]),
            )


def coarse(kg: int) -> int:
    """In two significant digits."""
    step = int("1" + "0" * (len(str(kg)) - 2))
    return round(kg / step) * step
