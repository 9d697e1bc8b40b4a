"""/console/live: server-sent events that say what changed; the page then asks for what it shows of it.

An event's data is a sentence for whoever hears the page; of the list of matches that a page shows, what stands on it.
Its id says what has been told, so a browser that comes back with `Last-Event-ID`, or a script of ours with `seen`, to
whichever process, is told of everything that is different from then.
"""

from collections.abc import AsyncIterator
from html import escape
from time import monotonic
from typing import Any

from litestar import Response, get
from litestar.response import Stream

from market.console import following
from market.console.screen import Screen
from market.console.text import Language, text
from market.console.visit import Visit
from market.live.lists import OpenList
from market.live.structs import Mark, Watched
from market.live.watch import Follower, Watch
from market.parties.structs import OrganisationKind as Kind
from market.people.service import People
from market.people.structs import Session

# seconds between two looks whether the session still holds, and between two signs of life
CHECKED = 5.0
HEARTBEAT = 15.0
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@get("/live", opt={"screen": Screen()})
async def live(request: Visit) -> Response[Any]:
    """Until the page is closed, the session ends or acts for another, or the server stops."""
    session = request.session
    if session is None:
        raise TypeError("the gate lets nobody in without a session")
    watch = request.parts.watch
    watched = Watched(session.principal.tenant, session.principal.kind is Kind.COORDINATOR)
    shown = following.read(request)
    follower = watch.follow(watched, session.id, OpenList(shown, session.principal) if shown else None)
    seen = request.headers.get("last-event-id", request.query_params.get("seen"))
    events = told(watch, follower, request.parts.people, session, request.language, seen)
    return Stream(events, media_type="text/event-stream", headers=HEADERS)


async def told(  # noqa: PLR0917 - who follows what, and how it is told
    watch: Watch, follower: Follower, people: People, session: Session, language: Language, seen: str | None
) -> AsyncIterator[str]:
    """The events of one page."""
    try:
        yield "retry: 2000\n\n"
        spoken = checked = monotonic()
        while not watch.closing:
            moved = await follower.wait(CHECKED)
            now = monotonic()
            if moved and follower.mark is not None:
                # the first time there is nothing to compare with: the page is as new as the mark
                if seen is None:
                    seen = follower.mark.fresh
                    yield _event("hello", seen, "")
                for topic, mark in follower.mark.since(seen):
                    seen = mark
                    yield _event(topic, mark, _words(topic, follower, follower.mark, language))
                spoken = now
            if now - checked >= CHECKED:
                checked = now
                if not await people.sessions.holds(session):
                    yield _event("over", "", "")
                    return
            if now - spoken >= HEARTBEAT:
                spoken = now
                yield ": still here\n\n"
    finally:
        watch.leave(follower)


def _words(topic: str, follower: Follower, mark: Mark, language: Language) -> str:
    if topic == "matches":
        return following.told(follower.list.followed, mark.moved, language) if follower.list else ""
    return escape(text(language, f"live.{topic}", unread=mark.unread, waiting=mark.waiting))


def _event(name: str, mark: str, data: str) -> str:
    known = f"id: {mark}\n" if mark else ""
    return f"{known}event: {name}\ndata: {data}\n\n"


handlers = [live]
