"""Pairings that a coordinator fixes or rules out: checked, then set aside before anything is optimised."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import msgspec
import numpy as np

from matching.allocation.market import NO_CAP, Market
from matching.allocation.pairs import kilograms
from matching.allocation.wish import AllocationRefusedError, Offered, Pairing, Wanted, Wish


class Pin(msgspec.Struct, frozen=True):
    """A pairing by place, and its kilograms."""

    lot: int
    spec: int
    kilograms: int


def check_names(specs: Sequence[Wanted], lots: Sequence[Offered], wish: Wish) -> None:
    """Raises `AllocationRefusedError` for ids that are used twice, unknown, or pinned and forbidden at once."""
    materials: list[dict[str, str]] = []
    for kind, named in (
        ("lot", [(one.id, one.lot.material) for one in lots]),
        ("spec", [(one.id, one.spec.material) for one in specs]),
    ):
        known = dict(named)
        if len(known) < len(named):
            ids = sorted(id_ for id_, _ in named)
            twice = next(a for a, b in pairwise(ids) if a == b)
            raise AllocationRefusedError("id_used_twice", {"kind": kind, "id": twice})
        materials.append(known)
    for pairing in (*wish.pinned, *wish.forbidden):
        for kind, id_, known in (("lot", pairing.lot, materials[0]), ("spec", pairing.spec, materials[1])):
            if id_ not in known:
                raise AllocationRefusedError("pairing_unknown", {"kind": kind, "id": id_})
    forbidden = {(p.lot, p.spec) for p in wish.forbidden}
    for pairing in wish.pinned:
        if (pairing.lot, pairing.spec) in forbidden:
            raise AllocationRefusedError("pin_forbidden", _named(pairing))
        if materials[0][pairing.lot] != materials[1][pairing.spec]:
            raise AllocationRefusedError("pin_of_other_material", _named(pairing))


def pins(pinned: Sequence[Pairing], market: Market, lots: Mapping[str, int], specs: Mapping[str, int]) -> list[Pin]:
    """The pins of one material, in order of id; raises where one cannot hold or all of them together cannot."""
    edges = set(zip(market.lot.tolist(), market.spec.tolist(), strict=True))
    available, demand = market.available.copy(), market.demand.copy()
    caps, suppliers = market.caps.copy(), market.suppliers.copy()
    found: list[Pin] = []
    # those with a stated amount first, so that the others take what is left
    for pairing in sorted(pinned, key=lambda p: (p.tonnes is None, p.spec, p.lot)):
        i, j = lots[pairing.lot], specs[pairing.spec]
        if (i, j) not in edges:
            raise AllocationRefusedError("pin_not_acceptable", _named(pairing))
        edges.remove((i, j))
        firm = market.owner[i]
        room = {"pin_over_lot": available[i], "pin_over_spec": demand[j], "pin_over_share": caps[firm]}
        most = int(min(room.values()))
        amount = most if pairing.tonnes is None else kilograms(pairing.tonnes)
        for code, left in room.items():
            if amount > left or left == 0:
                raise AllocationRefusedError(code, {**_named(pairing), "left": int(left) / 1000.0})
        if suppliers[j] == 0:
            raise AllocationRefusedError("pin_over_suppliers", _named(pairing))
        available[i] -= amount
        demand[j] -= amount
        suppliers[j] -= 1
        caps[firm] -= amount if caps[firm] < NO_CAP else 0
        found.append(Pin(i, j, amount))
    return sorted(found, key=lambda p: (p.spec, p.lot))


def _named(pairing: Pairing) -> dict[str, str | int | float | bool | list[str] | None]:
    return {"lot": pairing.lot, "spec": pairing.spec}


def less(market: Market, pinned: Sequence[Pin]) -> Market:
    """The market without what is pinned; a lot may give a pinned spec still more."""
    if not pinned:
        return market
    available, demand = market.available.copy(), market.demand.copy()
    caps, suppliers = market.caps.copy(), market.suppliers.copy()
    for pin in pinned:
        available[pin.lot] -= pin.kilograms
        demand[pin.spec] -= pin.kilograms
        suppliers[pin.spec] -= 1
        firm = market.owner[pin.lot]
        caps[firm] -= pin.kilograms if caps[firm] < NO_CAP else 0
    rest = msgspec.structs.replace(market, available=available, demand=demand, caps=caps, suppliers=suppliers)
    # what a pinned lot gives on top of its pin may be any amount, but counts as one more supplier
    given = {(pin.lot, pin.spec) for pin in pinned}
    free = [(i, j) in given for i, j in zip(rest.lot.tolist(), rest.spec.tolist(), strict=True)]
    return msgspec.structs.replace(rest, least=np.where(free, 0, rest.least))
