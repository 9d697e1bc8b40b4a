"""What is wrong with a question about investments, all of it at once, each with a JSON Pointer."""

from collections.abc import Iterable, Iterator, Sequence

from market.investments.structs import InvestmentRequest, InvestmentTerms, NamedLot, NamedSpec
from market.steps.faults import faults_of_offers
from matching.fault import Fault, fault, unknown
from matching.faults import lot_faults, spec_faults
from matching.investing.assumed import assumed_faults
from matching.investing.sites import site_faults
from matching.reference import Catalogue


def called(listings: Sequence[NamedSpec | NamedLot]) -> list[str]:
    """Their ids, or their places."""
    return [str(i) if one.id is None else one.id for i, one in enumerate(listings)]


def request_faults(request: InvestmentRequest, known: Catalogue) -> Iterator[Fault]:
    """Of posted specs and lots: faults that leave nothing to judge, and names used twice."""
    for i, spec in enumerate(request.specs):
        yield from _at(f"/specs/{i}", spec_faults(spec, known, doubts=False))
    for i, lot in enumerate(request.lots):
        yield from _at(f"/lots/{i}", lot_faults(lot, known, doubts=False))
    yield from _twice("/specs", called(request.specs))
    yield from _twice("/lots", called(request.lots))
    yield from terms_faults(request, known)


def terms_faults(terms: InvestmentTerms, known: Catalogue) -> Iterator[Fault]:
    """Of the rest, which a coordinator's run has too."""
    yield from unknown("/material", terms.material, "material", known.materials)
    yield from faults_of_offers(terms.offers, known)
    yield from _at("/assumed", assumed_faults(terms.assumed, known))
    yield from _at("/sites", site_faults(terms.sites, known))


def _at(pointer: str, faults: Iterable[Fault]) -> Iterator[Fault]:
    for one in faults:
        yield Fault(pointer + one.pointer, one.code, one.params)


def _twice(pointer: str, names: Sequence[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for i, name in enumerate(names):
        if name in seen:
            yield fault(f"{pointer}/{i}/id", "duplicate", given=name)
        seen.add(name)
