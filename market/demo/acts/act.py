"""An act: who does something when, and what the scene has come to so far."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from market.demo.stage import Stage
from market.demo.story import DemoPart
from specs.kit import clock
from specs.kit.tenancy import Work


@dataclass(slots=True)
class Plot:
    """What a scene is about, and the newest of each kind that its acts have made."""

    spec: UUID
    lot: UUID | None
    deal: UUID | None = None
    blend: UUID | None = None
    sample: UUID | None = None
    portion: UUID | None = None
    tender: UUID | None = None
    document: UUID | None = None

    @property
    def subject(self) -> UUID:
        """The deal, which an act before has opened."""
        assert self.deal is not None  # noqa: S101 - a scene opens it first
        return self.deal


class Act(DemoPart, frozen=True, kw_only=True, tag_field="act", forbid_unknown_fields=True):
    """`by` is the demo's code of a party, empty for what passes by itself; `day` counts from the day of loading."""

    by: str = ""
    day: int
    hour: time = time(10)

    def instant(self, today: date) -> datetime:
        """When it was done; the hour is Japanese."""
        return datetime.combine(today + timedelta(days=self.day), self.hour, clock.JST)

    async def play(self, stage: Stage, plot: Plot, work: Work) -> None:
        """Through the service that parties use. Raises what that raises."""
        raise NotImplementedError
