"""Many lots into one volume that conforms, at least delivered cost or least CO2 (design section 3, Blend).

minimise Σ c_i x_i  subject to  Σ μ_i x_i + z √(Σ u_i² x_i²) <= L Σ x_i  for every side of every limit, Σ x_i = T,
0 <= x_i <= availability, and where asked x_i = 0 or >= the least take, and few suppliers. A second-order cone
program by sifting and tangent cuts (`sifting`), with integers by branch and cut on the columns of best reduced cost
(`portions`). Every blend is judged again by the rules of single lots before it is shown. With processors' offers a lot
may also come in by way of their steps, each way a column of its own (`treating`).
"""

import math
from collections.abc import Sequence

import msgspec

from matching.blending.answer import Blend, Objective, Take
from matching.blending.candidates import Candidate, Sense, candidates, recipe
from matching.blending.joint import joint_probability
from matching.blending.judging import judged
from matching.blending.mixing import BlendRefusedError
from matching.blending.portions import NODES, Portioned, portioned
from matching.blending.recipe import Recipe, Terms
from matching.blending.relaxing import relaxations
from matching.blending.shadow import Priced, priced
from matching.blending.sifting import Blended, Sieve
from matching.blending.spending import processing
from matching.blending.treating import Processors
from matching.evaluation import ENGINE
from matching.freight import rated
from matching.listings import Lot, Spec
from matching.reference import Catalogue
from matching.solver import Vector
from matching.upgrading.offer import UpgradeOffer
from matching.values import Currency

SHARED_ERROR = 0.5
# shadow prices take some twenty solves a limit, or with integers one; over more lots they are left null
PRICED, PRICED_WHOLE = 1000, 100
_DIGITS = 12
_MET = 1e-9


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """How to blend: what is made least, confidence over all limits together or each, error that laboratories share."""

    sense: Sense = Sense.COST
    joint: bool = False
    lab_correlation: float = 0.0
    # they take many solves more, and who is not told amounts does not need them
    shadow_prices: bool = True

    def terms(self, spec: Spec) -> Terms:
        """The confidence that is asked for."""
        return Terms(spec.confidence, self.joint, self.lab_correlation)

    def processors(self, spec: Spec, offers: Sequence[UpgradeOffer], catalogue: Catalogue) -> Processors | None:
        """Those who make the offers, if there are any."""
        return Processors(spec, offers, self.terms(spec), self.sense, catalogue) if offers else None


class Found(msgspec.Struct, frozen=True):
    """Shares of a blend with the proven bound of its cost per tonne."""

    shares: Vector
    bound: float
    status: str
    # what a similar recipe is solved from; None with integers
    relaxed: Blended | None = None


def blend(
    spec: Spec,
    lots: Sequence[tuple[str, Lot]],
    catalogue: Catalogue,
    wish: Wish | None = None,
    offers: Sequence[UpgradeOffer] = (),
) -> Blend:
    """The best blend for a spec; raises `BlendRefusedError` where a limit does not blend."""
    wish = wish or Wish()
    return blend_by(spec, lots, catalogue, wish, wish.processors(spec, offers, catalogue))


def blend_by(
    spec: Spec, lots: Sequence[tuple[str, Lot]], catalogue: Catalogue, wish: Wish, processors: Processors | None
) -> Blend:
    """As `blend`, by way of processors that may have been asked about the lots before."""
    terms, offers = wish.terms(spec), () if processors is None else processors.offers
    asked, entered, barred = candidates(spec, lots, catalogue, wish.sense, processors)
    problem = recipe(spec, asked, entered, terms, wish.sense)
    found = best(problem)
    shown = _shown(problem, found, spec.confidence, wish)
    priceable = wish.shadow_prices and len(entered) <= (PRICED_WHOLE if problem.integer else PRICED)
    if found is not None and found.status == "optimal" and priceable:
        currency = Currency.JPY if wish.sense is Sense.COST else None
        shown = msgspec.structs.replace(shown, limits=priced(problem, terms, shown.limits, _costs(found), currency))
    if found is None and entered:
        eased = relaxations(problem, terms, _possible)
        shown = msgspec.structs.replace(shown, relaxations=eased)
    takes = () if found is None else _takes(problem, entered, found.shares, processors)
    return msgspec.structs.replace(
        shown,
        takes=takes,
        barred=tuple(barred),
        catalogue=catalogue.version,
        freight=rated([*(lot.location for _, lot in lots), *(offer.location for offer in offers)], catalogue),
        processing=None if processors is None else processing(takes, entered, offers),
    )


def _costs(found: Found) -> Priced:
    """Cost per tonne of the optimum of a recipe that differs little from the one behind `found`."""

    def cost(problem: Recipe) -> float | None:
        try:
            again = best(problem, found.relaxed)
        except BlendRefusedError:
            return None
        return None if again is None or again.status != "optimal" else float(problem.cost @ again.shares)

    return cost


def best(problem: Recipe, near: Blended | None = None) -> Found | None:
    """The optimum of a recipe, sooner `near` that of a similar one; None where there is none (proven)."""
    if not len(problem.cost) or float(problem.coming.sum()) < problem.tonnes * (1.0 - 1e-9):
        return None
    if problem.integer:
        return _whole(portioned(problem))
    relaxed = Sieve(problem, near=near).cheapest()
    if relaxed is None:
        return None
    met = relaxed.cost - relaxed.bound <= _MET * abs(relaxed.cost)
    return Found(_settled(relaxed.shares), relaxed.bound, "optimal" if met else "feasible", relaxed)


def _possible(problem: Recipe) -> bool:
    """Whether a blend is found; one that was not found in the nodes there are confirms no change."""
    try:
        return best(problem) is not None
    except BlendRefusedError:
        return False


def _whole(found: Portioned) -> Found | None:
    if found.shares is None:
        if found.proven:
            return None
        raise BlendRefusedError("blend_not_found", {"nodes": NODES})
    return Found(_settled(found.shares), found.bound, "optimal" if found.proven else "feasible")


def _settled(shares: Vector) -> Vector:
    """Shares without the solver's crumbs, and of sum 1."""
    shares = shares.copy()
    shares[shares < 1e-10] = 0.0
    return shares / math.fsum(shares[shares > 0.0].tolist())


def _shown(problem: Recipe, found: Found | None, confidence: float, wish: Wish) -> Blend:
    """The answer but for what is known of the lots themselves."""
    empty = Blend(
        status="infeasible",
        objective=_objective(wish.sense, 0.0),
        bound=None,
        gap=None,
        tonnes=0.0,
        takes=(),
        limits=(),
        relaxations=(),
        joint_probability=None,
        joint_probability_shared_error=None,
        lab_correlation=wish.lab_correlation,
        barred=(),
        engine=ENGINE,
        catalogue="",
        freight=(),
    )
    if found is None:
        return empty
    amount = math.fsum((problem.cost * found.shares).tolist()) * problem.tonnes
    bound = amount if found.status == "optimal" else min(amount, found.bound * problem.tonnes)
    return msgspec.structs.replace(
        empty,
        status=found.status,
        objective=_objective(wish.sense, amount),
        bound=_digits(bound),
        gap=_gap(amount, bound),
        tonnes=problem.tonnes,
        limits=judged(problem, found.shares, confidence),
        joint_probability=joint_probability(problem, found.shares, wish.lab_correlation),
        joint_probability_shared_error=joint_probability(problem, found.shares, SHARED_ERROR),
    )


def _objective(sense: Sense, amount: float) -> Objective:
    if sense is Sense.CO2:
        return Objective(sense=sense, amount=_digits(amount), unit="kg CO2")
    return Objective(sense=sense, amount=_digits(amount), currency=Currency.JPY)


def _takes(
    problem: Recipe, entered: Sequence[Candidate], shares: Vector, processors: Processors | None
) -> tuple[Take, ...]:
    return tuple(
        Take(
            lot=one.id,
            tonnes=_digits(share * problem.tonnes),
            delivered_cost=one.delivered,
            steps=() if processors is None else processors.steps(one, share * problem.tonnes),
        )
        for one, share in zip(entered, shares.tolist(), strict=True)
        if share > 0.0
    )


def _gap(amount: float, bound: float) -> float:
    gap = (amount - bound) / abs(amount) if amount else 0.0
    return gap if gap > 1e-9 else 0.0


def _digits(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
