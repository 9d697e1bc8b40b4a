"""How a lot stands to a tender's spec with what both sides hold in permits, as far as both are open just now."""

from uuid import UUID

from market.deals.relaxing import Relaxation, relaxed
from market.matches.current import Current
from matching.evaluation import Evaluation
from matching.listings import Lot, Spec


def judged(  # noqa: PLR0917 - a pair, by its ids and at its pinned revisions
    current: Current, spec_id: UUID, spec: Spec, lot_id: UUID, lot: Lot, relaxations: tuple[Relaxation, ...]
) -> Evaluation:
    """Under the limits that would give way; `current` was refreshed in this transaction."""
    wanted, offered = current.find(str(spec_id)), current.find(str(lot_id))
    held = None if wanted is None or offered is None else current.held(wanted, offered)
    return current.judged(relaxed(spec, relaxations), lot, held)
