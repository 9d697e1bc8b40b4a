"""A processor's figures beside the published ones: what is better than published, or was never published, says so."""

from collections.abc import Iterator, Sequence

from matching.evaluation import Flag, Params, Shown
from matching.reference import Catalogue, Figure, Gives
from matching.units import close
from matching.upgrading.offer import OfferedStep

# what is said where nothing was published, of a claim within it, and of one beyond it
_YIELD = ("yield_not_published", "yield_within_published", "yield_better_than_published")
_REMOVAL = ("removal_not_published", "removal_within_published", "removal_better_than_published")
# a claim that loses, or leaves, less than this share of what the best published figure does is far beyond it
_FAR = 0.5


class Published(Shown, frozen=True, kw_only=True):
    """A figure of the catalogue: `flag` tells how it came there, `source` who published it."""

    what: str
    low: float
    high: float
    unit: str
    src: str
    source: str
    flag: str


class Claim(Shown, frozen=True, kw_only=True):
    """One claim in per cent: the yield (`analyte` is null) or a removal, and how it stands to what was published."""

    analyte: str | None
    percent: float
    code: str
    params: Params
    reason: str = ""
    published: tuple[Published, ...]


def published(figures: Sequence[Figure], catalogue: Catalogue) -> tuple[Published, ...]:
    """Figures as they are shown."""
    return tuple(
        Published(
            what=f.what,
            low=f.low,
            high=f.high,
            unit=f.unit,
            src=f.src,
            source=catalogue.sources.get(f.src, f.src),
            flag=f.flag,
        )
        for f in figures
    )


def claims(offer: OfferedStep, catalogue: Catalogue) -> tuple[Claim, ...]:
    """The yield, then each removal."""
    return tuple(_claims(offer, catalogue))


def _claims(offer: OfferedStep, catalogue: Catalogue) -> Iterator[Claim]:
    step = catalogue.steps[offer.step]
    known = step.published(Gives.YIELD)
    yield _claim(None, round(100.0 * offer.yield_, 9), known, (), catalogue)
    for one in offer.removal:
        oxide = catalogue.oxides.get(one.analyte)
        element = oxide.element if oxide else one.analyte
        removals, contents = step.published(Gives.REMOVAL, element), step.published(Gives.CONTENT, element)
        yield _claim(one.analyte, round(100.0 * one.fraction, 9), removals, contents, catalogue)


def _claim(
    analyte: str | None, percent: float, known: Sequence[Figure], beside: Sequence[Figure], catalogue: Catalogue
) -> Claim:
    """`known` are figures of the same kind; `beside` are contents, which a projected lot is held against."""
    params: Params = {"percent": percent, "analyte": analyte}
    unpublished, within, better = _YIELD if analyte is None else _REMOVAL
    code = unpublished
    if known:
        best = max(f.high for f in known)
        params = {**params, "low": min(f.low for f in known), "high": best, "unit": "%"}
        code = better if percent > best and not close(percent, best) else within
    shown = published((*known, *beside), catalogue)
    return Claim(analyte=analyte, percent=percent, code=code, params=params, published=shown)


def claim_flags(offer: OfferedStep, catalogue: Catalogue) -> Iterator[Flag]:
    """Claims that nothing backs, and claims far beyond what was published: they are shown, never refused."""
    if not offer.evidence:
        yield Flag(code="claim_without_evidence", params={"step": offer.step})
    for claim in claims(offer, catalogue):
        best = claim.params.get("high")
        if isinstance(best, float) and _far(claim.percent, best):
            code = "yield_far_beyond_published" if claim.analyte is None else "removal_far_beyond_published"
            yield Flag(code=code, params={**claim.params, "step": offer.step})


def _far(percent: float, best: float) -> bool:
    """Whether what is left of the whole is less than half of what the best published figure leaves."""
    left, most = 100.0 - percent, _FAR * (100.0 - best)
    return left < most and not close(left, most)
