"""The life of a deal as the page docs/deals.md. `make docs-deals` writes it, and a test compares.

python -m tests.support.deals_page > docs/deals.md
"""

import sys
from collections.abc import Iterator

from market.deals.approval import VoidCode
from market.deals.claims import machine as claims
from market.deals.deliveries import machine as deliveries
from market.deals.machine import TABLE, Act, Status, Transition
from market.deals.review.structs import RejectReason
from market.deals.review.words import worded
from market.deals.samples import machine as samples
from market.deals.structs import RiskCode


def page() -> str:
    """Markdown: the diagram, the table, and what a review knows."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield from ("# The life of a deal", "")
    yield "Written by `make docs-deals` from the table of transitions in `market/deals/machine.py`, which the service"
    yield "executes and the API refuses by. A deal that a tender was awarded for begins in review or agreed, with"
    yield "the bid as its accepted offer."
    yield from ("", "```mermaid", *diagram(), "```", "")
    yield "| act | from | to | by | in turn | if | then |"
    yield "|---|---|---|---|---|---|---|"
    yield from (_row(step) for step in TABLE)
    yield from ("", "## The life of a portion", "")
    yield "From `market/deals/deliveries/machine.py`. A portion that was rejected leaves its tonnes committed for"
    yield "another one: it does not hold up the rest of the deal."
    yield from ("", "```mermaid", *portions(), "```", "")
    yield "| act | from | to | by | while the deal is | if | then |"
    yield "|---|---|---|---|---|---|---|"
    for step in deliveries.TABLE:
        sources, during = ", ".join(step.sources), ", ".join(step.during)
        yield f"| `{step.act}` | {sources} | {step.target} | {step.actor} | {during} | {step.guard} | {step.effect} |"
    yield from ("", "## The life of a claim", "")
    yield "From `market/deals/claims/machine.py`."
    yield from ("", "```mermaid", *claimed(), "```", "")
    yield "| act | from | to | by | if | then |"
    yield "|---|---|---|---|---|---|"
    for one in claims.TABLE:
        sources, roles = ", ".join(one.sources), ", ".join(one.roles)
        yield f"| `{one.act}` | {sources} | {one.target} | {roles} | {one.guard} | {one.effect} |"
    yield from ("", "## The life of a sample", "")
    yield "Written from the table in `market/deals/samples/machine.py`, while its deal is `sampling`. How two results"
    yield "become one stands at the head of `market/deals/samples/settling.py`."
    yield from ("", "| act | from | to | by | if | then |", "|---|---|---|---|---|---|")
    yield from (_sample_row(step) for step in samples.TABLE)
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


def portions() -> Iterator[str]:
    """The same of a portion."""
    yield from ("stateDiagram-v2", f"  [*] --> {deliveries.State.PLANNED}: plan")
    yield from (f"  {one} --> {step.target}: {step.act}" for step in deliveries.TABLE for one in step.sources)
    yield from (f"  {state} --> [*]" for state in deliveries.State if state.over)


def claimed() -> Iterator[str]:
    """The same of a claim."""
    yield from ("stateDiagram-v2", f"  [*] --> {claims.State.OPEN}: make")
    yield from (f"  {one} --> {step.target}: {step.act}" for step in claims.TABLE for one in step.sources)
    yield from (f"  {state} --> [*]" for state in claims.State if state.over)


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


def _sample_row(step: samples.Transition) -> str:
    sides = (", ".join(step.sources), ", ".join(step.targets), ", ".join(step.actors))
    return f"| {' | '.join((f'`{step.act}`', *sides, step.guard, step.effect))} |"


def _codes(about: str, codes: type[RiskCode] | type[RejectReason] | type[VoidCode]) -> Iterator[str]:
    for code in codes:
        words = worded(about, code.value, {}, "en").replace("?", "…")
        yield f"- `{code}`: {words}"


if __name__ == "__main__":
    sys.stdout.write(page())
