"""How a form acts on a deal: the same service call as the API's, in one transaction, and back to the deal.

The form may carry `_version`, the deal as it was shown: whoever acts on an older one is told what happened since, and
nothing is changed. `_seen` is when that was.
"""

from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from market.console import forms, posted
from market.console.editing import overtaken
from market.console.paths import local
from market.console.screen import Screen
from market.console.sending import once
from market.console.visit import Visit
from market.deals.acting import Asking
from market.http.deals import PARTIES
from market.http.parts import Parts
from market.parties.structs import OrganisationKind as Kind
from specs.kit.errors import VersionMismatch
from specs.kit.tenancy import Work

Fields = tuple[tuple[str, str], ...]
AT = "/console/deals/{id}"


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A form that was sent: what it says, about which deal, and which noun of it."""

    parts: Parts
    work: Work
    asking: Asking
    deal: UUID
    fields: Fields
    inner: UUID | None = None

    @property
    def on(self) -> tuple[Work, Asking, UUID]:
        """What every service method of a deal begins with."""
        return self.work, self.asking, self.deal

    @property
    def noun(self) -> tuple[Work, Asking, UUID, UUID]:
        """The same, of an offer, sample, portion or claim of the deal."""
        if self.inner is None:
            raise TypeError("the path names no noun of the deal")
        return (*self.on, self.inner)

    def draft(self, type_: Any) -> Any:
        """The form as a value of the API's own type. Raises Refusal."""
        return forms.draft(self.fields, type_)


Call = Callable[[Sent], Awaitable[Any]]


def act(path: str, call: Call, scope: str = "deals:write", kinds: Iterable[Kind] = PARTIES) -> HTTPRouteHandler:
    """The handler of a form on a deal."""

    @post(
        f"/deals/{{id:uuid}}/{path}",
        name=f"console/{path}",
        opt={"screen": Screen(kinds=frozenset(kinds), scope=scope)},
    )
    async def handle(id: FromPath[UUID], request: Visit) -> Response[Any]:
        return await run(request, id, call)

    return handle


def act_on(
    noun: str, path: str, call: Call, scope: str = "deals:write", kinds: Iterable[Kind] = PARTIES
) -> HTTPRouteHandler:
    """The same, on a noun of a deal: one of its offers, samples, deliveries or claims."""

    @post(
        f"/deals/{{id:uuid}}/{noun}/{{inner:uuid}}/{path}",
        opt={"screen": Screen(kinds=frozenset(kinds), scope=scope)},
    )
    async def handle(id: FromPath[UUID], inner: FromPath[UUID], request: Visit) -> Response[Any]:
        return await run(request, id, call, inner)

    return handle


async def run(request: Visit, deal: UUID, call: Call, inner: UUID | None = None) -> Response[Any]:
    """Do it, and see the deal, or the page that the form names in `next`."""
    fields = tuple(await posted.fields(request))
    own = dict(fields)
    there = local(own["next"]) if "next" in own else AT.format(id=deal)

    async def done(work: Work) -> str:
        who = asking(request, own.get("_version"))
        await call(Sent(parts=request.parts, work=work, asking=who, deal=deal, fields=fields, inner=inner))
        return there

    try:
        return await once(request, done)
    except VersionMismatch as mismatch:
        return await _changed(request, deal, own, mismatch)


def asking(request: Visit, version: str | None = None) -> Asking:
    """Who asks; `version` is what their page showed."""
    known = version is not None and version.isascii() and version.isdigit() and len(version) < 10
    return Asking(
        principal=request.principal,
        language=request.language,
        if_match=(int(version),) if version is not None and known else None,
    )


async def _changed(request: Visit, deal: UUID, own: dict[str, str], mismatch: VersionMismatch) -> Response[Any]:
    """412 with what happened since the page was made."""
    async with request.opened() as work:
        trail = await request.parts.deals.events(work, asking(request), deal, 20)
    since = None
    with suppress(ValueError):
        since = datetime.fromisoformat(own.get("_seen", ""))
    events = [event for event in trail.items if since is None or since.tzinfo is None or event.at > since]
    return await overtaken(
        request,
        "deal-changed",
        deal=deal,
        shown=own.get("_version"),
        now=mismatch.params.get("version"),
        events=events,
    )
