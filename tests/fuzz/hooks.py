"""Loaded by schemathesis: a cursor is opaque, so a made-up one is always refused; our own tests spoil real ones."""

from typing import Any

import schemathesis


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Leave cursors out of what is meant to be accepted."""
    if case.query and case.meta is not None and case.meta.generation.mode.is_positive:
        case.query.pop("cursor", None)
