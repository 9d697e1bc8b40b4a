"""Terms in words, line by line, so that two offers are held against each other by what people read."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec

from market.console.showing import exact, name, rate, tonnes, unbroken
from market.console.text import Language, text, word
from market.deals.contract.structs import AnalyteDeduction, ContractTerms
from market.deals.money import TaxKind
from market.deals.offers.structs import Terms
from market.deals.promise import Promise
from market.deals.relaxing import Relaxation
from matching.values import Currency, Limit, Portion, Price
from matching.words import step_name
from specs.catalogue.loader import catalogue

# a consumption-tax rate in per cent
_PERCENT: Final = 100


class Line(msgspec.Struct, frozen=True):
    """What is said of one thing, as `terms.<key>` calls it; nothing where nothing of it was said."""

    key: str
    said: tuple[str, ...]


class Speaker:
    """Says terms in a language; `limits` are the spec's own, which give way by their places."""

    def __init__(self, language: Language, limits: Sequence[Limit] = ()) -> None:
        self.language = language
        self.limits = limits

    def offer(self, terms: Terms) -> tuple[Line, ...]:
        """All that an offer says but its message and its last day; a contract that it leaves out is the usual one."""
        contract = terms.contract or ContractTerms()
        return (
            *self.bargain(terms.price, terms.tonnes, terms.schedule),
            *self.material(terms.relaxations, terms.steps),
            *self.contract(contract, terms.price.currency),
        )

    def bargain(self, price: Price, mass: float, schedule: Sequence[Portion]) -> tuple[Line, ...]:
        """How much, for how much, and when."""
        term = f" {price.incoterm.value}" if price.incoterm else ""
        return (
            Line("price", (f"{rate(price.amount, price.currency.value)}/{price.per}{term}",)),
            Line("tonnes", (tonnes(mass),)),
            Line("schedule", tuple(f"{one.month}: {tonnes(one.tonnes)}" for one in schedule)),
        )

    def material(self, relaxations: Sequence[Relaxation], steps: Sequence[Promise]) -> tuple[Line, ...]:
        """What gives way, and what is done to the lots."""
        return (
            Line("relaxations", tuple(self._relaxation(one) for one in relaxations)),
            Line("steps", tuple(self.step(one) for one in steps)),
        )

    def contract(self, terms: ContractTerms, currency: Currency) -> tuple[Line, ...]:
        """What holds for each portion, and by when what is due."""
        return (
            Line("deductions", tuple(self._deduction(one, currency) for one in terms.deductions)),
            Line("moisture", self._moisture(terms.moisture_above_percent)),
            Line("weight", (self._t("weight_said", percent=exact(terms.weight_tolerance_percent)),)),
            Line(
                "splitting",
                tuple(
                    f"{self._name(one.analyte)}: {unbroken(f'{exact(one.limit)} {one.unit}')}"
                    for one in terms.splitting
                ),
            ),
            Line("tax", (self.tax(terms.tax),)),
            Line("claim_days", (self._t("claim_days_said", days=terms.claim_days),)),
            Line("grace_days", (self._t("grace_days_said", days=terms.grace_days),)),
            Line("receipt_days", (self._t("receipt_days_said", days=terms.receipt_days),)),
            Line("result_days", (self._t("result_days_said", days=terms.result_days),)),
        )

    def unusual(self, terms: ContractTerms | None, currency: Currency) -> tuple[Line, ...]:
        """What differs from the contract that holds where nothing is said."""
        usual = self.contract(ContractTerms(), currency)
        told = self.contract(terms or ContractTerms(), currency)
        return tuple(line for line, other in zip(told, usual, strict=True) if line != other)

    def step(self, promise: Promise) -> str:
        """With its yield, what it takes out, and what it leaves as tested."""
        return self._t("step_said", step=step_name(promise.step, self.language, catalogue()), rest=self._rest(promise))

    def tax(self, kind: TaxKind) -> str:
        """How the supply is taxed, with the rate."""
        return self._t(f"tax_{kind.value}", percent=exact(kind.rate * _PERCENT))

    def _rest(self, promise: Promise) -> str:
        parts = [self._t("yield_said", percent=_share(promise.yield_))]
        parts += [
            self._t("removal_said", analyte=self._name(cut.analyte), percent=_share(cut.fraction), spread=_spread(cut))
            for cut in promise.removal
        ]
        if promise.keeps:
            parts.append(self._t("keeps_said", analytes=", ".join(map(self._name, promise.keeps))))
        return self._t("between").join(parts)

    def _relaxation(self, change: Relaxation) -> str:
        limit = self.limits[change.limit]
        analytes = "+".join(map(self._name, limit.analytes))
        asked = " – ".join(_bounds(limit))
        told = (unbroken(f"{bound} {limit.unit}") for bound in (asked, exact(change.relax_to)))
        return f"{analytes}: {' → '.join(told)}"

    def _deduction(self, one: AnalyteDeduction, currency: Currency) -> str:
        return self._t(
            "deduction_said",
            analyte=self._name(one.analyte),
            basis=f" ({word(self.language, 'basis', one.basis.value)})" if one.basis else "",
            start=exact(one.from_),
            per=exact(one.per),
            unit=one.unit,
            amount=rate(one.amount, currency.value),
        )

    def _moisture(self, above: Decimal | None) -> tuple[str, ...]:
        return () if above is None else (self._t("moisture_said", percent=exact(above)),)

    def _name(self, code: str) -> str:
        return name(code, self.language)

    def _t(self, key: str, **holes: Any) -> str:
        return text(self.language, f"terms.{key}", **holes)


def _bounds(limit: Limit) -> Iterator[str]:
    signs: tuple[tuple[str, Callable[[Limit], float | None]], ...] = (
        ("≥", lambda one: one.min),
        (">", lambda one: one.exclusive_min),
        ("≤", lambda one: one.max),
        ("<", lambda one: one.exclusive_max),
    )
    for sign, read in signs:
        bound = read(limit)
        if bound is not None:
            yield f"{sign} {exact(bound)}"


def _share(share: float) -> str:
    return exact(Decimal(str(share)) * 100)


def _spread(cut: Any) -> str:
    return "" if cut.uncertainty is None else f"\u00a0±\u00a0{_share(cut.uncertainty)}"
