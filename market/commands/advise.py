"""`advise`: what a buyer who is short of supply could give way on."""

import msgspec

from market.commands.documents import named, one_stdin, read_lots, read_offers, read_spec
from market.commands.errors import InputError
from market.commands.judge import write
from market.commands.rates import priced
from matching.advise import advise
from matching.advising.telling import told
from matching.explain import render
from matching.upgrading.searching import UpgradeRefusedError


def advise_files(spec: str, lots: str, offers: str | None, *, freight_table: str | None = None) -> None:
    """Ranked changes as one JSON document on standard output."""
    one_stdin(spec, lots, offers, freight_table)
    known = priced(freight_table)
    wanted = read_spec(spec, known)
    offered = named(read_lots(lots, known))
    processors = read_offers(offers, known) if offers is not None else []
    try:
        found = advise(wanted, offered, processors, known)
    except UpgradeRefusedError as error:
        raise InputError([f"{offers}: {render(error.code, error.params, 'en', known)}"]) from error
    write(msgspec.structs.replace(found, items=tuple(told(item, "en", known) for item in found.items)))
