"""Ranked lots as a table for a terminal."""

from collections.abc import Mapping, Sequence

from rich.box import ROUNDED
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from matching.evaluation import Evaluation
from matching.listings import Lot, Spec
from matching.ranking import Ranked
from matching.values import Verdict

COLOUR = {
    Verdict.IN: "green",
    Verdict.CONDITIONAL: "yellow",
    Verdict.NOT_EVALUATED: "cyan",
    Verdict.OUT: "red",
}
SHOWN = 50
CLOSEST = 2
# "specification" in one piece
VERDICT_WIDTH = 13
# Said of nearly every lot: it is in the JSON, and would drown the rest of a table.
QUIET = ("uncertainty_assumed",)


def show(spec: Spec, lots: Mapping[str, Lot], ranked: Sequence[Ranked], console: Console | None = None) -> None:
    """Matches first, near misses after them; verdict, price and reasons first, the score last."""
    out = console or Console()
    matches = [r for r in ranked if not r.near_miss]
    near = [r for r in ranked if r.near_miss]
    title = escape(spec.title or spec.material)
    out.print(_table(f"Matches for {title}", lots, matches, "Why") if matches else f"No lot matches {title} as it is.")
    if near:
        out.print(_table("Near misses", lots, near, "What stands in the way, and what would fix it"))


def _table(title: str, lots: Mapping[str, Lot], ranked: Sequence[Ranked], why: str) -> Table:
    table = Table(title=title, caption=_cut(len(ranked)), title_justify="left", caption_justify="left", expand=True)
    table.box, table.show_lines = ROUNDED, True
    table.add_column("#", justify="right")
    table.add_column("Lot", ratio=2, overflow="fold")
    table.add_column("Verdict", width=VERDICT_WIDTH)
    table.add_column("Delivered ¥/t", justify="right")
    table.add_column(why, ratio=4, overflow="fold")
    table.add_column("Score", justify="right")
    for place, row in enumerate(ranked[:SHOWN], start=1):
        lot, evaluation = lots[row.id], row.evaluation
        table.add_row(
            str(place),
            escape(f"{row.id}: {lot.title}" if lot.title else row.id) + f"\n{lot.quantity.tonnes:,g} t",
            verdict(evaluation),
            price(evaluation),
            escape("\n".join(reasons(evaluation))),
            f"{evaluation.score:.2f}",
        )
    return table


def _cut(rows: int) -> str | None:
    return f"the first {SHOWN} of {rows}" if rows > SHOWN else None


def verdict(evaluation: Evaluation) -> str:
    """The verdict in words and colour, as rich markup."""
    colour = COLOUR[evaluation.verdict]
    return f"[{colour}]{evaluation.verdict.value.replace('_', ' ')}[/]"


def price(evaluation: Evaluation) -> str:
    """Delivered price per tonne, or a dash."""
    told = evaluation.delivered_price
    return "-" if told is None else f"{told.amount:,.0f}"


def reasons(evaluation: Evaluation) -> list[str]:
    """What a buyer reads: what stands in the way and what would fix it, else the closest limits; then flags."""
    lines = [blocker.reason for blocker in evaluation.blockers]
    lines += [limit.reason for limit in evaluation.limits if limit.verdict is not Verdict.IN]
    if evaluation.near_miss is not None:
        lines += [f"→ {change.reason}" for change in evaluation.near_miss.changes]
    flags = [flag.reason for flag in evaluation.flags if flag.code not in QUIET]
    return [*(lines or _closest(evaluation)), *flags]


def _closest(evaluation: Evaluation) -> list[str]:
    """The limits that were met most narrowly, and how many more there are."""
    met = sorted(evaluation.limits, key=lambda limit: 1.0 if limit.probability is None else limit.probability)
    lines = [limit.reason for limit in met[:CLOSEST]]
    more = len(met) - len(lines)
    return [evaluation.reason, *lines, *([f"and {more} more"] if more else [])]
