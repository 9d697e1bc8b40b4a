"""Advice in words that a buyer can take to a negotiation."""

import msgspec

from matching.advising.answer import Advice, AdvisedChange
from matching.explain import named, render
from matching.reference import Catalogue
from matching.words import messages


def told(advice: Advice, language: str, names: Catalogue) -> Advice:
    """Every reason filled in, and the names of steps."""

    def change(one: AdvisedChange) -> AdvisedChange:
        reason = render(one.code, one.params, language, names)
        return msgspec.structs.replace(one, reason=reason, steps=named(one.steps, language, names))

    changes = tuple(map(change, advice.changes))
    together = messages(language)["list.also"].join(one.reason for one in changes)
    reason = render(advice.code, {**advice.params, "changes": together}, language, names)
    return msgspec.structs.replace(advice, changes=changes, reason=reason)
