"""All pages under one router: one gate before them, one way to end a visit early."""

from typing import cast

from litestar import Router
from litestar.types import BeforeRequestHookHandler

from market.console import (
    bulk,
    colleagues,
    door,
    gate,
    home,
    inbox,
    jobs,
    language,
    live,
    notices,
    nowhere,
    organisations,
    own_papers,
    permits,
    problems,
    profile,
    review_policy,
    reviews,
    second_factor,
    settings,
    spec_advice,
    spec_blends,
    spec_editor,
    spec_matches,
    spec_what_if,
    specs,
    static,
    tender_bids,
    tenders,
    umpire_samples,
)
from market.console.balance import page as balance
from market.console.deals import (
    acts,
    claims,
    compared,
    contract,
    deciding,
    deliveries,
    offering,
    offers,
    page,
    papers,
    receiving,
    samples,
)
from market.console.freight import page as freight
from market.console.lots import advice, editor, matches
from market.console.lots import page as lots
from market.console.lots import papers as lot_papers
from market.console.sitings import page as sitings
from market.console.upgrade_offers import page as upgrade_offers
from market.console.visit import Visit

PEOPLE = (door, second_factor, profile, colleagues)
DEALS = (page, acts, deciding, offering, offers, contract, samples, deliveries, receiving, claims, papers, compared)
SPECS = (specs, spec_editor, spec_matches, spec_blends, spec_what_if, spec_advice)
TENDERS = (tenders, tender_bids)
LOTS = (lots, editor, lot_papers, matches, advice, inbox, upgrade_offers, umpire_samples)
DESK = (balance, sitings, permits, own_papers, organisations, settings, review_policy, freight)
SCREENS = (
    static,
    language,
    *PEOPLE,
    home,
    live,
    notices,
    reviews,
    bulk,
    jobs,
    *DEALS,
    *SPECS,
    *TENDERS,
    *LOTS,
    *DESK,
    nowhere,
)


def router() -> Router:
    """The console, under /console."""
    return Router(
        "/console",
        route_handlers=[handler for screen in SCREENS for handler in screen.handlers],
        before_request=cast("BeforeRequestHookHandler", gate.check),
        request_class=Visit,
        exception_handlers=problems.HANDLERS,
    )
