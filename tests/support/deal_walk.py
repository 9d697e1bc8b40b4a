"""A market in which anyone does anything to a deal: each answer is held against what the deal allowed its caller."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import httpx

from market.app import create_app
from market.deals.machine import TABLE, Act
from market.http.examples import CLAIM, CLAIM_ANSWER, CLAIM_EVIDENCE, DISPATCH, REASON, RECEIPT, RESOLUTION
from specs.kit import proof
from specs.kit.tenancy import Role
from tests.support.api import settings
from tests.support.claims import document
from tests.support.deals import Scene, scene
from tests.support.deliveries import contracted, oversee
from tests.support.market import Market
from tests.support.postgres import cluster

T = TypeVar("T")
# how each act on a portion or a claim is asked for
PORTIONS: dict[str, tuple[str, Any]] = {
    "call_off": ("call-off", REASON),
    "dispatch": ("dispatch", DISPATCH | {"tonnes": 20}),
    "receive": ("receive", RECEIPT | {"tonnes": 20}),
    "accept": ("accept", {}),
    "deduct": ("accept", {"deduct": True}),
    "reject": ("reject", REASON),
    "settle": ("settle", None),
}
CLAIMS: dict[str, tuple[str, Any]] = {
    "answer": ("answer", CLAIM_ANSWER),
    "settle": ("settle", None),
    "escalate": ("escalate", None),
    "withdraw": ("withdraw", None),
    "add_evidence": ("evidence", CLAIM_EVIDENCE),
}
RULING = RESOLUTION["rulings"][0]
LEADS = {row.act.value: {target.value for target in row.targets} for row in TABLE}
# what an act may be refused with although the deal allows it: a leg's turn, stock that is gone, terms that do not fit
EXCUSES = {
    "offer": {"transition_refused", "invalid", "deal_blocked"},
    "accept": {"transition_refused", "offer_not_standing", "offer_expired", "stock_taken"},
    "retract": {"transition_refused", "offer_not_standing"},
    "open_names": {"transition_refused"},
    "approve": {"stock_taken"},
    "contract": {"transition_refused"},
    "cancel": {"transition_refused"},
    "complete": {"not_finished"},
}

_STOCK = """select kind, id from (
  select 'lot' as kind, l.id, l.kg, (select coalesce(sum(kg), 0) from reservation r
    where r.lot_id = l.id and r.state <> 'released') as taken from lot l
  union all
  select 'spec', s.id, s.kg, (select coalesce(sum(kg), 0) from reservation r
    where r.spec_id = s.id and r.state <> 'released') from spec s
) stock where taken > kg"""
# of each deal: whether it is struck, and what is taken for it on each side
_TAKEN = """select d.kg,
  d.status in ('agreed', 'sampling', 'contracted', 'delivering', 'disputed') as struck,
  coalesce((select sum(p.booked_kg) from delivery p where p.deal_id = d.id), 0)::bigint as booked,
  coalesce(sum(r.kg) filter (where r.lot_id is not null), 0)::bigint as of_lots,
  coalesce(sum(r.kg) filter (where r.spec_id is not null), 0)::bigint as of_spec,
  coalesce(sum(r.kg) filter (where r.lot_id is not null and r.state = 'delivered'), 0)::bigint as delivered
from deal d join deal_leg l on l.deal_id = d.id left join reservation r on r.leg = l.id and r.state <> 'released'
group by d.tenant_id, d.id"""
_TRAIL = "select action from chain_event where chain = $1::uuid order by seq"


class World:
    """A database and an API of its own, on a loop of its own: for tests that are not coroutines."""

    def __init__(self, folder: Path) -> None:
        self._loop = asyncio.new_event_loop()
        self._cluster = cluster(folder)
        running = self._cluster.__enter__()
        self.do(running.prepare())
        self._database = running.database()
        name, database = self.do(self._database.__aenter__())
        self.market = Market(running, name, database)
        documents = folder.with_name(f"{folder.name}-documents")
        self.api = create_app(settings(self.market, documents=str(documents)))
        self._life = self.api.lifespan()
        self.do(self._life.__aenter__())
        self._above = self.market.superuser()
        self.above = self.do(self._above.__aenter__())

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Its result."""
        return self._loop.run_until_complete(work)

    def agreements(self) -> int:
        """How many deals were agreed on so far."""
        return self.do(self.above.fetchval("select count(distinct leg) from reservation where lot_id is not null"))

    def close(self) -> None:
        """Everything is stopped and gone."""
        self.do(self._above.__aexit__(None, None, None))
        self.do(self._life.__aexit__(None, None, None))
        self.do(self._database.__aexit__(None, None, None))
        self._cluster.__exit__(None, None, None)
        self._loop.close()


class Stage:
    """A scene in which deals are made, and what was done to each of them so far."""

    def __init__(self, world: World, *, overseen: bool = True) -> None:
        self._world = world
        self._scene = scene(
            world.market,
            world.api,
            yards=2,
            overseen=overseen,
            spec={"quantity": {"tonnes": 100}},
            lots=[{"quantity": {"tonnes": 60}}] * 2,
        )
        self.met: Scene = world.do(self._scene.__aenter__())
        self.people = [self.met.mill, self.met.coordinator, *self.met.yards]
        self.done: dict[str, list[str]] = {}

    def close(self) -> None:
        """Leaves the database to the next."""
        self._world.do(self._scene.__aexit__(None, None, None))

    def open(self, who: int, lot: int) -> None:
        """A deal, or a refusal by name."""
        draft = {"spec_id": self.met.spec, "lot_id": self.met.lots[lot]}
        answer = self._world.do(self.people[who].post("/v1/deals", json=draft))
        if answer.status_code == 201:
            self.done[answer.json()["id"]] = ["open"]
        else:
            assert answer.json()["code"] in ("not_found", "deal_exists", "not_to_be_dealt"), answer.text

    def contract(self) -> None:
        """A deal that both sides have signed; from then on a coordinator oversees it."""
        deal = self._world.do(contracted(self.met, tonnes=60))
        self._world.do(oversee(self._world.market, self.met))
        trail = self._world.do(self._world.above.fetch(_TRAIL, deal))
        self.done[deal] = [row["action"].removeprefix("deal.") for row in trail]

    def act(self, deal: str, who: int, act: Act, path: str, body: dict[str, Any] | None) -> None:
        """Do it, and hold the answer against what was allowed."""
        caller = self.people[who]
        before = self._world.do(caller.get(f"/v1/deals/{deal}"))
        answer: httpx.Response = self._world.do(caller.post(f"/v1/deals/{deal}/{path}", json=body))
        assert answer.status_code < 500, answer.text
        found = answer.json()
        if before.status_code == 404:
            assert answer.status_code in (403, 404), answer.text
        elif answer.status_code == 200:
            assert act.value in before.json()["allowed"], (act, before.text)
            assert found["status"] in LEADS[act.value], (act, before.text, answer.text)
            self.done[deal].append(act.value)
        elif act.value in before.json()["allowed"]:
            assert found["code"] in EXCUSES.get(act.value, set()), (act, before.text, answer.text)
        else:
            assert found["code"] in {"transition_refused", "wrong_kind", *EXCUSES.get(act.value, set())}, answer.text

    def move(self, deal: str, who: int, nth: int) -> None:
        """A portion is planned, or something is done to one that is there, or there is nothing to do."""
        may = self._may(deal, who, "deliveries")
        if not may or nth == 0:
            self._post(deal, who, "deliveries", {"tonnes": 20}, {"transition_refused", "more_than_reserved"})
            return
        portion, act = may[nth % len(may)]
        path, body = PORTIONS[act]
        if self._post(deal, who, f"deliveries/{portion}/{path}", body, {"more_than_reserved", "nothing_to_deduct"}):
            self.done[deal] += ["deliver"] * (act == "dispatch")

    def claim(self, deal: str, who: int, nth: int) -> None:
        """A claim is made, or something is done to one that is there, or a coordinator decides all of them."""
        may = self._may(deal, who, "claims")
        if may and nth:
            claim, act = may[nth % len(may)]
            before = self._status(deal)
            path, body = CLAIMS[act]
            if act == "add_evidence":
                body = body | {"evidence": [self._world.do(document(self.people[who]))]}
            if self._post(deal, who, f"claims/{claim}/{path}", body, {"claim_refused", "no_arbiter"}):
                self.done[deal] += ["dispute"] * (act == "escalate" and before != "disputed")
        elif "resolve" in self.allowed(deal, who):
            rulings = [RULING | {"claim_id": one["id"]} for one in self._items(deal, who, "claims", "escalated")]
            word = {"outcome": ("delivering", "completed", "withdrawn")[nth % 3], "reason": "as the walk goes"}
            word |= {"rulings": rulings, "portions": self._fates(deal, who, nth) if nth else []}
            if self._post(deal, who, "resolve", word, {"not_finished", "more_than_reserved"}):
                self.done[deal].append("resolve")
        elif portions := self._items(deal, who, "deliveries", "accepted", "rejected", "settled"):
            draft = CLAIM | {"delivery_id": portions[nth % len(portions)]["id"]}
            if self._post(deal, who, "claims", draft, {"transition_refused"}):
                self.done[deal].append("claim")

    def _fates(self, deal: str, who: int, nth: int) -> list[dict[str, str]]:
        """A word on each portion that nobody has decided."""
        other = {"dispatched": "lost", "received": "rejected"}
        return [
            {"delivery_id": one["id"], "fate": ("accepted", other[one["state"]])[nth % 2], "text": "as the walk goes"}
            for one in self._items(deal, who, "deliveries", *other)
        ]

    def _post(self, deal: str, who: int, path: str, body: Any, excuses: set[str]) -> bool:
        answer = self._world.do(self.people[who].post(f"/v1/deals/{deal}/{path}", json=body))
        assert answer.status_code < 500, answer.text
        if answer.status_code < 300:
            return True
        assert answer.status_code == 404 or answer.json()["code"] in {"wrong_kind", *excuses}, (path, answer.text)
        return False

    def _items(self, deal: str, who: int, noun: str, *states: str) -> list[dict[str, Any]]:
        found = self._world.do(self.people[who].get(f"/v1/deals/{deal}/{noun}")).json().get("items", [])
        return [one for one in found if not states or one["state"] in states]

    def _may(self, deal: str, who: int, noun: str) -> list[tuple[str, str]]:
        return [(one["id"], act) for one in self._items(deal, who, noun) for act in one["allowed"]]

    def _status(self, deal: str) -> str:
        return str(self._world.do(self._world.above.fetchval("select status from deal where id = $1::uuid", deal)))

    def allowed(self, deal: str, who: int) -> list[Act]:
        """What this one may do to a deal now, by the deal's own word."""
        found = self._world.do(self.people[who].get(f"/v1/deals/{deal}")).json()
        return [Act(act) for act in found.get("allowed", [])]

    def who_may(self, deal: str, act: Act, first: int) -> int:
        """Someone who may do it, asked from `first` on; `first` where nobody may."""
        order = [(first + i) % len(self.people) for i in range(len(self.people))]
        return next((who for who in order if act in self.allowed(deal, who)), first)

    def newest(self, deal: str, who: int, nth: int) -> str | None:
        """The id of the nth newest offer that this one sees."""
        answer = self._world.do(self.people[who].get(f"/v1/deals/{deal}/offers"))
        items = answer.json().get("items", [])
        return items[nth]["id"] if len(items) > nth else None

    def hold(self) -> None:
        """Nothing was sold twice, each agreement is whole, and no event is missing."""
        self._world.do(self._hold())

    async def _hold(self) -> None:
        above = self._world.above
        oversold, taken = await above.fetch(_STOCK), await above.fetch(_TAKEN)
        trails = {deal: await above.fetch(_TRAIL, deal) for deal in self.done}
        assert oversold == []
        for row in taken:
            # of a deal that is over only what was delivered stays taken
            expected = row["kg"] if row["struck"] else row["booked"]
            assert (row["of_lots"], row["of_spec"], row["delivered"]) == (expected, expected, row["booked"])
        for deal, trail in trails.items():
            acts = [row["action"].removeprefix("deal.") for row in trail]
            assert [act for act in acts if act in {*LEADS, "open"}] == self.done[deal]

    def prove(self) -> None:
        """Every chain holds."""
        self._world.do(self._prove())

    async def _prove(self) -> None:
        async with self._world.market.database.work(None, role=Role.ENGINE) as work:
            found = await proof.verify(work.connection)
        assert found.broken is None
