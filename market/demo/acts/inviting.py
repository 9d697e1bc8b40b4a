"""A buyer asks for more than one recycler at once: a blend that is proposed for its spec, or a sealed tender."""

from datetime import timedelta
from decimal import Decimal

import msgspec

from market.blends import proposals
from market.blends.solve import propose_market
from market.blends.structs import Proposal, ProposalAnswer, ProposalRequest
from market.demo.acts.act import Act, Plot
from market.demo.stage import LANGUAGE, Stage
from market.runs.structs import Claimed
from market.tenders import bidding, inviting
from market.tenders.structs import BidDraft, TenderDraft
from matching.values import Incoterm, Price
from specs.kit import clock, ids
from specs.kit.tenancy import Role, Work
from specs.kit.wire import encode


class ProposeBlend(Act, frozen=True, kw_only=True, tag="propose_blend"):
    """The buyer has blends proposed for its spec; solved here as a worker would, in this process."""

    async def play(self, stage: Stage, plot: Plot, work: Work) -> None:
        """The best of them is the blend of the scene from here on."""
        asked = encode(Proposal(plot.spec, ProposalRequest(most=1)))
        job = Claimed(work.owner, ids.new_id(), proposals.KIND, LANGUAGE, asked, 1)
        prepared = await proposals.prepare(work, stage.current, job)
        found = propose_market(prepared.payload, lambda _share: None)
        await work.as_role(Role.ENGINE)
        told = await proposals.conclude(work, stage.current, job, found)
        plot.blend = msgspec.json.decode(told, type=ProposalAnswer).items[0].id
        await work.as_role(Role.TENANT)


class Invite(Act, frozen=True, kw_only=True, tag="invite"):
    """Bids are waited for until so many days after the day of loading."""

    until: int
    tonnes: float
    incoterm: Incoterm = Incoterm.DAP
    message: str | None = None

    async def play(self, stage: Stage, plot: Plot, work: Work) -> None:
        """The tender of the scene from here on."""
        draft = TenderDraft(
            spec_id=plot.spec,
            deadline=clock.today(work.at) + timedelta(days=self.until - self.day),
            tonnes=self.tonnes,
            incoterm=self.incoterm,
            message=self.message,
        )
        plot.tender = (await inviting.invite(work, stage.principal(work), stage.current, draft)).id


class MakeBid(Act, frozen=True, kw_only=True, tag="bid"):
    """Sealed, in JPY, on one's own lot; delivery from so many days after the day of loading."""

    lot: str
    amount: Decimal
    tonnes: float
    deliver_from: int
    message: str | None = None

    async def play(self, stage: Stage, plot: Plot, work: Work) -> None:
        """Nobody else reads it before the tender is opened."""
        assert plot.tender is not None  # noqa: S101 - a scene invites first
        draft = BidDraft(
            lot_id=stage.listings[self.lot],
            price=Price(amount=self.amount, incoterm=Incoterm.DAP),
            tonnes=self.tonnes,
            deliver_from=clock.today(work.at) + timedelta(days=self.deliver_from - self.day),
            message=self.message,
        )
        await bidding.bid(work, stage.principal(work), stage.current, plot.tender, draft)
