"""What a page with a form of terms is filled with."""

from typing import Any, Final

from market.console.terms import form
from market.console.terms.choices import choices
from market.console.terms.rows import MOST_STEPS
from market.console.text import Language
from market.console.typed import Typed
from market.deals.contract.structs import ContractTerms
from specs.kit import wire

_CONTRACT: Final = "/contract/"
_ADDING: Final = frozenset({"deduction", "splitting"})


def holes(typed: Typed, material: str, language: Language, focus: str = "") -> dict[str, Any]:
    """`unfolded`: the contract is not the usual one, or its rows are what somebody is busy with."""
    busy = focus.startswith(_CONTRACT) or focus in _ADDING
    return {
        "typed": typed,
        "focus": focus,
        "choices": choices(material, language),
        "most_steps": MOST_STEPS,
        "unfolded": busy or not usual(typed),
    }


def usual(typed: Typed) -> bool:
    """Whether the form asks for what holds where nothing is said."""
    document = wire.plain(wire.encode({"contract": ContractTerms()}))
    return _said(form.filled(typed)) == _said(Typed.of_document(document))


def _said(typed: Typed) -> dict[str, str]:
    texts = {name: typed.text(name).strip() for name in typed.values if name.startswith(_CONTRACT)}
    return {name: text for name, text in texts.items() if text}
