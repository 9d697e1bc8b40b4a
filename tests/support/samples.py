"""Samples in tests: short ways to bring one to where both sides measure it, and to file results."""

from datetime import timedelta
from typing import Any

import httpx

from market.parties.structs import NewOrganisation
from specs.kit import clock
from tests.support.deals import Scene, agreed

TODAY = clock.today(clock.now())
REQUEST: dict[str, Any] = {"analytes": [{"analyte": "Cu"}], "taken": "Ten increments, melted and drilled."}
# the lot holds its spec by far, whatever of it is not sampled
CLEAN: list[dict[str, Any]] = [
    {"analyte": "Cu", "value": 0.20, "unit": "%", "uncertainty": 0.005},
    {"analyte": "Cr", "value": 0.05, "unit": "%"},
    {"analyte": "Ni", "value": 0.04, "unit": "%"},
    {"analyte": "Mo", "value": 0.01, "unit": "%"},
]


def sending(seal: str = "CAP-1") -> dict[str, Any]:
    """Taken yesterday, sent today."""
    return {"seal": seal, "carrier": "Sagami Express", "sampled_on": str(TODAY - timedelta(days=1))}


def result(cu: float, laboratory: str = "Some Laboratory", **more: Any) -> dict[str, Any]:
    """Of copper alone."""
    return {"laboratory": laboratory, "assays": [{"analyte": "Cu", "value": cu, "unit": "%"} | more]}


async def requested(met: Scene, deal: str, **more: Any) -> str:
    """The path of a new sample, below /v1."""
    made = await met.post(met.mill, f"deals/{deal}/samples", REQUEST | more, 201)
    return f"deals/{deal}/samples/{made['id']}"


async def received(met: Scene, deal: str, lot: int = 0, seal: str = "CAP-1", **more: Any) -> str:
    """The path of a sample that both sides may measure now."""
    sample = await requested(met, deal, **more)
    await met.post(met.yards[lot], f"{sample}/send", sending(seal))
    await met.post(met.mill, f"{sample}/receive", {"seal_intact": True})
    return sample


async def measurable(met: Scene) -> tuple[str, str]:
    """A deal that is agreed, and the path of its sample that both sides may measure now."""
    deal = await agreed(met)
    return deal, await received(met, deal)


async def disputed(met: Scene, buyer: float = 0.31, seller: float = 0.21, deal: str = "") -> tuple[str, str]:
    """As `measurable`, with two results that are far apart; of a new deal, or of one that is agreed."""
    deal = deal or await agreed(met)
    sample = await received(met, deal)
    await met.post(met.mill, f"{sample}/results", result(buyer, "Mill Laboratory"))
    await met.post(met.yard, f"{sample}/results", result(seller, "Yard Laboratory"))
    return deal, sample


async def get(caller: httpx.AsyncClient, path: str) -> dict[str, Any]:
    """The body of what is there."""
    answer = await caller.get(f"/v1/{path}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def named(organisation: NewOrganisation) -> dict[str, str]:
    """What proposes it as the umpire."""
    return {"organisation_id": str(organisation.id)}


async def umpired(met: Scene, organisation: NewOrganisation, **filed: float) -> tuple[str, str, str]:
    """Deal, sample as the sides know it, and as the laboratory does that both have proposed."""
    deal, sample = await disputed(met, **filed)
    for caller in (met.yard, met.mill):
        await met.post(caller, f"{sample}/umpire", named(organisation))
    return deal, sample, f"samples/{sample.rpartition('/')[2]}"
