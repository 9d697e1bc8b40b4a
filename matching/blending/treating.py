"""What processors' steps make of the lots of a blend: the ways of each, and what each brings to the limits.

A lot after a path has two ends (`upgrading.projecting`): a maximum looks at the high one, a minimum at the low one,
each with its own uncertainty. Of that uncertainty one share is the lot's own, as it is in its other columns, and one
is each claim's, as it is for every lot that goes the same way: (u f)² and (c u_f)² of the mass balance.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import islice

import msgspec

from matching.blending.candidates import Candidate, Sense, gate
from matching.blending.mixing import spread
from matching.blending.part import Bar, Expected, Known, Part, Question, ended, knowledge, scattered, total
from matching.blending.ranking import Asked, ranked, sides
from matching.blending.recipe import Terms, guards
from matching.blending.route import Route
from matching.composition import Composition
from matching.engine import evaluate
from matching.gates import blockers
from matching.listings import Lot, Spec
from matching.reference import Catalogue
from matching.results import Normal
from matching.upgrading.answer import PathStep
from matching.upgrading.labels import Ground, Label, extended, start, weighed
from matching.upgrading.offer import UpgradeOffer
from matching.upgrading.projecting import Twin, claim_on, claimed, stepped
from matching.upgrading.searching import Supplied, ground
from matching.upgrading.telling import steps
from matching.values import Currency, Limit

# columns of a lot besides itself, and ways that are projected to find them
ROUTES, TRIED = 6, 12
# a way that leaves less of a tonne than this is none, and its coefficients would drown the others
LEAST_KEPT = 1e-4
# gates that a step may open
_OPENED = frozenset({"form"})


class Processors:
    """The offers to one blend; `columns` may be asked for lot after lot."""

    def __init__(
        self, spec: Spec, offers: Sequence[UpgradeOffer], terms: Terms, sense: Sense, catalogue: Catalogue
    ) -> None:
        self._spec, self._terms, self._sense, self._catalogue = spec, terms, sense, catalogue
        self.offers = tuple(offers)
        self._supply = Supplied.of(offers)
        self._ways: dict[tuple[str, tuple[str, ...]], tuple[Label, Ground]] = {}
        self._told: dict[str, tuple[Sequence[Question], bool, list[Candidate]]] = {}

    def may_open(self, lot: Lot) -> bool:
        """Whether a lot that does not pass the gates may pass them after a step."""
        return all(blocker.gate in _OPENED for blocker in blockers(self._spec, lot, self._catalogue))

    def columns(self, id_: str, lot: Lot, asked: Sequence[Question], *, closed: bool) -> list[Candidate]:
        """The candidates that the ways of one lot are; worked out once for the same questions."""
        told = self._told.get(id_)
        if told is None or told[:2] != (asked, closed):
            told = self._told[id_] = (asked, closed, self._columns(id_, lot, asked, closed=closed))
        return told[2]

    def _columns(self, id_: str, lot: Lot, asked: Sequence[Question], *, closed: bool) -> list[Candidate]:
        composition = Composition(lot, self._catalogue)
        told = [(question, knowledge(question, composition, self._catalogue)) for question in asked]
        known = tuple((question, one) for question, one in told if isinstance(one, Known))
        priced = lot.ask_price is not None and lot.ask_price.currency is Currency.JPY
        if len(known) < len(asked) or (self._sense is Sense.COST and not priced):
            return []
        base = self.ground(lot)
        stakes = Asked(self._spec.delivery.location, self._sense, tuple(sides(known, base)), closed)
        tried = ranked(stakes, base)[:TRIED]
        found = (self.candidate(id_, lot, label, base, asked) for label in tried)
        return list(islice((one for one in found if one is not None), ROUTES))

    def steps(self, taken: Candidate, tonnes: float) -> tuple[PathStep, ...]:
        """The steps of a column of which so many tonnes arrive."""
        if taken.route is None:
            return ()
        label, base = self._ways[taken.id, _names(taken.route.offers)]
        entering = msgspec.structs.replace(label, tonnes_in=tonnes / label.kept)
        return tuple(steps(self._spec, entering, base))

    def ground(self, lot: Lot) -> Ground:
        """What other ways give of the lot is not known here, so no way has a least take of its own."""
        limits: tuple[Limit, ...] = self._spec.limits
        if self._spec.grades or self._spec.regimes:
            limits = evaluate(self._spec, lot, self._catalogue).limits
        free = msgspec.structs.replace(lot.quantity, min_take_tonnes=None)
        return ground(msgspec.structs.replace(lot, quantity=free), limits, self._supply, self._catalogue)

    def candidate(self, id_: str, lot: Lot, label: Label, base: Ground, asked: Sequence[Question]) -> Candidate | None:
        """The column of a label; None where the lot as it would be cannot enter."""
        if label.kept < LEAST_KEPT:
            return None
        offers = tuple(base.offers[i] for i in label.path)
        # the ends of intervals are guarded as far as the strictest limit is
        z = max(guards(asked, self._terms), default=0.0)
        twin = Twin(lot, lot)
        for offer in offers:
            twin = stepped(twin, offer, z, self._catalogue)
        if gate(self._spec, twin.high, self._catalogue) or gate(self._spec, twin.low, self._catalogue):
            return None
        parts = self._parts(twin, offers, asked)
        if parts is None:
            return None
        self._ways[id_, _names(offers)] = (label, base)
        last = base.freight(label.place, self._spec.delivery.location)
        priced = lot.ask_price is not None and lot.ask_price.currency is Currency.JPY
        return Candidate(
            id=id_,
            lot=lot,
            delivered=label.cost + last.jpy_per_t if priced else None,
            co2=math.nan if label.co2 is None else label.co2 + last.co2_kg_per_t,
            parts=parts,
            route=Route(offers),
        )

    def _parts(self, twin: Twin, offers: Sequence[UpgradeOffer], asked: Sequence[Question]) -> tuple[Part, ...] | None:
        high, low = (Composition(lot, self._catalogue) for lot in (twin.high, twin.low))
        found: list[Part] = []
        for question in asked:
            ends = [knowledge(question, end, self._catalogue) for end in (high, low)]
            known = [end for end in ends if not isinstance(end, Bar)]
            if len(known) < len(ends):
                return None
            one = expected(question, known[0], known[1], offers, self._catalogue)
            if not ended(question, one):
                return None
            found.append(one)
        return tuple(found)


class Chosen(Processors):
    """Processors of whom only certain ways are wanted, by lot."""

    def __init__(  # noqa: PLR0917 - as of all ways, and which
        self,
        spec: Spec,
        offers: Sequence[UpgradeOffer],
        terms: Terms,
        sense: Sense,
        catalogue: Catalogue,
        ways: Mapping[str, Sequence[tuple[UpgradeOffer, ...]]],
    ) -> None:
        super().__init__(spec, offers, terms, sense, catalogue)
        self._chosen = ways

    def columns(self, id_: str, lot: Lot, asked: Sequence[Question], *, closed: bool) -> list[Candidate]:  # noqa: ARG002 - as of all ways
        """The candidates of the ways that are wanted and that still are ways."""
        base = self.ground(lot)
        labels = (self._label(path, base) for path in self._chosen[id_])
        found = (self.candidate(id_, lot, label, base, asked) for label in labels if label is not None)
        return [one for one in found if one is not None]

    @staticmethod
    def _label(path: Sequence[UpgradeOffer], base: Ground) -> Label | None:
        label: Label | None = start(base)
        for offer in path:
            if label is None or offer not in base.offers:
                return None
            label = extended(label, base.offers.index(offer), base)
        return label


def _names(offers: Sequence[UpgradeOffer]) -> tuple[str, ...]:
    return tuple(offer.id for offer in offers)


def expected(question: Question, high: Known, low: Known, offers: Sequence[UpgradeOffer], catalogue: Catalogue) -> Part:
    """The part of a lot as it would be, from both of its ends."""
    up, down = (_shares(question, end, offers, catalogue) for end in (high, low))
    weights = (high.weight, low.weight)
    return Part(
        low=min(total(end.results, question.rule, upper=False) for end in (high, low)),
        high=max(total(end.results, question.rule, upper=True) for end in (high, low)),
        spreads=up.own,
        weight=min(weights),
        expected=Expected(spreads=down.own, high=up.claims, low=down.claims, heavy=max(weights)),
    )


class _Shares(msgspec.Struct, frozen=True):
    """Standard uncertainties by analyte: the lot's own, and each offer's."""

    own: tuple[float, ...]
    claims: tuple[tuple[float, ...], ...]


def _shares(question: Question, known: Known, offers: Sequence[UpgradeOffer], catalogue: Catalogue) -> _Shares:
    own: list[float] = []
    by_analyte: list[list[float]] = []
    every = zip(question.limit.analytes, known.results, scattered(known.results, question.rule), strict=True)
    for code, one, u in every:
        claims = [0.0] * len(offers)
        if isinstance(one, Normal) and u > 0.0:
            claims = [spread(question.rule, one.mean, one.mean * _relative(code, o, catalogue)) for o in offers]
            claims = _within(u, claims) if one.mean > 0.0 else [u, *claims[1:]]
        own.append(math.sqrt(max(0.0, u * u - math.fsum(c * c for c in claims))))
        by_analyte.append(claims)
    return _Shares(tuple(own), tuple(zip(*by_analyte, strict=True)))


def _relative(code: str, offer: UpgradeOffer, catalogue: Catalogue) -> float:
    """Standard uncertainty of what a step multiplies an analyte by, as a share of that; 0 where it says nothing."""
    claim = claim_on(code, offer, catalogue)
    if claim is None:
        return 0.0
    factor = claimed(claim, offer.yield_ if weighed(code, catalogue) else 1.0)
    return factor.u / factor.by if factor.by > 0.0 else 0.0


def _within(u: float, claims: list[float]) -> list[float]:
    """Shares of an uncertainty are no more than all of it."""
    size = math.sqrt(math.fsum(c * c for c in claims))
    return [c * u / size for c in claims] if size > u else claims
