"""What is asked about investments, and a coordinator's run as it is kept and shown."""

from typing import Annotated

import msgspec
from msgspec import Meta

from market.blends.structs import NamedSpec, OfferedLot
from market.oversight.gathering import MOST_LOTS, MOST_SPECS, Overseen
from market.oversight.structs import RunHead
from matching.evaluation import Flag, Params
from matching.invest import Outlook
from matching.investing.answer import LeftOut, PlantFigure
from matching.investing.assumed import AssumedStep
from matching.investing.sites import Places, Site
from matching.upgrading.offer import UpgradeOffer
from matching.values import Code, Value

# every pair is judged once for each plant
MOST_OFFERS = 20
MOST_SITES = 200


class NamedLot(OfferedLot, frozen=True, kw_only=True):
    """A lot, called as a spec is."""


class InvestmentTerms(Value, frozen=True, kw_only=True, omit_defaults=False):
    """What could be built, and where.

    `offers` are of processors elsewhere, like whom one could build; with `open_offers` the newest of what they offer
    to all come after them, at most 20 in all. `assumed` figures take the place of published ones. It may stand in any
    prefecture, at any scrap port, or instead at one of `sites`.
    """

    material: Code | None = None
    offers: Annotated[tuple[UpgradeOffer, ...], Meta(max_length=MOST_OFFERS)] = ()
    open_offers: bool = False
    assumed: Annotated[tuple[AssumedStep, ...], Meta(max_length=50)] = ()
    places: Places = Places.PREFECTURES
    sites: Annotated[tuple[Site, ...], Meta(max_length=MOST_SITES)] = ()

    def outlook(self, open_offers: tuple[UpgradeOffer, ...] = ()) -> Outlook:
        """As the engine is asked."""
        return Outlook((*self.offers, *open_offers), self.assumed, self.places, self.sites)


class InvestmentRequest(InvestmentTerms, frozen=True, kw_only=True, omit_defaults=False):
    """Either `specs` and `lots`, or as a coordinator none: then all open listings are meant, or those of `material`."""

    specs: Annotated[tuple[NamedSpec, ...], Meta(max_length=MOST_SPECS)] = ()
    lots: Annotated[tuple[NamedLot, ...], Meta(max_length=MOST_LOTS)] = ()


class Outline(msgspec.Struct, frozen=True):
    """What kind and size of an `InvestmentRequest` it is; everything else in it is read in the solver process."""

    material: str | None = None
    specs: Annotated[tuple[msgspec.Raw, ...], Meta(max_length=MOST_SPECS)] = ()
    lots: Annotated[tuple[msgspec.Raw, ...], Meta(max_length=MOST_LOTS)] = ()
    offers: Annotated[tuple[msgspec.Raw, ...], Meta(max_length=MOST_OFFERS)] = ()
    assumed: tuple[msgspec.Raw, ...] = ()
    open_offers: bool = False

    @property
    def size(self) -> int:
        """Pairs to judge, as they are and once for each plant; at least one plant is published."""
        return len(self.specs) * len(self.lots) * (2 + len(self.offers) + len(self.assumed))


class OverseenMarket(msgspec.Struct, frozen=True):
    """To the solver process: what a coordinator oversees, and what processors offer."""

    asked: InvestmentTerms
    overseen: Overseen
    offers: tuple[UpgradeOffer, ...]


class SeenInvestment(msgspec.Struct, frozen=True, kw_only=True):
    """A plant over all that a coordinator oversees, as `Investment`; so many `firms` would deliver or receive by it.

    Where they are fewer than five, only the `region` is told, for the best plant in it; firms, lots and specs are not
    counted, and no site is named. The fee of another's offer is not told, and the value is of one in steps of 5 %.
    """

    step: str
    name: str
    prefecture: str | None
    region: str
    site: str | None
    offer: str | None
    fee_per_tonne: float | None
    tonnes_in: float
    tonnes: float
    value: float
    per_tonne: float
    firms: int | None
    lots: int | None
    specs: int | None
    figures: tuple[PlantFigure, ...]
    flags: tuple[Flag, ...]
    code: str
    params: Params
    reason: str


class SeenInvestments(msgspec.Struct, frozen=True, kw_only=True):
    """The most valuable first. `unvalued` counts the specs without a ceiling in JPY."""

    items: tuple[SeenInvestment, ...]
    left_out: tuple[LeftOut, ...]
    base_value: float
    unvalued: int
    engine: str
    catalogue: str
    freight: tuple[str, ...] = ()


class InvestmentOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a run comes to: how many plants it shows, the value of the best, and that of the market without any."""

    plants: int
    value: float | None
    base_value: float


class KeptInvestments(msgspec.Struct, frozen=True, kw_only=True):
    """A run as it lies in its job; `investments` are as the solver process wrote them."""

    asked: InvestmentTerms
    outcome: InvestmentOutcome
    investments: msgspec.Raw


class InvestmentRunHead(RunHead, frozen=True, kw_only=True):
    """A coordinator's run without its plants.

    `asked` is null once it has failed or was cancelled. The whole run is forgotten at `expires_at`.
    """

    asked: InvestmentTerms | None
    outcome: InvestmentOutcome | None


class InvestmentRunPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of runs, newest first."""

    items: tuple[InvestmentRunHead, ...]
    next_cursor: str | None


class OwnInvestmentRun(InvestmentRunHead, frozen=True, kw_only=True):
    """A coordinator's run with what came of it; null until it is done. Reasons are in the language that asked."""

    investments: SeenInvestments | None
