"""Random walks over samples: whoever does whatever, in any order, a result stays sealed and settles exactly once.

Each act is held against what the sample allowed its caller. After each step nobody has read a result too early, the
lot has one revision more for each settled sample, and no event is missing. Seeded. Budget: 60 seconds on two cores.
"""

from random import Random
from typing import Any

import httpx

from market.app import Application
from market.http.examples import REASON
from tests.support.api import client
from tests.support.deals import Scene, agreed, scene
from tests.support.market import Market
from tests.support.samples import CLEAN, REQUEST, result, sending

WALKS, STEPS, MOST = 3, 60, 9
_TRAIL = "select count(*) from chain_event where chain = $1::uuid and action like 'deal.sample_%'"
_SETTLED = "select count(*) filter (where state = 'settled') from sample where deal_id = $1::uuid"


class Walk:
    """One deal, its two sides, a stranger, a coordinator who does not oversee it, and a laboratory."""

    def __init__(self, met: Scene, deal: str, ways: Random, laboratory: tuple[str, httpx.AsyncClient]) -> None:
        self.met, self.deal, self.ways = met, deal, ways
        self.umpire, asked = laboratory
        self.sides = {"buyer": met.mill, "seller": met.yard}
        self.people = [met.mill, met.yard] * 4 + [met.yards[1], met.coordinator, asked]
        self.asked = asked
        self.done: list[str] = []

    def body(self, act: str) -> tuple[str, dict[str, Any]]:
        """How an act is asked for. Results lie near each other or far apart."""
        cu = self.ways.choice((0.20, 0.203, 0.24, 0.31))
        return {
            "send": ("send", sending(f"CAP-{self.ways.random()}")),
            "receive": ("receive", {"seal_intact": True}),
            "file": ("results", result(cu)),
            "cancel": ("cancel", REASON),
            "propose_umpire": ("umpire", {"organisation_id": self.umpire}),
        }[act]

    async def step(self) -> None:
        """Ask for a sample, let the laboratory decide, or do anything to any sample as anybody."""
        samples = await self.samples(self.met.mill)
        going = [one for one in samples if one["turn"] != "nobody"]
        if len(going) < 2 and len(samples) < MOST:
            await self.met.post(self.met.mill, f"deals/{self.deal}/samples", REQUEST, 201)
            return
        sample = self.ways.choice(going * 4 + samples)
        if self.ways.random() < 0.15:
            answer = await self.asked.post(
                f"/v1/samples/{sample['id']}/results", json=result(self.ways.choice((0.2, 0.27)))
            )
            assert (answer.status_code == 200) == (sample["state"] == "with_umpire"), answer.text
            self.done += ["decide"] * (answer.status_code == 200)
            return
        who = self.ways.choice(self.people)
        mine = {one["id"]: one for one in await self.samples(who)}.get(sample["id"], {"allowed": []})
        # what is allowed comes often and an end seldom, or no walk gets far
        likely = [one for one in mine["allowed"] if one != "cancel" or self.ways.random() < 0.05]
        act = self.ways.choice([*likely * 4, "send", "receive", "file", "propose_umpire"])
        path, body = self.body(act)
        answer = await who.post(f"/v1/deals/{self.deal}/samples/{sample['id']}/{path}", json=body)
        assert answer.status_code in (200, 403, 404, 409), answer.text
        assert (answer.status_code == 200) == (act in mine["allowed"]), (act, mine, answer.text)
        self.done += [act] * (answer.status_code == 200)

    async def samples(self, who: httpx.AsyncClient) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await who.get(f"/v1/deals/{self.deal}/samples")).json().get("items", [])
        return found

    async def hold(self, market: Market) -> None:
        """What must be so after every step."""
        for side, who in self.sides.items():
            for sample in await self.samples(who):
                both = len(sample["filed"]) == 2
                seen = {one["side"] for one in sample["results"]} - {"umpire"}
                assert seen == (set(sample["filed"]) if both else {side} & set(sample["filed"])), sample
        async with market.superuser() as connection:
            settled = await connection.fetchval(_SETTLED, self.deal)
            events = await connection.fetchval(_TRAIL, self.deal)
        lot = (await self.met.yard.get(f"/v1/lots/{self.met.lots[0]}")).json()
        assert (lot["rev"], len(lot["assays"])) == (1 + settled, len(CLEAN) + settled)
        assert events == len(self.done)


async def test_no_walk_breaks_a_seal_settles_twice_or_loses_an_event(market: Market, api: Application) -> None:
    organisation = await market.organisation("laboratory", "Umpire Laboratory")
    done = set[str]()
    for seed in range(WALKS):
        async with (
            client(api, organisation) as asked,
            scene(market, api, yards=2, overseen=False, lots=[{"assays": CLEAN}, {"assays": CLEAN}]) as met,
        ):
            walk = Walk(met, await agreed(met), Random(seed), (str(organisation.id), asked))
            for _ in range(STEPS):
                await walk.step()
                await walk.hold(market)
            done.update(walk.done)

    # they went far enough to say something
    assert {"send", "receive", "file", "propose_umpire", "decide"} <= done
