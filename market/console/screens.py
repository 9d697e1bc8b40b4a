"""All pages under one router: one gate before them, one way to end a visit early."""

from typing import cast

from litestar import Router
from litestar.types import BeforeRequestHookHandler

from market.console import (
    colleagues,
    door,
    gate,
    home,
    language,
    nowhere,
    problems,
    profile,
    second_factor,
    spec_advice,
    spec_blends,
    spec_editor,
    spec_matches,
    spec_what_if,
    specs,
    static,
    tender_bids,
    tenders,
)
from market.console.visit import Visit

SCREENS = (
    static,
    language,
    door,
    second_factor,
    profile,
    colleagues,
    home,
    specs,
    spec_editor,
    spec_matches,
    spec_blends,
    spec_what_if,
    spec_advice,
    tenders,
    tender_bids,
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
