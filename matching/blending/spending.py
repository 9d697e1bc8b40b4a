"""What processors cost a blend and emit, apart from the rest."""

import math
from collections.abc import Iterable, Sequence

from matching.blending.answer import Processing, Take
from matching.blending.candidates import Candidate
from matching.evaluation import Flag
from matching.upgrading.offer import UpgradeOffer
from matching.values import Currency


def processing(takes: Iterable[Take], entered: Sequence[Candidate], offers: Sequence[UpgradeOffer]) -> Processing:
    """Summed over the steps of all takes."""
    known = {offer.id: offer for offer in offers}
    every = list(takes)
    treated = [take for take in every if take.steps]
    steps = [step for take in treated for step in take.steps]
    entering = {id_: math.fsum(s.tonnes_in for s in steps if s.offer == id_) for id_ in sorted(known)}
    emitted = [(known[step.offer].co2_kg_per_t, step.tonnes_in) for step in steps]
    tonnes = math.fsum(take.tonnes for take in treated)
    share = tonnes / math.fsum(take.tonnes for take in every) if treated else 0.0
    silent = any(rate is None for rate, _ in emitted)
    ways = [one for one in entered if one.route is not None]
    return Processing(
        amount=_digits(math.fsum(s.tonnes_in * (s.fee_per_tonne + s.residue_cost) for s in steps)),
        currency=Currency.JPY,
        co2_kg=None if silent else _digits(math.fsum((rate or 0.0) * t for rate, t in emitted)),
        tonnes_in=_digits(math.fsum(take.tonnes_in for take in treated)),
        tonnes=_digits(tonnes),
        share=_digits(share),
        routes=len(ways),
        lots=len({one.id for one in ways}),
        unused={id_: _digits(max(0.0, known[id_].capacity_tonnes - used)) for id_, used in entering.items()},
        flags=(Flag(code="blend_projected", params={"percent": round(100.0 * share, 1)}),) if treated else (),
    )


def _digits(value: float) -> float:
    return round(value, 6)
