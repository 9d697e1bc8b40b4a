"""`allocate`: all lots of a file to all specs of another."""

import sys

import msgspec

from market.commands.documents import content, decode, one_stdin, read_lots, read_specs
from market.commands.errors import InputError
from market.commands.judge import write
from market.commands.rates import priced
from matching.allocate import allocate
from matching.allocation.wish import AllocationRefusedError, Offered, Pairing, Wanted, Wish
from matching.blending.mixing import BlendRefusedError
from matching.explain import render
from matching.faults import MOST_TONNES


class FiledPairing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A pairing in a file; `tonnes` of a pinned one, or as much as both sides can."""

    lot: str
    spec: str
    tonnes: float | None = None


class Pairings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a coordinator fixes and rules out."""

    pinned: tuple[FiledPairing, ...] = ()
    forbidden: tuple[FiledPairing, ...] = ()


def allocate_files(
    specs: str, lots: str, pairings: str | None, *, blends: bool, wish: Wish, freight_table: str | None = None
) -> None:
    """One allocation as one JSON document on standard output."""
    one_stdin(specs, lots, pairings, freight_table)
    known = priced(freight_table)
    wanted = [
        Wanted(
            one.id if one.id is not None else str(i),
            one,
            blends if one.blends is None else one.blends,
            if_possible=one.blends is None,
        )
        for i, one in enumerate(read_specs(specs, known))
    ]
    offered = [
        Offered(one.id if one.id is not None else str(i), one, one.owner)
        for i, one in enumerate(read_lots(lots, known))
    ]
    asked = wish if pairings is None else _paired(wish, pairings)
    try:
        found = allocate(wanted, offered, known, asked, _progress if sys.stderr.isatty() else None)
    except (AllocationRefusedError, BlendRefusedError) as error:
        where = pairings if error.code.startswith("pin") and pairings else specs
        raise InputError([f"{where}: {render(error.code, error.params, 'en', known)}"]) from error
    finally:
        if sys.stderr.isatty():
            sys.stderr.write("\r\033[K")
    unmet = [msgspec.structs.replace(u, reason=render(u.code, u.params, "en", known)) for u in found.unmet]
    unsold = [msgspec.structs.replace(u, reason=render(u.code, u.params, "en", known)) for u in found.unsold]
    alone = [msgspec.structs.replace(u, reason=render(u.code, u.params, "en", known)) for u in found.unblended]
    write(msgspec.structs.replace(found, unmet=tuple(unmet), unsold=tuple(unsold), unblended=tuple(alone)))


def _paired(wish: Wish, path: str) -> Wish:
    given = decode(content(path), Pairings, path)
    faults = [
        f"{path}: /pinned/{i}/tonnes: must be over 0 and at most {MOST_TONNES:,.0f}"
        for i, one in enumerate(given.pinned)
        if one.tonnes is not None and not 0.0 < one.tonnes <= MOST_TONNES
    ]
    if faults:
        raise InputError(faults)
    pinned = tuple(Pairing(one.lot, one.spec, one.tonnes) for one in given.pinned)
    forbidden = tuple(Pairing(one.lot, one.spec) for one in given.forbidden)
    return msgspec.structs.replace(wish, pinned=pinned, forbidden=forbidden)


def _progress(stage: str, done: int, of: int) -> None:
    sys.stderr.write(f"\r\033[K{stage} {done:,} of {of:,}")
    sys.stderr.flush()
