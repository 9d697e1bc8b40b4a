"""A request of the console: who is signed in, in which language, and whether htmx asks for a part of a page."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

from litestar import Response
from litestar.datastructures import FormMultiDict
from litestar.enums import RequestEncodingType

from market.console.incoming import Incoming, limited
from market.console.paths import local
from market.console.screen import screen
from market.http import auth, cookies, messages, origin
from market.http.call import Call
from market.http.messages import Language
from market.http.refusal import Refusal
from market.people import tokens
from market.people.structs import Session, Standing, Visitor

LANGUAGE_COOKIE = "capillary_language"
# no database stores it in a text
NUL = "\0"


Draw = Callable[[], Response[Any] | Awaitable[Response[Any]]]


class Visit(Call):
    """As `Call`. The gate has called `enter` before any screen sees it."""

    async def enter(self) -> None:
        """Find out who it is, and what their forms carry: before anyone signs in that hangs on a cookie of its own."""
        parts = self.parts
        session = await parts.people.sessions.find(parts.cookies.token(self))
        if session is None:
            known = parts.cookies.token(self, cookies.VISITOR)
            visitor = known if known is not None and tokens.well_formed(known) else tokens.fresh()
            self._note("visitor", visitor if visitor != known else None)
            self._note("csrf", tokens.form_token(parts.database.secret, tokens.digest(visitor)))
        else:
            self._note("csrf", session.form_token)
        self._note("session", session)

    async def check_form(self) -> None:
        """Raises Refusal csrf where the form, or the header that htmx sends, is not of a page that we gave them."""
        given = self.headers.get(origin.HEADER) or (await self.form()).get("_csrf")
        origin.check(self, given, self.csrf)

    def greet(self, response: Response[Any]) -> None:
        """Give a new visitor the cookie that the page's forms hang on."""
        visitor: str | None = self.scope.get("visitor")  # type: ignore[assignment]  # our own key in the ASGI scope
        if visitor is not None:
            self.parts.cookies.keep(self, response, visitor, cookies.VISITOR)

    @property
    def session(self) -> Session | None:  # type: ignore[override]  # Litestar's own is for a middleware that we lack
        """None before anyone signs in."""
        found: Session | None = self.scope.get("session")  # type: ignore[assignment]  # our own key in the ASGI scope
        return found

    @property
    def seated(self) -> Session:
        """The session of one who passed the gate."""
        found = self.session
        if found is None:
            raise RuntimeError("this page is public")
        return found

    @property
    def signed_in(self) -> bool:
        """Whether nothing is lacking, a second factor neither: only then do pages ask for more by themselves."""
        return self.session is not None and self.session.standing is Standing.OPEN

    @property
    def unverified(self) -> bool:
        """Whether the visitor's organisation waits for a coordinator to verify it: nobody meets it until then."""
        return self.signed_in and not self.seated.principal.verified

    def may(self, scope: str) -> bool:
        """Whether who is signed in has that right: what they may not do is not offered to them."""
        return self.session is not None and scope in self.session.principal.scopes

    @property
    def csrf(self) -> str:
        """What every form of the page carries as `_csrf`."""
        found: str = self.scope.get("csrf", "")  # type: ignore[assignment]  # our own key in the ASGI scope
        return found

    @property
    def visitor(self) -> Visitor:
        """Who stands at the door."""
        return Visitor(
            address=auth.place(self),
            agent=self.headers.get("user-agent", ""),
            token=self.parts.cookies.token(self),
            browser=self.parts.cookies.token(self, cookies.BROWSER),
            request_id=self.request_id,
        )

    @property
    def request_id(self) -> str:
        """By which the log has this request."""
        found: str = self.scope["request_id"]  # type: ignore[typeddict-item]  # our own key in the ASGI scope
        return found

    @property
    def language(self) -> Language:
        """The visitor's choice, at this browser or in their profile, else what the browser asks for."""
        chosen = self.cookies.get(LANGUAGE_COOKIE) or (self.session.language if self.session else None)
        return next((known for known in messages.LANGUAGES if known == chosen), super().language)

    @property
    def partial(self) -> bool:
        """Whether htmx asks: it wants a fragment, and follows its own kind of redirect."""
        return "hx-request" in self.headers and "hx-boosted" not in self.headers

    @property
    def here(self) -> str:
        """This page with its query, to come back to; after a form that is shown again, the page that it stood on."""
        stood = dict(self.sent).get("_from")
        if self.method == "POST" and stood is not None:
            return local(stood)
        query = self.scope["query_string"].decode("ascii", "ignore")
        return f"{self.scope['path']}?{query}" if query else self.scope["path"]

    def whole(self, path: str) -> str:
        """The address of a path of ours, to be handed to somebody else."""
        scheme = "https" if self.parts.cookies.marked(self) else "http"
        return f"{scheme}://{self.headers.get('host', '')}{path}"

    def stream(self) -> AsyncGenerator[bytes, None]:
        """As Litestar's: a page that takes files reads as much as comes only where they come, each with its limit."""
        whole = super().stream()
        return whole if self._brings_files else limited(whole)

    @property
    def _brings_files(self) -> bool:
        declared = screen(self.route_handler)
        return declared is not None and declared.files and self.content_type[0] == RequestEncodingType.MULTI_PART

    @property
    def incoming(self) -> Incoming | None:
        """The form with its files, where the page takes some and it was sent so."""
        if not self._brings_files:
            return None
        _, options = self.content_type
        found: Incoming | None = self.scope.get("incoming")  # type: ignore[assignment]  # our own key in the ASGI scope
        if found is None:
            found = Incoming(self.stream(), options.get("boundary", ""))
            self._note("incoming", found)
        return found

    async def form(self) -> FormMultiDict:
        """As Litestar's, or what stands before the files of a form that may bring some: texts, and no files ever.

        What was typed into a form of ours is kept for the page that says why nothing was done. Raises Refusal for
        what nobody types.
        """
        brought = self.incoming
        pairs = (await super().form()).multi_items() if brought is None else await brought.fields()
        texts = [(name, said) for name, said in pairs if isinstance(said, str)]
        if any(NUL in said for pair in texts for said in pair):
            raise Refusal("bad_request")
        if origin.ours(self):
            self._note("sent", tuple(texts))
        return FormMultiDict(texts)

    @property
    def sent(self) -> tuple[tuple[str, str], ...]:
        """The fields of the form that was sent, if one was; files are no texts."""
        found: tuple[tuple[str, str], ...] = self.scope.get("sent", ())  # type: ignore[assignment]  # our own key
        return found

    @property
    def written(self) -> list[str]:
        """What somebody typed into it."""
        return [said for name, said in self.sent if _shown(name, said)]

    def admit(self) -> None:
        """The gate let this request pass: its form is one of ours, from where we gave it."""
        self._note("admitted", value=True)

    @property
    def admitted(self) -> bool:
        """Whether the gate let it pass."""
        return bool(self.scope.get("admitted"))

    def drawn(self, draw: Draw) -> None:
        """`draw` makes the page of the form that was sent, as it was sent."""
        self._note("draw", draw)

    @property
    def draw(self) -> Draw | None:
        """How the form is drawn that was sent, where its screen knows that better than its page's address."""
        found: Draw | None = self.scope.get("draw")  # type: ignore[assignment]  # our own key
        return found

    async def text(self, name: str) -> str:
        """A field of the form; nothing in its place is an empty one."""
        return str((await self.form()).get(name, ""))

    def at(self, path: str) -> bool:
        """Whether this page is the menu's, or lies under it."""
        here = self.scope["path"]
        return here == path or (path != "/console" and here.startswith(f"{path}/"))

    def _note(self, name: str, value: object) -> None:
        self.scope[name] = value  # type: ignore[literal-required]  # our own keys in the ASGI scope


def _shown(name: str, said: str) -> bool:
    return name.startswith("/") and "password" not in name and bool(said.strip())
