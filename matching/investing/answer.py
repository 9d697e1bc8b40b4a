"""What to invest in, as it is shown."""

from matching.evaluation import Flag, Params, Shown
from matching.upgrading.claims import Claim


class PlantFigure(Claim, frozen=True, kw_only=True):
    """A figure that a plant is reckoned with: `offered` by a processor, `assumed` by who asks, or `published`."""

    origin: str


class Investment(Shown, frozen=True, kw_only=True):
    """A plant: `tonnes_in` of capacity would put `tonnes` more within specs, worth `value` JPY, `per_tonne` of input.

    `offer` names the processor whose figures it has. Where `fee_per_tonne` is null no fee was published or assumed:
    the worth is before it. `site` is where it would stand, null for the office of the prefecture.
    """

    step: str
    name: str = ""
    prefecture: str
    site: str | None
    offer: str | None
    fee_per_tonne: float | None
    tonnes_in: float
    tonnes: float
    value: float
    per_tonne: float
    lots: tuple[str, ...]
    specs: tuple[str, ...]
    figures: tuple[PlantFigure, ...]
    flags: tuple[Flag, ...]
    code: str
    params: Params
    reason: str = ""


class LeftOut(Shown, frozen=True, kw_only=True):
    """A step for these materials that no investment is shown of, and what it is for want of."""

    step: str
    name: str = ""
    code: str
    params: Params
    reason: str = ""


class Investments(Shown, frozen=True, kw_only=True):
    """The most valuable first; `unvalued` are specs without a ceiling in JPY, which cannot be valued."""

    items: tuple[Investment, ...]
    left_out: tuple[LeftOut, ...]
    base_value: float
    unvalued: tuple[str, ...]
    engine: str
    catalogue: str
    freight: tuple[str, ...] = ()
