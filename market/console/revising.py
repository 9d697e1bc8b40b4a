"""What two who edited at once have to see, and the patch that one form makes of what is stored.

What only the other changed is taken over into the form, what only oneself changed stays, and what both changed stays
as typed and is shown beside theirs. Nothing is stored until the form is sent again, on the newest version.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from market.console.typed import Typed
from specs.kit import wire


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A field that another changed: as it was, as they have it, as it was typed here; `both` where all three differ."""

    field: str
    before: Any
    theirs: Any
    mine: Any
    both: bool


class Clash(msgspec.Struct, frozen=True, kw_only=True):
    """Someone else saved meanwhile. `typed` is the form with what only they changed."""

    who: str | None
    when: datetime
    differences: tuple[Difference, ...]
    typed: Typed
    rev: int
    version: int


class Three(msgspec.Struct, frozen=True, kw_only=True):
    """JSON values of a document as it was opened, as it is stored now, and as it was typed."""

    before: Any
    theirs: Any
    own: Any


class Merged(msgspec.Struct, frozen=True, kw_only=True):
    """The form with what only the other changed, and every field in which the other's differs."""

    typed: Typed
    differences: tuple[Difference, ...]


def marked(form: Typed, listing: UUID, rev: int, version: int) -> None:
    """Let the form say what it is a form of: where it is saved, somebody else may have been faster."""
    form.put("_id", str(listing))
    form.put("_rev", str(rev))
    form.put("_version", str(version))


def merged(three: Three, names: Iterable[str], typed: Callable[[Any], Typed]) -> Merged:
    """`typed` makes the fields of a form from a stored document, or from a part of one."""
    form = Typed(typed(three.own).values)
    differences = []
    for name in names:
        before, theirs, own = three.before.get(name), three.theirs.get(name), three.own.get(name)
        if before == theirs:
            continue
        if own == before:
            _take_over(form, name, typed({name: theirs}))
        both = own not in (before, theirs)
        differences.append(Difference(field=name, before=before, theirs=theirs, mine=own, both=both))
    return Merged(typed=form, differences=tuple(differences))


def _take_over(form: Typed, name: str, theirs: Typed) -> None:
    at = f"/{name}"
    kept = {key: texts for key, texts in form.values.items() if key != at and not key.startswith(f"{at}/")}
    form.values = kept | theirs.values


def patch(before: Any, after: msgspec.Struct) -> bytes:
    """The merge patch (RFC 7396) that makes `before`, a stored document's JSON values, into `after`."""
    return wire.encode(_difference(before, wire.plain(wire.encode(after))))


def _difference(before: Any, after: Any) -> Any:
    gone: dict[str, Any] = dict.fromkeys(before.keys() - after.keys())
    changed = {
        name: _difference(before[name], value)
        if isinstance(value, dict) and isinstance(before.get(name), dict)
        else value
        for name, value in after.items()
        if name not in before or before[name] != value
    }
    return gone | changed
