"""Why a deal deserves a closer look, was rejected, or left its approval behind, in the words of a language."""

from typing import TypeVar

import msgspec

from market.deals.approval import VoidReason
from market.deals.structs import Risk, RiskReason
from matching.evaluation import Params
from matching.explain import render
from specs.catalogue.loader import catalogue

T = TypeVar("T", RiskReason, VoidReason)


def worded(about: str, code: str, params: Params, language: str) -> str:
    """One reason; `about` is `risk`, `reject` or `void`."""
    return render(f"{about}.{code}", params, language, catalogue())


def told(about: str, reason: T, language: str) -> T:
    """The reason with its words."""
    return msgspec.structs.replace(reason, reason=worded(about, reason.code.value, reason.params, language))


def risk_told(risk: Risk, language: str) -> Risk:
    """Every reason with its words."""
    return Risk(level=risk.level, reasons=tuple(told("risk", reason, language) for reason in risk.reasons))
