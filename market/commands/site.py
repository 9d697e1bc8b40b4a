"""`site`: where to open hubs, for a location problem in a file."""

import sys

import msgspec

from market.commands.documents import content, decode, one_stdin
from market.commands.errors import InputError
from market.commands.judge import write
from market.commands.rates import priced
from matching.explain import render
from matching.locating.instance import Instance
from matching.siting import Effort, SitingRefusedError, instance_faults, site


def site_file(path: str, *, gap: float, changes: bool, freight_table: str | None = None) -> None:
    """One siting as one JSON document on standard output; on a terminal, standard error shows how far it is."""
    one_stdin(path, freight_table)
    known = priced(freight_table)
    instance = decode(content(path), Instance, path)
    if faults := instance_faults(instance, known):
        raise InputError([f"{path}: {f.pointer}: {render(f.code, f.params, 'en', known)}" for f in faults])
    try:
        found = site(instance, known, Effort(gap=gap), changes=changes, watch=_show if sys.stderr.isatty() else None)
    except SitingRefusedError as error:
        raise InputError([f"{path}: {render(error.code, error.params, 'en', known)}"]) from error
    write(msgspec.structs.replace(found, reason=render(found.code, found.params, "en", known)))


def _show(amount: float, bound: float, nodes: int) -> None:
    gap = (amount - bound) / amount if amount else 0.0
    # the line is written over by the next, and cleared by what follows
    sys.stderr.write(f"\r{nodes} nodes: {amount:,.0f}, within {gap:.4%} of the optimum\x1b[K\r")
    sys.stderr.flush()
