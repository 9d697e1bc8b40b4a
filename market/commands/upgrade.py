"""`upgrade`, `uplift` and `invest`: what processors' steps would make of lots, and which step would unlock the most."""

import sys

import msgspec

from market.commands.documents import (
    named,
    one_stdin,
    read_assumed,
    read_lot,
    read_lots,
    read_offers,
    read_sites,
    read_spec,
    read_specs,
)
from market.commands.errors import InputError
from market.commands.judge import write
from market.commands.rates import priced
from matching.explain import render
from matching.invest import Outlook, invest
from matching.investing.sites import Places
from matching.investing.telling import told as all_told
from matching.upgrade import upgrade
from matching.upgrading.searching import UpgradeRefusedError
from matching.upgrading.telling import told
from matching.uplift import told as lifted
from matching.uplift import uplift


class Sites(msgspec.Struct, frozen=True):
    """Where a plant may stand: in any prefecture, at any scrap port, or at the places of a file."""

    file: str | None
    ports: bool


def upgrade_files(
    spec: str, *, lot: str | None, lots: str | None, offers: str, freight_table: str | None = None
) -> None:
    """Each lot with its cheapest path, as one JSON document on standard output."""
    one_stdin(spec, lot, lots, offers, freight_table)
    known = priced(freight_table)
    wanted = read_spec(spec, known)
    offered = named([read_lot(lot, known)] if lot is not None else read_lots(lots or "", known))
    processors = read_offers(offers, known)
    try:
        found = upgrade(wanted, offered, processors, known)
    except UpgradeRefusedError as error:
        raise InputError([f"{offers}: {render(error.code, error.params, 'en', known)}"]) from error
    write(msgspec.structs.replace(found, items=tuple(told(item, "en", known) for item in found.items)))


def uplift_files(lot: str, specs: str, offers: str, *, freight_table: str | None = None) -> None:
    """The specs that a lot could be lifted into, best first, as one JSON document on standard output."""
    one_stdin(lot, specs, offers, freight_table)
    known = priced(freight_table)
    given = read_lot(lot, known)
    wanted = [(s.id if s.id is not None else str(i), s) for i, s in enumerate(read_specs(specs, known))]
    processors = read_offers(offers, known)
    try:
        found = uplift(given, wanted, processors, known)
    except UpgradeRefusedError as error:
        raise InputError([f"{offers}: {render(error.code, error.params, 'en', known)}"]) from error
    write(lifted(found, "en", known))


def invest_files(
    specs: str,
    lots: str,
    offers: str | None,
    assumed: str | None,
    sites: Sites,
    *,
    freight_table: str | None = None,
) -> None:
    """The plants that would unlock the most value, as one JSON document on standard output."""
    one_stdin(specs, lots, offers, assumed, sites.file, freight_table)
    known = priced(freight_table)
    wanted = [(s.id if s.id is not None else str(i), s) for i, s in enumerate(read_specs(specs, known))]
    offered = named(read_lots(lots, known))
    outlook = Outlook(
        offers=tuple(read_offers(offers, known)) if offers is not None else (),
        assumed=tuple(read_assumed(assumed, known)) if assumed is not None else (),
        places=Places.PORTS if sites.ports else Places.PREFECTURES,
        sites=tuple(read_sites(sites.file, known)) if sites.file is not None else (),
    )
    try:
        found = invest(wanted, offered, outlook, known, _show if sys.stderr.isatty() else None)
    except UpgradeRefusedError as error:
        raise InputError([f"{lots}: {render(error.code, error.params, 'en', known)}"]) from error
    write(all_told(found, "en", known))


def _show(share: float) -> None:
    # the line is written over by the next, and cleared by what follows
    sys.stderr.write(f"\r{share:.0%} of the plants\x1b[K\r")
    sys.stderr.flush()
