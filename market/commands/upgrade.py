"""`upgrade` and `invest`: what processors' steps would make of lots, and which step where would unlock the most."""

import msgspec

from market.commands.documents import named, one_stdin, read_lot, read_lots, read_offers, read_spec, read_specs
from market.commands.errors import InputError
from market.commands.judge import write
from matching.explain import render
from matching.invest import invest
from matching.upgrade import upgrade
from matching.upgrading.searching import UpgradeRefusedError
from matching.upgrading.telling import told
from matching.words import step_name
from specs.catalogue.loader import catalogue


def upgrade_files(spec: str, *, lot: str | None, lots: str | None, offers: str) -> None:
    """Each lot with its cheapest path, as one JSON document on standard output."""
    one_stdin(spec, lot, lots, offers)
    known = catalogue()
    wanted = read_spec(spec, known)
    offered = named([read_lot(lot, known)] if lot is not None else read_lots(lots or "", known))
    processors = read_offers(offers, known)
    try:
        found = upgrade(wanted, offered, processors, known)
    except UpgradeRefusedError as error:
        raise InputError([f"{offers}: {render(error.code, error.params, 'en', known)}"]) from error
    write(msgspec.structs.replace(found, items=tuple(told(item, "en", known) for item in found.items)))


def invest_files(specs: str, lots: str, offers: str | None) -> None:
    """The plants that would unlock the most value, as one JSON document on standard output."""
    one_stdin(specs, lots, offers)
    known = catalogue()
    wanted = [(s.id if s.id is not None else str(i), s) for i, s in enumerate(read_specs(specs, known))]
    offered = named(read_lots(lots, known))
    processors = read_offers(offers, known) if offers is not None else []
    try:
        found = invest(wanted, offered, processors, known)
    except UpgradeRefusedError as error:
        raise InputError([f"{lots}: {render(error.code, error.params, 'en', known)}"]) from error
    items = [
        msgspec.structs.replace(i, name=step_name(i.step, "en", known), reason=render(i.code, i.params, "en", known))
        for i in found.items
    ]
    write(msgspec.structs.replace(found, items=tuple(items)))
