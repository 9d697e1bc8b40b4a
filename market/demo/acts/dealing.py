"""A deal from the proposal to the contract, and its end."""

from market.deals import deadlines
from market.deals.offers.structs import OfferDraft
from market.deals.review import deciding
from market.deals.review.structs import ReviewDraft
from market.deals.structs import DealDraft, Relaxations
from market.demo.acts.act import Act, Plot
from market.demo.stage import Stage
from market.matches import reading
from market.matches.reading import Asked
from market.parties.structs import OrganisationKind
from specs.kit.tenancy import Role, Work

# what a party looks through before it opens a deal
LOOKED_AT = 200


class Open(Act, frozen=True, kw_only=True, tag="open"):
    """On the scene's spec and lot, or on the blend that was proposed; a side looks at its matches first."""

    tonnes: float | None = None
    relaxations: Relaxations = ()
    message: str | None = None

    async def play(self, stage: Stage, plot: Plot, work: Work) -> None:
        """The deal of the scene from here on."""
        paired = plot.blend is None
        if paired and stage.principal(work).kind is not OrganisationKind.COORDINATOR:
            await self._look(stage, plot, work)
        draft = DealDraft(
            spec_id=plot.spec if paired else None,
            lot_id=plot.lot if paired else None,
            blend_id=plot.blend,
            tonnes=self.tonnes,
            relaxations=self.relaxations,
            message=self.message,
        )
        plot.deal = (await stage.deals.open(work, stage.asking(work), draft)).id

    async def _look(self, stage: Stage, plot: Plot, work: Work) -> None:
        near = bool(self.relaxations)
        if stage.principal(work).kind is OrganisationKind.MANUFACTURER or plot.lot is None:
            asked = Asked("spec", plot.spec, near, LOOKED_AT)
        else:
            asked = Asked("lot", plot.lot, near, LOOKED_AT)
        await reading.page(work, stage.principal(work), stage.current, asked)
        await work.as_role(Role.TENANT)


class TakeUp(Act, frozen=True, kw_only=True, tag="take_up"):
    """The other side is interested."""

    async def play(self, stage: Stage, plot: Plot, work: Work) -> None:
        """To review, where a coordinator oversees it."""
        await stage.deals.take_up(work, stage.asking(work), plot.subject)


class Decide(Act, frozen=True, kw_only=True, tag="review"):
    """A coordinator approves, returns or rejects."""

    what: ReviewDraft

    async def play(self, stage: Stage, plot: Plot, work: Work) -> None:
        """Told to both sides."""
        await stage.deals.change(
            work, stage.asking(work), plot.subject, lambda work, deal: deciding.decide(work, deal, self.what)
        )


class Escalate(Act, frozen=True, kw_only=True, tag="escalate"):
    """A review's deadline has passed: what the worker does every so often, at this instant."""

    async def play(self, stage: Stage, plot: Plot, work: Work) -> None:  # noqa: ARG002 - every late one, as ever
        """Every coordinator who oversees it is told."""
        await deadlines.escalate(work)


class MakeOffer(Act, frozen=True, kw_only=True, tag="offer"):
    """New terms on the only leg."""

    what: OfferDraft

    async def play(self, stage: Stage, plot: Plot, work: Work) -> None:
        """The other side's turn."""
        await stage.deals.offer(work, stage.asking(work), plot.subject, self.what)


class Accept(Act, frozen=True, kw_only=True, tag="accept"):
    """The newest offer of the other side."""

    async def play(self, stage: Stage, plot: Plot, work: Work) -> None:
        """Agreed."""
        offers = await stage.deals.offers(work, stage.asking(work), plot.subject)
        await work.as_role(Role.TENANT)
        await stage.deals.accept(work, stage.asking(work), plot.subject, offers.items[0].id)


class OpenNames(Act, frozen=True, kw_only=True, tag="open_names"):
    """One's own name may be told."""

    async def play(self, stage: Stage, plot: Plot, work: Work) -> None:
        """Told once the other side's may be, too."""
        await stage.deals.open_names(work, stage.asking(work), plot.subject)


class Sign(Act, frozen=True, kw_only=True, tag="sign"):
    """The contract, by one side."""

    async def play(self, stage: Stage, plot: Plot, work: Work) -> None:
        """Contracted, when both have."""
        await stage.deals.sign(work, stage.asking(work), plot.subject)


class Complete(Act, frozen=True, kw_only=True, tag="complete"):
    """Nothing more will come."""

    async def play(self, stage: Stage, plot: Plot, work: Work) -> None:
        """The end."""
        await stage.deals.complete(work, stage.asking(work), plot.subject)
