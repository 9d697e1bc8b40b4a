"""`evaluate` and `rank`: the engine over files, without a server or a database."""

import sys
from collections.abc import Iterable
from typing import Any

import msgspec

from market.commands.documents import content, decode, one_stdin
from market.commands.errors import InputError
from market.commands.permitted import (
    Pair,
    judged,
    judged_errors,
    read_judged_lot,
    read_judged_lots,
    read_judged_spec,
)
from market.commands.rates import priced
from matching.evaluation import Evaluation
from matching.explain import explain
from matching.ranking import Ranked, arranged
from matching.reference import Catalogue

_ENCODER = msgspec.json.Encoder(decimal_format="number")


def evaluate_files(spec: str, lot: str, *, freight_table: str | None = None) -> None:
    """One evaluation as one JSON document on standard output."""
    one_stdin(spec, lot, freight_table)
    known = priced(freight_table)
    evaluation = judged(read_judged_spec(spec, known), read_judged_lot(lot, known), known)
    write(explain(evaluation, "en", known))


def evaluate_pairs(path: str, *, freight_table: str | None = None) -> None:
    """One evaluation a line, in the order of the lines.

    A line that cannot be judged gives `{"error": …}` in its place, so that the lines of both files stay together;
    its faults go to standard error, and the exit status is 2. Blank lines give nothing.
    """
    one_stdin(path, freight_table)
    known = priced(freight_table)
    faulty: list[str] = []
    for number, line in enumerate(content(path).split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            write(explain(_evaluated(line, known, f"{path}:{number}"), "en", known))
        except InputError as error:
            write({"error": error.lines})
            faulty += error.lines
    if faulty:
        raise InputError(faulty)


def _evaluated(line: bytes, known: Catalogue, where: str) -> Evaluation:
    pair = decode(line, Pair, where)
    if faults := [*judged_errors(pair.spec, known, where, "/spec"), *judged_errors(pair.lot, known, where, "/lot")]:
        raise InputError(faults)
    return judged(pair.spec, pair.lot, known)


def rank_files(spec: str, lots: str, *, freight_table: str | None = None) -> None:
    """Lots in the order in which a buyer should look at them: a table for a terminal, else one JSON document."""
    one_stdin(spec, lots, freight_table)
    known = priced(freight_table)
    wanted = read_judged_spec(spec, known)
    offered = read_judged_lots(lots, known)
    named = [(lot.id if lot.id is not None else str(i), lot) for i, lot in enumerate(offered)]
    found = arranged(Ranked(name, judged(wanted, lot, known)) for name, lot in named)
    ranked = [Ranked(r.id, explain(r.evaluation, "en", known)) for r in found]
    if sys.stdout.isatty():
        from market.commands.table import show  # noqa: PLC0415 - rich is wanted on a terminal only

        show(wanted, dict(named), ranked)
    else:
        write({"matches": _told(ranked, near=False), "near_misses": _told(ranked, near=True)})


def _told(ranked: Iterable[Ranked], *, near: bool) -> list[dict[str, Any]]:
    return [{"id": r.id, **msgspec.structs.asdict(r.evaluation)} for r in ranked if r.near_miss is near]


def write(document: object) -> None:
    """One line of JSON on standard output."""
    sys.stdout.buffer.write(_ENCODER.encode(document) + b"\n")
