"""The cookies of people: which one a request carries, and how one is set and cleared.

Where the browser came by https their names begin with `__Host-`, which it takes only with Secure, for the path /, and
from this host itself: no neighbour under the same domain can plant one.
"""

from typing import Any

from litestar import Request, Response
from litestar.datastructures import Cookie

SESSION = "capillary"
# before there is a session: what a form of the sign-in page is bound to
VISITOR = "capillary-visitor"
# somebody signed in at this browser before
BROWSER = "capillary-browser"
DAYS = 86_400
_LASTS = {SESSION: 7 * DAYS, BROWSER: 365 * DAYS}

AnyRequest = Request[Any, Any, Any]


class Cookies:
    """`secure` is AUTO, ALWAYS or NEVER: whether browsers come by https."""

    def __init__(self, secure: str) -> None:
        self._secure = secure

    def token(self, request: AnyRequest, name: str = SESSION) -> str | None:
        """What the request carries under that name."""
        return request.cookies.get(self._named(name, secure=self.marked(request)))

    def keep(self, request: AnyRequest, response: Response[Any], token: str, name: str = SESSION) -> None:
        """Send the token with the answer; scripts never see it."""
        response.set_cookie(self._cookie(request, name, token, max_age=_LASTS.get(name)))

    def drop(self, request: AnyRequest, response: Response[Any], name: str = SESSION) -> None:
        """Have the browser forget it."""
        response.set_cookie(self._cookie(request, name, "", max_age=0))

    def _cookie(self, request: AnyRequest, name: str, token: str, max_age: int | None) -> Cookie:
        secure = self.marked(request)
        return Cookie(
            key=self._named(name, secure=secure),
            value=token,
            max_age=max_age,
            path="/",
            secure=secure,
            httponly=True,
            samesite="lax",
        )

    def marked(self, request: AnyRequest) -> bool:
        """Whether the browser came by https, as far as we are told."""
        return self._secure == "ALWAYS" or (self._secure == "AUTO" and request.scope["scheme"] == "https")

    @staticmethod
    def _named(name: str, *, secure: bool) -> str:
        return f"__Host-{name}" if secure else name
