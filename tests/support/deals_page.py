"""The life of a deal as the page docs/deals.md. `make docs-deals` writes it, and a test compares.

python -m tests.support.deals_page > docs/deals.md
"""

import sys
from collections.abc import Iterator

from market.deals.machine import TABLE, Act, Status, Transition
from market.deals.review.structs import RejectReason
from market.deals.review.words import worded
from market.deals.structs import RiskCode, VoidCode


def page() -> str:
    """Markdown: the diagram, the table, and what a review knows."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield from ("# The life of a deal", "")
    yield "Written by `make docs-deals` from the table of transitions in `market/deals/machine.py`, which the service"
    yield "executes and the API refuses by."
    yield from ("", "```mermaid", *diagram(), "```", "")
    yield "| act | from | to | by | in turn | if | then |"
    yield "|---|---|---|---|---|---|---|"
    yield from (_row(step) for step in TABLE)
    yield from ("", "## What speaks for a closer look", "")
    yield "A coordinator is shown these with each deal in review; the parties are not."
    yield from ("", *_codes("risk", RiskCode))
    yield from ("", "## Why a deal is rejected", "", *_codes("reject", RejectReason))
    yield from ("", "## What leaves an approval behind", "", *_codes("void", VoidCode))


def diagram() -> Iterator[str]:
    """A Mermaid state diagram: one arrow for each pair of statuses, labelled with the acts that lead along it."""
    yield "stateDiagram-v2"
    yield f"  [*] --> {Status.PROPOSED}: {Act.OPEN}"
    for source in Status:
        for target in Status:
            acts = [step.act.value for step in TABLE if source in step.sources and target in step.ends(source)]
            if acts:
                yield f"  {source} --> {target}: {', '.join(acts)}"
    yield from (f"  {status} --> [*]" for status in Status if status.over)


def _row(step: Transition) -> str:
    cells = (
        f"`{step.act}`",
        ", ".join(step.sources),
        ", ".join(step.targets),
        ", ".join(step.actors),
        "yes" if step.in_turn else "",
        step.guard,
        step.effect,
    )
    return f"| {' | '.join(cells)} |"


def _codes(about: str, codes: type[RiskCode] | type[RejectReason] | type[VoidCode]) -> Iterator[str]:
    for code in codes:
        words = worded(about, code.value, {}, "en").replace("?", "…")
        yield f"- `{code}`: {words}"


if __name__ == "__main__":
    sys.stdout.write(page())
