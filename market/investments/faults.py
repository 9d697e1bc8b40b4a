"""What is wrong with a question about investments, all of it at once, each with a JSON Pointer."""

from collections.abc import Iterator

from market.blends.offered import faults_of_listings
from market.investments.structs import InvestmentRequest, InvestmentTerms
from market.steps.faults import faults_of_offers
from matching.fault import Fault, inside, unknown
from matching.investing.assumed import assumed_faults
from matching.investing.sites import site_faults
from matching.reference import Catalogue


def request_faults(request: InvestmentRequest, known: Catalogue) -> Iterator[Fault]:
    """Of posted specs and lots."""
    yield from faults_of_listings("/specs", request.specs, known)
    yield from faults_of_listings("/lots", request.lots, known)
    yield from terms_faults(request, known)


def terms_faults(terms: InvestmentTerms, known: Catalogue) -> Iterator[Fault]:
    """Of the rest, which a coordinator's run has too."""
    yield from unknown("/material", terms.material, "material", known.materials)
    yield from faults_of_offers(terms.offers, known)
    yield from inside("/assumed", assumed_faults(terms.assumed, known))
    yield from inside("/sites", site_faults(terms.sites, known))
