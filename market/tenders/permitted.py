"""How a lot stands to a tender's spec with what both sides hold in permits, wherever the two are listed."""

from uuid import UUID

from market.deals.relaxing import Relaxation, relaxed
from market.matches.current import Current
from market.tenders.held import Held
from matching.evaluation import Evaluation
from matching.listings import Lot, Spec


def judged(  # noqa: PLR0917 - a pair at its pinned revisions, and whose it is
    current: Current, tender: Held, spec: Spec, seller: UUID, lot: Lot, relaxations: tuple[Relaxation, ...]
) -> Evaluation:
    """Under the limits that would give way; `current` was refreshed in this transaction."""
    return current.judged(relaxed(spec, relaxations), lot, current.between(tender.buyer, seller))
