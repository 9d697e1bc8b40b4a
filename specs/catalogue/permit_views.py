"""The kinds of permits as they are served: what each is, when the law asks for it, and the digits of its numbers."""

from functools import cache

from matching.permits.rules import Instrument
from specs.catalogue import files
from specs.catalogue.permits import KindRow
from specs.catalogue.shapes import NameView, SourceView, View
from specs.catalogue.views import sources_of


class DigitView(View, frozen=True, kw_only=True):
    """What the fourth digit of a number says."""

    digit: str
    name: NameView
    stores: bool
    treats: bool
    src: str
    flag: str


class PermitKindView(View, frozen=True, kw_only=True):
    """A kind; a permit of it can be declared where it is `held`. `status` is of what is no law yet."""

    code: str
    instrument: Instrument
    held: bool
    name: NameView
    legal_basis: str
    needed_when: str
    scoped: bool
    nationwide: bool
    in_place_of: tuple[str, ...]
    digits: tuple[DigitView, ...]
    status: str | None
    src: str
    flag: str
    sources: tuple[SourceView, ...]


def _kind(row: KindRow) -> PermitKindView:
    digits = tuple(
        DigitView(
            digit=d.digit, name=NameView(ja=d.ja, en=d.en), stores=d.stores, treats=d.treats, src=d.src, flag=d.flag
        )
        for d in files.permits().digits
        if d.kind == row.code
    )
    return PermitKindView(
        code=row.code,
        instrument=row.instrument,
        held=row.held,
        name=NameView(ja=row.name_ja, en=row.name_en),
        legal_basis=row.legal_basis,
        needed_when=row.needed_when,
        scoped=row.scoped,
        nationwide=row.nationwide,
        in_place_of=row.in_place_of,
        digits=digits,
        status=row.status,
        src=row.src,
        flag=row.flag,
        sources=sources_of((row.src, *(d.src for d in digits))),
    )


@cache
def permit_kinds() -> tuple[PermitKindView, ...]:
    """In the order of the source."""
    return tuple(map(_kind, files.permits().kinds))
