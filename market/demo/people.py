"""One person for each party of the demo, and the links by which whoever started it looks around as them."""

from datetime import datetime, timedelta

from market.demo.keys import Keys
from market.demo.report import Door
from market.parties.structs import UserDraft, UserRole
from market.people.founding import member
from market.people.inviting import CONSOLE
from market.people.links import make
from market.people.structs import LinkPurpose
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
    """Every party's person; links for the parties in `first`, fresh at each loading, in that order."""
    doors = {}
    for code, party in parties.items():
        async with database.work(party.id, at=at) as work:
            user = await member(work, _draft(code, party.kind))
            if code in first:
                path = CONSOLE + await make(work, user, LinkPurpose.SIGN_IN, LIFETIME)
                doors[code] = Door(person=NAMES[party.kind], organisation=party.name, kind=party.kind, path=path)
    return tuple(doors[code] for code in first)


def _draft(code: str, kind: str) -> UserDraft:
    """An administrator under an e-mail address that no one can have (RFC 2606)."""
    return UserDraft(email=f"{kind}@{code}.example", name=NAMES[kind], role=UserRole.ADMIN)
