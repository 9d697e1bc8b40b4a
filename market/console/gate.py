"""Before every page: nobody passes without a session, except to public pages, nor with a form of another site."""

from typing import Any
from urllib.parse import quote, urlsplit

from litestar import Response

from market.console.paths import HOME, SIGN_IN, local
from market.console.screen import Screen, screen
from market.console.visit import Visit
from market.http import origin
from market.http.auth import address, pace
from market.http.refusal import Refusal
from market.http.responses import Reply
from market.people.structs import Session, Standing

# where whoever has not finished signing in goes on
STEPS = {Standing.CODE: f"{SIGN_IN}/code", Standing.ENROL: f"{SIGN_IN}/second-factor"}


async def check(request: Visit) -> Response[Any] | None:
    """A `before_request` hook: None to go on, or where to sign in. Raises Refusal."""
    declared = screen(request.route_handler)
    if declared is None:
        return None
    await request.enter()
    session = request.session
    pace(request.parts, address(request) if session is None else ("key", session.id))
    if request.method not in origin.SAFE:
        await request.check_form()
    if session is not None and session.standing is Standing.OPEN:
        _admit(request, declared, session)
    elif not (declared.public or (session is not None and declared.unfinished)):
        return _elsewhere(request, SIGN_IN if session is None else STEPS[session.standing])
    return None


def _admit(request: Visit, declared: Screen, session: Session) -> None:
    principal = session.principal
    request.scope["auth"] = principal
    request.scope["key_id"] = str(session.id)  # type: ignore[typeddict-unknown-key]  # our own key in the ASGI scope
    if declared.public:
        return
    if principal.kind not in declared.kinds:
        raise Refusal("wrong_kind", {"kinds": ", ".join(sorted(declared.kinds))})
    if declared.scope is not None and declared.scope not in principal.scopes:
        raise Refusal("missing_scope", {"scope": declared.scope})


def _elsewhere(request: Visit, path: str) -> Response[Any]:
    """To that page, and from there back to this one; htmx leaves the page that it would have changed."""
    if request.partial:
        back = urlsplit(request.headers.get("hx-current-url", ""))
        wanted = f"{back.path}?{back.query}" if back.query else back.path
    else:
        wanted = request.here if request.method in origin.SAFE else HOME
    there = f"{path}?next={quote(local(wanted), safe='')}"
    if request.partial:
        return Reply(None, status_code=401, headers={"HX-Redirect": there})
    return Reply(None, status_code=303, headers={"Location": there})
