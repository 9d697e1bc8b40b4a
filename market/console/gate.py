"""Before every page: nobody passes without a session, except to public pages."""

from litestar import Response

from market.console.screen import screen
from market.console.visit import Visit

SIGN_IN = "/console/sign-in"


async def check(request: Visit) -> Response[None] | None:
    """A `before_request` hook: None to go on, or where to sign in."""
    declared = screen(request.route_handler)
    if declared is None or declared.public:
        return None
    return Response(None, status_code=303, headers={"Location": SIGN_IN})
