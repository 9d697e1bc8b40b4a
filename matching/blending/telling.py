"""A blend in words: why lots stay out, the steps of what goes through processors, and that it is not measured."""

import msgspec

from matching.blending.answer import Blend, Processing
from matching.explain import render
from matching.reference import Catalogue
from matching.upgrading.telling import told_step


def told(found: Blend, language: str, names: Catalogue) -> Blend:
    """Every reason and name filled in."""
    return msgspec.structs.replace(
        found,
        takes=tuple(
            msgspec.structs.replace(take, steps=tuple(told_step(step, language, names) for step in take.steps))
            for take in found.takes
        ),
        barred=tuple(
            msgspec.structs.replace(bar, reason=render(bar.code, bar.params, language, names)) for bar in found.barred
        ),
        processing=found.processing and _flagged(found.processing, language, names),
    )


def _flagged(processing: Processing, language: str, names: Catalogue) -> Processing:
    flags = (msgspec.structs.replace(f, reason=render(f.code, f.params, language, names)) for f in processing.flags)
    return msgspec.structs.replace(processing, flags=tuple(flags))
