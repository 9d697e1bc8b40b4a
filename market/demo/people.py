"""One person for each party of the demo, and the links by which whoever started it looks around as them."""

from datetime import datetime, timedelta

from market.demo.keys import Keys
from market.demo.report import Door
from market.people.founding import link_for
from specs.kit.tenancy import Database

# long enough for a day at the demo
LIFETIME = timedelta(hours=12)
NAMES = {
    "manufacturer": "デモ 購買 / Demo Buyer",
    "recycler": "デモ 販売 / Demo Seller",
    "processor": "デモ 加工 / Demo Processor",
    "laboratory": "デモ 分析 / Demo Analyst",
    "coordinator": "デモ 調整 / Demo Coordinator",
}


async def admit(database: Database, parties: Keys, first: tuple[str, ...], at: datetime) -> tuple[Door, ...]:
    """Every party's person, under an address that no one can have (RFC 2606); fresh links for those in `first`."""
    doors = {}
    for code, party in parties.items():
        async with database.work(party.id, at=at) as work:
            path = await link_for(work, f"{party.kind}@{code}.example", NAMES[party.kind], lifetime=LIFETIME)
        doors[code] = Door(person=NAMES[party.kind], organisation=party.name, kind=party.kind, path=path)
    return tuple(doors[code] for code in first)
