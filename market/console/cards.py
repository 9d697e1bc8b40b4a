"""What the start shows: cards, each for the kinds of organisation that it is something to.

A card reads through the services as its page would, and has a template of its own, in which it is `found`.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from market.alerts import service as notices
from market.console.deals.acting import asking
from market.console.visit import Visit
from market.deals.desk import service as desks
from market.deals.review import queue
from market.http.notices import shown
from market.parties.structs import OrganisationKind as Kind
from market.permits import service as permits
from specs.kit.tenancy import Role, Work
from specs.listing import queries as listings
from specs.lot.service import LOTS
from specs.offer import queries as offers
from specs.spec.service import SPECS

SHOWN = 8
COORDINATORS = frozenset({Kind.COORDINATOR})
TRADERS = frozenset({Kind.MANUFACTURER, Kind.RECYCLER, Kind.PROCESSOR})


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """`read` gives what `template` shows; nothing where there is nothing to say."""

    template: str
    kinds: frozenset[Kind]
    scope: str
    read: Callable[[Visit, Work], Awaitable[Any]]


async def _counts(visit: Visit, work: Work) -> Any:  # noqa: ARG001 - every card is asked alike
    return await queue.counts(work)


async def _desk(visit: Visit, work: Work) -> Any:
    return await desks.desk(work, asking(visit))


async def _notices(visit: Visit, work: Work) -> Any:
    found, _, unread = await notices.page(work, SHOWN, unread=True)
    return {"items": [shown(one, visit.language) for one in found], "unread": unread}


async def _permits(visit: Visit, work: Work) -> Any:
    return await permits.ending(work, visit.principal, SHOWN)


async def _numbers(visit: Visit, work: Work) -> Any:  # noqa: ARG001 - same
    return {"specs": await listings.numbers(work, SPECS.sql), "lots": await listings.numbers(work, LOTS.sql)}


async def _offers(visit: Visit, work: Work) -> Any:  # noqa: ARG001 - same
    return await offers.numbers(work)


async def _samples(visit: Visit, work: Work) -> Any:
    asked = visit.parts.samples.asked_page
    waiting = await asked(work, SHOWN, waiting=True)
    await work.as_role(Role.TENANT)
    return {"waiting": waiting.items, "settled": (await asked(work, SHOWN, waiting=False)).items}


CARDS = (
    Card(template="home/reviews.html", kinds=COORDINATORS, scope="deals:read", read=_counts),
    Card(template="home/samples.html", kinds=frozenset({Kind.LABORATORY}), scope="deals:read", read=_samples),
    Card(template="home/desk.html", kinds=TRADERS | COORDINATORS, scope="deals:read", read=_desk),
    Card(template="home/notices.html", kinds=frozenset(Kind), scope="notices:read", read=_notices),
    Card(template="home/permits.html", kinds=TRADERS | COORDINATORS, scope="permits:read", read=_permits),
    Card(template="home/listings.html", kinds=TRADERS, scope="deals:read", read=_numbers),
    Card(
        template="home/upgrade-offers.html",
        kinds=frozenset({Kind.PROCESSOR}),
        scope="listings:read",
        read=_offers,
    ),
)


async def dealt(visit: Visit) -> list[tuple[str, Any]]:
    """Template and contents of each card that is for this visitor, in one transaction."""
    principal = visit.principal
    mine = [card for card in CARDS if principal.kind in card.kinds and card.scope in principal.scopes]
    found = []
    async with visit.opened() as work:
        for card in mine:
            await work.as_role(Role.TENANT)
            found.append((card.template, await card.read(visit, work)))
    return found
