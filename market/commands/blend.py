"""`blend`: the cheapest blend of the lots of a file that conforms to a spec."""

from market.commands.documents import named, one_stdin, read_lots, read_offers, read_spec
from market.commands.errors import InputError
from market.commands.judge import write
from market.commands.rates import priced
from matching.blend import Wish, blend
from matching.blending.candidates import Sense
from matching.blending.mixing import BlendRefusedError
from matching.blending.telling import told
from matching.explain import render


def blend_files(
    spec: str,
    lots: str,
    offers: str | None,
    *,
    co2: bool,
    joint: bool,
    lab_correlation: float,
    freight_table: str | None = None,
) -> None:
    """One blend as one JSON document on standard output."""
    one_stdin(spec, lots, offers, freight_table)
    known = priced(freight_table)
    wanted = read_spec(spec, known)
    offered = named(read_lots(lots, known))
    wish = Wish(sense=Sense.CO2 if co2 else Sense.COST, joint=joint, lab_correlation=lab_correlation)
    processors = read_offers(offers, known) if offers is not None else []
    try:
        found = blend(wanted, offered, known, wish, processors)
    except BlendRefusedError as error:
        raise InputError([f"{spec}: {render(error.code, error.params, 'en', known)}"]) from error
    write(told(found, "en", known))
