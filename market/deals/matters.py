"""Matters of a deal, its portions, claims and samples, each with a life of its own: read, listed and changed alike."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar
from uuid import UUID

import msgspec

from market.deals import acting, transition
from market.deals.acting import Asking, as_reader
from market.deals.held import Held
from specs.kit import paging, versions
from specs.kit.errors import NotFound
from specs.kit.idempotency import Answer
from specs.kit.tenancy import Role, Work
from specs.kit.wire import encode


class Matter(Protocol):
    """One of them, as the service holds it."""

    @property
    def id(self) -> UUID: ...
    @property
    def version(self) -> int: ...


class Rows(Protocol):
    """Where they are kept: the SQL of their noun, as far as the current role may see it."""

    async def read(self, work: Work, deal: Held, which: UUID, /) -> Any: ...
    async def page(self, work: Work, deal: Held, after: UUID | None, limit: int, /) -> list[Any]: ...


M = TypeVar("M", bound=Matter)
Shown = TypeVar("Shown")
Said = ParamSpec("Said")


class Matters(ABC, Generic[M, Shown]):
    """Of one kind, `name`; `held` reads a row. Methods leave the work as role engine or reader."""

    def __init__(self, name: str, rows: Rows, held: Callable[[Any], M]) -> None:
        self._name = name
        self._rows = rows
        self._held = held

    @abstractmethod
    async def shown(self, work: Work, asking: Asking, deal: Held, found: Sequence[M]) -> tuple[Shown, ...]:
        """As the reader may see them, in their order; from the engine and back to it."""

    async def moved(self, work: Work, deal: Held) -> Held:
        """The locked deal as it is after something was done."""
        return await transition.again(work, deal)

    async def create(
        self,
        work: Work,
        asking: Asking,
        deal: UUID,
        step: Callable[Concatenate[Work, Held, Said], Awaitable[M]],
        *said: Said.args,
        **more: Said.kwargs,
    ) -> Answer:
        """201 with a new one, the deal locked. Raises NotFound, TransitionRefused, Invalid."""

        async def run(work: Work, held: Held) -> Answer:
            new = await step(work, held, *said, **more)
            answer = await self.told(work, asking, await self.moved(work, held), new)
            return msgspec.structs.replace(answer, status=201)

        return await acting.on_deal(work, asking, deal, run)

    async def change(
        self,
        work: Work,
        asking: Asking,
        deal: UUID,
        which: UUID,
        step: Callable[Concatenate[Work, Held, M, Said], Awaitable[M]],
        *said: Said.args,
        **more: Said.kwargs,
    ) -> Answer:
        """One act on one of them, the deal locked. Raises NotFound, VersionMismatch, and what the step raises."""

        async def run(work: Work, held: Held) -> Answer:
            before = await self._one(work, held, which)
            versions.check(before.version, asking.if_match)
            after = await step(work, held, before, *said, **more)
            return await self.told(work, asking, await self.moved(work, held), after)

        return await acting.on_deal(work, asking, deal, run)

    async def read(self, work: Work, asking: Asking, deal: UUID, which: UUID) -> Answer:
        """As a party of the leg or a coordinator. Raises NotFound."""
        held = await transition.read(work, asking.principal, deal)
        return await self.told(work, asking, held, await self._one(work, held, which))

    async def listed(
        self, work: Work, asking: Asking, deal: UUID, limit: int, cursor: str | None
    ) -> tuple[tuple[Shown, ...], str | None]:
        """As far as they concern the caller, the newest first, and the next cursor. Raises NotFound, InvalidCursor."""
        place = paging.place(work.secret, (self._name, work.owner, deal), limit, cursor, UUID)
        held = await transition.read(work, asking.principal, deal)
        await as_reader(work, held)
        rows, more = place.cut(await self._rows.page(work, held, place.after, place.most))
        await work.as_role(Role.ENGINE)
        return await self.shown(work, asking, held, [self._held(row) for row in rows]), more

    async def told(self, work: Work, asking: Asking, deal: Held, matter: M) -> Answer:
        """One of them."""
        [shown] = await self.shown(work, asking, deal, [matter])
        return Answer(id=matter.id, rev=matter.version, version=matter.version, body=encode(shown))

    async def _one(self, work: Work, deal: Held, which: UUID) -> M:
        """One that the caller may see, read under its own policies. Goes on as role engine. Raises NotFound."""
        await as_reader(work, deal)
        row = await self._rows.read(work, deal, which)
        await work.as_role(Role.ENGINE)
        if row is None:
            raise NotFound
        return self._held(row)
