"""Results as they are compared: converted by the engine's own rules into the sample's unit, basis and conditions."""

from collections.abc import Iterator, Sequence

import msgspec

from market.deals.samples.settling import Payer, Settling, agreed, critical_difference, gap, umpired, within
from market.deals.samples.structs import LimitSource, SettledAnalyte, Wanted
from matching.composition import Composition, Unknown, View
from matching.fault import Fault, fault
from matching.listings import Lot
from matching.reference import Catalogue
from matching.results import Interval, Normal, Result
from matching.values import Assay, Operator, Statistic

# beside what is wanted a laboratory may report the water, which brings dry and wet results together
BESIDE = "moisture"
_DIGITS = 6


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """What one laboratory found, ready to be compared, with the catalogue's uncertainties beside the stated ones."""

    results: dict[str, Result]
    floors: dict[str, Result]


def certificate(wanted: Sequence[Wanted], assays: Sequence[Assay], lot: Lot, catalogue: Catalogue) -> Certificate:
    """Of a filing without faults; `lot` is the one that was sampled."""
    stated = Composition(msgspec.structs.replace(lot, assays=tuple(assays)), catalogue)
    bare = tuple(msgspec.structs.replace(assay, uncertainty=None) for assay in assays)
    plain = Composition(msgspec.structs.replace(lot, assays=bare), catalogue)
    return Certificate(
        results={one.analyte: _known(stated.measured(one.analyte, view(one))) for one in wanted},
        floors={one.analyte: _known(plain.measured(one.analyte, view(one))) for one in wanted},
    )


def filing_faults(wanted: Sequence[Wanted], assays: Sequence[Assay], lot: Lot, catalogue: Catalogue) -> Iterator[Fault]:
    """Each wanted analyte once, in a form that can be compared, and nothing else but moisture."""
    given = [assay.analyte for assay in assays]
    known = {one.analyte for one in wanted}
    for i, code in enumerate(given):
        if code in given[:i]:
            yield fault(f"/assays/{i}/analyte", "duplicate", given=code)
        elif code not in known and code != BESIDE:
            yield fault(f"/assays/{i}/analyte", "not_wanted", given=code)
    found = Composition(msgspec.structs.replace(lot, assays=tuple(assays)), catalogue)
    for one in wanted:
        if one.analyte not in given:
            yield fault("/assays", "result_missing", analyte=one.analyte)
        elif isinstance(found.measured(one.analyte, view(one)), Unknown):
            at = f"/assays/{given.index(one.analyte)}"
            yield fault(at, "not_comparable", analyte=one.analyte, unit=one.unit, basis=one.basis or "-")


def view(one: Wanted) -> View:
    """How the engine looks at results for it."""
    return View(one.unit, one.basis, one.conditions)


def settled(one: Wanted, buyer: Certificate, seller: Certificate, umpire: Certificate | None) -> SettledAnalyte:
    """One analyte, as far as it is settled: outside of the limit nothing is until there is an umpire."""
    code = one.analyte
    results = buyer.results[code], seller.results[code]
    limit = one.splitting_limit
    if limit is None:
        limit = critical_difference(buyer.floors[code], seller.floors[code])
    how: Settling | None = None
    final: Result | None = None
    payer: Payer | None = None
    if within(*results, limit):
        how, final = Settling.MEAN, agreed(*results)
    elif umpire is not None:
        ruling = umpired(*results, umpire.results[code])
        how, final, payer = ruling.how, ruling.result, ruling.payer
    return SettledAnalyte(
        analyte=code,
        unit=one.unit,
        basis=one.basis,
        difference=abs(gap(*results)),
        limit=limit,
        limit_from=LimitSource.CATALOGUE if one.splitting_limit is None else LimitSource.CONTRACT,
        how=how,
        payer=payer,
        assay=None if final is None else as_assay(one, final),
    )


def as_assay(one: Wanted, final: Result) -> Assay:
    """What is final, as a lot reports it: a mean with its uncertainty, a bound, or a range."""
    plain = Assay(analyte=one.analyte, unit=one.unit, basis=one.basis, conditions=one.conditions)
    if isinstance(final, Normal):
        u = float(f"{final.u:.{_DIGITS}g}")
        return msgspec.structs.replace(plain, value=final.mean, uncertainty=u, statistic=Statistic.MEAN)
    if final.lowest <= 0.0:
        operator = Operator.BELOW if final.high_open else Operator.AT_MOST
        return msgspec.structs.replace(plain, value=final.highest, operator=operator)
    if final.highest == float("inf"):
        operator = Operator.ABOVE if final.low_open else Operator.AT_LEAST
        return msgspec.structs.replace(plain, value=final.lowest, operator=operator)
    return msgspec.structs.replace(plain, low=final.lowest, high=final.highest)


def _known(result: Result | Unknown) -> Result:
    assert isinstance(result, (Normal, Interval))  # noqa: S101 - refused when it was filed
    return result
