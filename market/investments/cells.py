"""A coordinator's answer without singling out a few firms: a plant that fewer than five would use is told by region.

A cell is a plant at a place, and its firms are those whose lots would go through it or whose specs they would reach.
Of the small cells of one kind of plant in one region only the best is shown, as that of the region.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from market.investments.structs import SeenInvestment, SeenInvestments
from matching.evaluation import Params
from matching.explain import render
from matching.invest import SHOWN
from matching.investing.answer import Investment, Investments
from matching.investing.telling import told
from matching.reference import Catalogue
from matching.whereabouts import FIRMS

# of what a plant's figures are: where it stands is told apart
_ALIKE: Final = ("step", "name", "offer", "tonnes_in", "tonnes", "value", "per_tonne", "figures", "flags", "code")


def seen(
    found: Investments, owners: Mapping[str, str], others: frozenset[str], language: str, known: Catalogue
) -> SeenInvestments:
    """In words. `owners` are the firms behind the listings, `others` the offers whose fee is not the coordinator's."""
    worded = told(msgspec.structs.replace(found, items=_merged(found.items, owners, known)), language, known)
    return SeenInvestments(
        items=tuple(_seen(item, _firms(item, owners), others, language, known) for item in worded.items),
        left_out=worded.left_out,
        base_value=worded.base_value,
        unvalued=len(worded.unvalued),
        engine=worded.engine,
        catalogue=worded.catalogue,
        freight=worded.freight,
    )


def _firms(item: Investment, owners: Mapping[str, str]) -> int:
    return len({owners[listing] for listing in (*item.lots, *item.specs)})


def _merged(items: Iterable[Investment], owners: Mapping[str, str], known: Catalogue) -> tuple[Investment, ...]:
    """As many as are shown; of what is told by region the first, which is the best."""
    kept: list[Investment] = []
    regions: set[tuple[str, str | None, str]] = set()
    for item in items:
        cell = (item.step, item.offer, known.prefectures[item.prefecture].region)
        if _firms(item, owners) < FIRMS:
            if cell in regions:
                continue
            regions.add(cell)
        kept.append(item)
    return tuple(kept[:SHOWN])


def _seen(item: Investment, firms: int, others: frozenset[str], language: str, known: Catalogue) -> SeenInvestment:
    few = firms < FIRMS
    region = known.prefectures[item.prefecture].region
    params: Params = {**item.params, "prefecture": region} if few else item.params
    return SeenInvestment(
        **{name: getattr(item, name) for name in _ALIKE},
        prefecture=None if few else item.prefecture,
        region=region,
        site=None if few else item.site,
        fee_per_tonne=None if item.offer in others else item.fee_per_tonne,
        firms=None if few else firms,
        lots=None if few else len(item.lots),
        specs=None if few else len(item.specs),
        params=params,
        reason=render(item.code, params, language, known),
    )
