"""The demo's parties, specs and lots, with every date moved to the day that asks for them, so it never expires."""

from datetime import date, timedelta
from functools import cache
from importlib.resources import files

import msgspec
from msgspec.structs import replace

from matching.listings import Lot, Spec
from matching.permits.permit import Permit
from matching.upgrading.offer import OfferedStep
from matching.values import Assay

FAMILIES = ("steel", "aluminium", "copper", "plastics", "battery", "rare_metals", "zinc")
# before the deals of the demo, after the days on which its lots were sampled
DAYS_OLD = 14


class DemoPart(msgspec.Struct, frozen=True, kw_only=True):
    """A record of the demo's files."""


class Party(DemoPart, frozen=True, kw_only=True):
    """A fictional organisation; a coordinator sees everything, prefectures, or the members of a programme.

    Who takes waste holds permits for it, and a yard what its place and the law on used equipment ask for.
    """

    code: str
    kind: str
    name: str
    prefecture: str
    lat: float | None = None
    lon: float | None = None
    everything: bool = False
    prefectures: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    permits: tuple[Permit, ...] = ()


class DemoSpec(DemoPart, frozen=True, kw_only=True):
    """A spec of the demo, as its party posts it; published so many days before the loading."""

    code: str
    party: str
    days_old: int = DAYS_OLD
    spec: Spec


class DemoLot(DemoPart, frozen=True, kw_only=True):
    """A lot of the demo, as its party posts it; published so many days before the loading."""

    code: str
    party: str
    days_old: int = DAYS_OLD
    lot: Lot


class DemoOffer(DemoPart, frozen=True, kw_only=True):
    """A step that a processor of the demo offers."""

    party: str
    offer: OfferedStep


class Chapter(DemoPart, frozen=True, kw_only=True):
    """The listings of one family, and what processors offer for it."""

    specs: tuple[DemoSpec, ...]
    lots: tuple[DemoLot, ...]
    offers: tuple[DemoOffer, ...] = ()


class Cast(DemoPart, frozen=True, kw_only=True):
    """The parties, and the day for which the files are written."""

    as_of: date
    parties: tuple[Party, ...]


class Demo(DemoPart, frozen=True, kw_only=True):
    """The whole demo as of one day; lots, specs and offers in the order of the families."""

    today: date
    parties: tuple[Party, ...]
    specs: tuple[DemoSpec, ...]
    lots: tuple[DemoLot, ...]
    offers: tuple[DemoOffer, ...]


@cache
def _cast() -> Cast:
    text = files("market.demo").joinpath("parties.json").read_bytes()
    return msgspec.json.decode(text, type=Cast)


@cache
def chapter(family: str) -> Chapter:
    """The listings of a family as written, with the dates of the files."""
    text = files("market.demo").joinpath(f"{family}.json").read_bytes()
    return msgspec.json.decode(text, type=Chapter)


def demo(today: date) -> Demo:
    """The demo as if written on `today` (a JST day): windows and sampling days move, nothing else."""
    cast = _cast()
    by = today - cast.as_of
    chapters = [chapter(family) for family in FAMILIES]
    return Demo(
        today=today,
        parties=tuple(replace(p, permits=tuple(_moved_permit(x, by) for x in p.permits)) for p in cast.parties),
        specs=tuple(replace(s, spec=_moved_spec(s.spec, by)) for c in chapters for s in c.specs),
        lots=tuple(replace(o, lot=_moved_lot(o.lot, by)) for c in chapters for o in c.lots),
        offers=tuple(offer for c in chapters for offer in c.offers),
    )


def _moved_permit(permit: Permit, by: timedelta) -> Permit:
    return permit if permit.valid_until is None else replace(permit, valid_until=permit.valid_until + by)


def _moved_spec(spec: Spec, by: timedelta) -> Spec:
    window = spec.delivery
    return replace(spec, delivery=replace(window, from_=window.from_ + by, until=window.until + by))


def _moved_lot(lot: Lot, by: timedelta) -> Lot:
    window = replace(lot.available, from_=lot.available.from_ + by, until=lot.available.until + by)
    return replace(lot, available=window, assays=tuple(_moved_assay(a, by) for a in lot.assays))


def _moved_assay(assay: Assay, by: timedelta) -> Assay:
    return assay if assay.sampled_on is None else replace(assay, sampled_on=assay.sampled_on + by)
