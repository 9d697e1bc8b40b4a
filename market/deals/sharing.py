"""Kilograms of a leg over its lots."""

from collections.abc import Sequence


def shared_out(kg: int, parts: Sequence[int]) -> tuple[int, ...]:
    """`kg` over lots in proportion to `parts`, whole kilograms by the largest remainders, the first ones first."""
    whole = sum(parts)
    floors = [kg * part // whole for part in parts]
    by_rest = sorted(range(len(parts)), key=lambda i: (-(kg * parts[i] % whole), i))
    for i in by_rest[: kg - sum(floors)]:
        floors[i] += 1
    return tuple(floors)
