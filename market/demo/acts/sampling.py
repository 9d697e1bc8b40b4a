"""A sample from its request to what a laboratory says of it."""

from datetime import timedelta
from uuid import UUID

from market.deals.samples.structs import Receiving, ResultDraft, SampleDraft, Sending, UmpireDraft
from market.demo.acts.act import Act, Plot
from market.demo.parties import organisation_id
from market.demo.stage import Stage
from specs.kit import clock
from specs.kit.tenancy import Work


def _sample(plot: Plot) -> UUID:
    assert plot.sample is not None  # noqa: S101 - a scene requests it first
    return plot.sample


class RequestSample(Act, frozen=True, kw_only=True, tag="request_sample"):
    """The buyer wants to know."""

    what: SampleDraft

    async def play(self, stage: Stage, plot: Plot, work: Work) -> None:
        """The sample of the scene from here on."""
        plot.sample = (await stage.samples.request(work, stage.asking(work), plot.subject, self.what)).id


class SendSample(Act, frozen=True, kw_only=True, tag="send_sample"):
    """Taken the day before, sealed and sent."""

    seal: str
    carrier: str

    async def play(self, stage: Stage, plot: Plot, work: Work) -> None:
        """On its way."""
        taken = clock.today(work.at) - timedelta(days=1)
        how = Sending(seal=self.seal, carrier=self.carrier, sampled_on=taken)
        await stage.samples.send(work, stage.asking(work), plot.subject, _sample(plot), how)


class ReceiveSample(Act, frozen=True, kw_only=True, tag="receive_sample"):
    """It arrived."""

    what: Receiving

    async def play(self, stage: Stage, plot: Plot, work: Work) -> None:
        """Both sides measure."""
        await stage.samples.receive(work, stage.asking(work), plot.subject, _sample(plot), self.what)


class FileResult(Act, frozen=True, kw_only=True, tag="file_result"):
    """What one side's laboratory found."""

    what: ResultDraft

    async def play(self, stage: Stage, plot: Plot, work: Work) -> None:
        """Sealed until both have filed."""
        await stage.samples.file(work, stage.asking(work), plot.subject, _sample(plot), self.what)


class NameUmpire(Act, frozen=True, kw_only=True, tag="name_umpire"):
    """A side proposes a laboratory, or a coordinator names it."""

    laboratory: str

    async def play(self, stage: Stage, plot: Plot, work: Work) -> None:
        """Asked, once it is named or both propose it."""
        draft = UmpireDraft(organisation_id=organisation_id(self.laboratory))
        await stage.samples.umpire(work, stage.asking(work), plot.subject, _sample(plot), draft)


class DecideSample(Act, frozen=True, kw_only=True, tag="decide_sample"):
    """The umpire's result."""

    what: ResultDraft

    async def play(self, stage: Stage, plot: Plot, work: Work) -> None:
        """Settled."""
        await stage.samples.decide(work, stage.asking(work), _sample(plot), self.what)
