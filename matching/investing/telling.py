"""What to invest in, in words."""

import msgspec

from matching.explain import render
from matching.investing.answer import Investment, Investments, LeftOut
from matching.reference import Catalogue
from matching.words import step_name


def told(found: Investments, language: str, names: Catalogue) -> Investments:
    """Every reason and name filled in."""
    return msgspec.structs.replace(
        found,
        items=tuple(told_item(item, language, names) for item in found.items),
        left_out=tuple(_left_out(one, language, names) for one in found.left_out),
    )


def told_item(item: Investment, language: str, names: Catalogue) -> Investment:
    """One plant."""
    return msgspec.structs.replace(
        item,
        name=step_name(item.step, language, names),
        reason=render(item.code, item.params, language, names),
        figures=tuple(
            msgspec.structs.replace(f, reason=render(f.code, f.params, language, names)) for f in item.figures
        ),
        flags=tuple(msgspec.structs.replace(f, reason=render(f.code, f.params, language, names)) for f in item.flags),
    )


def _left_out(one: LeftOut, language: str, names: Catalogue) -> LeftOut:
    reason = render(one.code, one.params, language, names)
    return msgspec.structs.replace(one, name=step_name(one.step, language, names), reason=reason)
