"""Portions of a deal, and a claim on one."""

from decimal import Decimal
from uuid import UUID

from market.deals.claims.structs import ClaimDraft, Kind, Remedy, Severity
from market.deals.deliveries.structs import Acceptance, DeliveryDraft, DispatchDraft, ReceiptDraft
from market.deals.structs import Reason
from market.demo.acts.act import Act, Plot
from market.demo.stage import Stage
from specs.kit.tenancy import Work


def _portion(plot: Plot) -> UUID:
    assert plot.portion is not None  # noqa: S101 - a scene plans it first
    return plot.portion


class Plan(Act, frozen=True, kw_only=True, tag="plan"):
    """The seller plans a portion."""

    what: DeliveryDraft

    async def play(self, stage: Stage, plot: Plot, work: Work) -> None:
        """The portion of the scene from here on."""
        plot.portion = (await stage.deliveries.plan(work, stage.asking(work), plot.subject, self.what)).id


class Dispatch(Act, frozen=True, kw_only=True, tag="dispatch"):
    """It leaves."""

    what: DispatchDraft

    async def play(self, stage: Stage, plot: Plot, work: Work) -> None:
        """Delivering."""
        await stage.deliveries.dispatch(work, stage.asking(work), plot.subject, _portion(plot), self.what)


class Receive(Act, frozen=True, kw_only=True, tag="receive"):
    """The buyer weighs and inspects it."""

    what: ReceiptDraft

    async def play(self, stage: Stage, plot: Plot, work: Work) -> None:
        """Judged against what was agreed."""
        await stage.deliveries.receive(work, stage.asking(work), plot.subject, _portion(plot), self.what)


class AcceptPortion(Act, frozen=True, kw_only=True, tag="accept_portion"):
    """It is taken."""

    what: Acceptance = Acceptance()

    async def play(self, stage: Stage, plot: Plot, work: Work) -> None:
        """What was committed is delivered."""
        await stage.deliveries.accept(work, stage.asking(work), plot.subject, _portion(plot), self.what)


class RejectPortion(Act, frozen=True, kw_only=True, tag="reject_portion"):
    """It is not."""

    what: Reason

    async def play(self, stage: Stage, plot: Plot, work: Work) -> None:
        """The seller owes another."""
        await stage.deliveries.reject(work, stage.asking(work), plot.subject, _portion(plot), self.what)


class SettlePortion(Act, frozen=True, kw_only=True, tag="settle_portion"):
    """Paid, or taken back."""

    async def play(self, stage: Stage, plot: Plot, work: Work) -> None:
        """Nothing more of this portion."""
        await stage.deliveries.settle(work, stage.asking(work), plot.subject, _portion(plot))


class MakeClaim(Act, frozen=True, kw_only=True, tag="claim"):
    """Something was wrong with the newest portion."""

    kind: Kind
    severity: Severity
    text: str
    remedy: Remedy
    amount: Decimal | None = None

    async def play(self, stage: Stage, plot: Plot, work: Work) -> None:
        """With the newest document as its evidence; the seller's turn."""
        draft = ClaimDraft(
            delivery_id=_portion(plot),
            kind=self.kind,
            severity=self.severity,
            text=self.text,
            remedy=self.remedy,
            amount=self.amount,
            evidence=() if plot.document is None else (plot.document,),
        )
        await stage.claims.make(work, stage.asking(work), plot.subject, draft)
