"""A request of the console: who is signed in, in which language, and whether htmx asks for a part of a page."""

from typing import Any

from market.http import messages
from market.http.call import Call
from market.http.messages import Language

LANGUAGE_COOKIE = "capillary_language"


class Visit(Call):
    """As `Call`; `session` is None before anyone signs in."""

    session: Any = None
    csrf: str = ""

    @property
    def language(self) -> Language:
        """The visitor's choice, else what the browser asks for."""
        chosen = self.cookies.get(LANGUAGE_COOKIE)
        return next((known for known in messages.LANGUAGES if known == chosen), super().language)

    @property
    def partial(self) -> bool:
        """Whether htmx asks: it wants a fragment, and follows its own kind of redirect."""
        return "hx-request" in self.headers and "hx-boosted" not in self.headers

    @property
    def here(self) -> str:
        """This page with its query, to come back to."""
        query = self.scope["query_string"].decode("ascii", "ignore")
        return f"{self.scope['path']}?{query}" if query else self.scope["path"]

    def at(self, path: str) -> bool:
        """Whether this page is the menu's, or lies under it."""
        here = self.scope["path"]
        return here == path or (path != "/console" and here.startswith(f"{path}/"))
