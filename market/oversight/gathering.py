"""What a coordinator oversees at the moment when its run begins.

Which listings these are is asked under the coordinator's own role when the job runs, and audited as any other look of
a coordinator; what they are comes from the index.
"""

from typing import Final

import msgspec

from market.matches.current import Current, Kind
from market.matches.errors import TooManyListings
from market.oversight import queries
from market.runs.structs import Claimed
from matching.listings import Spec
from matching.tariffs import Tariff
from specs.kit import audit
from specs.kit.tenancy import Role, Work
from specs.lot.structs import FiledLot

# what the engine is measured with
MOST_SPECS: Final = 1_000
MOST_LOTS: Final = 10_000


class Overseen(msgspec.Struct, frozen=True):
    """Every listing with its id and its owner, the freight tables in force, and the language of the reasons."""

    specs: tuple[tuple[str, str, Spec], ...]
    lots: tuple[tuple[str, str, FiledLot], ...]
    language: str
    tariffs: tuple[Tariff, ...]

    @property
    def materials(self) -> set[str]:
        """Of all of them."""
        return {spec.material for _, _, spec in self.specs} | {lot.material for _, _, lot in self.lots}


async def overseen(work: Work, current: Current, job: Claimed, material: str | None) -> Overseen:
    """Of a material, or of all. Goes on as role engine. Raises TooManyListings."""
    await work.as_role(Role.COORDINATOR)
    specs = await _seen(work, job, "spec", material, MOST_SPECS)
    lots = await _seen(work, job, "lot", material, MOST_LOTS)
    await work.as_role(Role.ENGINE)
    await current.refresh(work.connection)
    open_ = [one for name in (*specs, *lots) if (one := current.find(name)) is not None]
    return Overseen(
        specs=tuple((one.id, one.owner, one.content) for one in open_ if isinstance(one.content, Spec)),
        lots=tuple((one.id, one.owner, one.content) for one in open_ if isinstance(one.content, FiledLot)),
        language=job.language,
        tariffs=await current.editions.in_force(work.connection),
    )


async def _seen(work: Work, job: Claimed, kind: Kind, material: str | None, most: int) -> list[str]:
    found = await queries.overseen(work, kind, material, most + 1)
    if len(found) > most:
        raise TooManyListings({"kind": kind, "limit": most})
    await audit.record(work, "oversee", kind, None, material=material, job=job.id, listings=len(found))
    return found
