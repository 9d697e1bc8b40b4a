"""Before every page: nobody passes without a session, except to public pages, nor with a form of another site."""

from typing import Any
from urllib.parse import quote, unquote

from litestar import Response

from market.console import rendering
from market.console.paths import SIGN_IN, local
from market.console.screen import Screen, screen
from market.console.visit import NUL, Visit
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
    if NUL in unquote(request.scope["query_string"]):
        raise Refusal("bad_request")
    session = request.session
    pace(request.parts, address(request) if session is None else ("key", session.id))
    if session is None and not declared.public:
        return await _elsewhere(request, SIGN_IN)
    if request.method not in origin.SAFE:
        await request.check_form()
    if session is not None and session.standing is Standing.OPEN:
        _admit(request, declared, session)
    elif session is not None and not (declared.public or declared.unfinished):
        return await _elsewhere(request, STEPS[session.standing])
    request.admit()
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


async def _elsewhere(request: Visit, path: str) -> Response[Any]:
    """To that page, and from there back to this one; who was writing keeps the words, and signs in beside them."""
    if "text/event-stream" in request.headers.get("accept", ""):
        # the one answer after which a browser does not ask again by itself
        return Reply(None, status_code=204)
    if request.method not in origin.SAFE:
        await request.form()
    elif not request.partial:
        return rendering.see(request, f"{path}?next={quote(local(request.here), safe='')}")
    return rendering.page(
        request,
        "parts/signed-out.html" if request.partial else "signed-out.html",
        status=401,
        headers=rendering.beside(request),
        path=path,
    )
