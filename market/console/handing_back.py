"""What answers a form that was refused: the page that it stood on, with the form as it was sent, and why.

The page is asked for again, of ourselves, so that no screen has to know of it; an editor, whose rows are drawn from
what was typed, says itself how it is drawn.
"""

import inspect
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from litestar import Response
from litestar.response.base import ASGIResponse

from market.console import rendering
from market.console.faults import Fault, Placed
from market.console.paths import local
from market.console.refused_form import RefusedForm
from market.console.text import text
from market.console.visit import Visit
from market.http.refusal import Refusal, problem
from market.http.responses import Reply
from specs.kit.errors import Refusal as Rule

# of a request for a page: neither the form's own, nor those by which htmx asks for a part
_NOT_HERS = frozenset({b"content-length", b"content-type", b"transfer-encoding", b"hx-request"})
_SCOPE = ("type", "asgi", "http_version", "scheme", "root_path", "client", "server", "request_id")
Above = Callable[[tuple[Placed, ...]], str]


class Refused(Reply):
    """`plain`, the answer without the form, unless its page can be drawn again: that is tried when it is sent."""

    def __init__(self, plain: Response[Any], handed: Callable[[], Awaitable[str | None]]) -> None:
        super().__init__(plain.content, status_code=plain.status_code, headers=plain.headers, cookies=plain.cookies)
        self._handed = handed

    def to_asgi_response(self, *args: Any, **kwargs: Any) -> ASGIResponse:
        """As Litestar's."""
        return _Late(super().to_asgi_response(*args, **kwargs), self._handed)


class _Late(ASGIResponse):
    def __init__(self, plain: ASGIResponse, handed: Callable[[], Awaitable[str | None]]) -> None:
        super().__init__(status_code=plain.status_code)
        self._plain = plain
        self._handed = handed

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        page = await self._handed()
        if page is not None:
            self._plain.body = page.encode()
            self._plain.headers["content-length"] = str(len(self._plain.body))
        await self._plain(scope, receive, send)


async def handed_back(visit: Visit, faults: Iterable[Fault], above: Above) -> str | None:
    """The page; None where it is no more, or the gate let nobody pass."""
    form = await _drawn(visit) if visit.draw is not None else await newer(visit)
    if form is None:
        return None
    form.fill()
    return form.finish(above(form.mark(faults)), _titled(visit))


async def newer(visit: Visit) -> RefusedForm | None:
    """The form as its page has it now; None where it has it no more, or the gate let nobody pass."""
    path = dict(visit.sent).get("_from")
    if path is None or not visit.admitted:
        return None
    return _own(visit, await _asked(visit, local(path)))


async def renewed(visit: Visit, form: RefusedForm, above: str) -> str:
    """The page with what was typed, of the version that `form` is of from now on."""
    stamps = form.stamps
    drawn = await _drawn(visit) or form
    drawn.fill(renewed=lambda now: text(visit.language, "refused.now", value=now))
    drawn.stamp(stamps)
    return drawn.finish(above, _titled(visit))


async def _drawn(visit: Visit) -> RefusedForm | None:
    if visit.draw is None or not visit.admitted:
        return None
    try:
        drawn = visit.draw()
        answer = await drawn if inspect.isawaitable(drawn) else drawn
    except (Refusal, Rule):
        # what the form is about is not theirs, or is there no more
        return None
    return _own(visit, answer.content.decode())


def _own(visit: Visit, page: str | None) -> RefusedForm | None:
    form = RefusedForm(page, visit.scope["path"], visit.sent) if page is not None else None
    return form if form is not None and form.there else None


def _titled(visit: Visit) -> Callable[[str], str]:
    return lambda title: text(visit.language, "refused.title", title=title)


async def _asked(visit: Visit, path: str) -> str | None:
    """What this visitor is shown there, None where that is no page."""
    bare, _, query = path.partition("?")
    scope: dict[str, Any] = {name: visit.scope[name] for name in _SCOPE if name in visit.scope}  # type: ignore[literal-required]
    scope |= {
        "method": "GET",
        "path": bare,
        "raw_path": bare.encode(),
        "query_string": query.encode(),
        "headers": [(name, value) for name, value in visit.scope["headers"] if name not in _NOT_HERS],
    }
    status, body = 0, bytearray()

    said = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def left() -> dict[str, Any]:
        # nobody stays for more than a page: a stream ends at once
        return next(said, {"type": "http.disconnect"})

    async def kept(message: MutableMapping[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            body.extend(message.get("body", b""))

    await visit.app(scope, left, kept)  # type: ignore[arg-type]  # the few kinds of messages that a page is made of
    return body.decode() if status == 200 else None


def asked_again(visit: Visit, page: str, faults: Iterable[Fault]) -> str:
    """A page that was asked for by a form of its own, which comes back as it was typed."""
    form = RefusedForm(page, visit.scope["path"], visit.query_params.multi_items(), method="get")
    form.fill()
    told = problem("invalid", {}, (), visit.language)
    above = rendering.html(visit, "parts/problem.html", faults=form.mark(faults), problem=told)
    return form.finish(above, _titled(visit))


def refusal(
    visit: Visit, plain: Response[Any], faults: tuple[Fault, ...], template: str, **holes: Any
) -> Response[Any]:
    """`plain` where htmx asked, which marks its form itself; else the form on its page, `template` above it."""
    if visit.partial or visit.method != "POST":
        return plain

    def above(placed: tuple[Placed, ...]) -> str:
        return rendering.html(visit, template, faults=placed, **holes)

    return Refused(plain, lambda: handed_back(visit, faults, above))
