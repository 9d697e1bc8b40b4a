"""Audit chains in tests: entries, long chains, and what the superuser could do to them."""

from uuid import UUID, uuid4

from market.parties.structs import NewOrganisation
from specs.kit import chain, proof
from specs.kit.chain import Entry
from specs.kit.proof import Flaw, Verdict
from specs.kit.tenancy import Role
from tests.support.market import Market

DIGEST = "sha256(gen_random_uuid()::text::bytea)"
EVERY_EVENT = "chain, seq, at, actor_tenant, actor, action, object_kind, object_id, audience, payload_digest"
# what is done to row $2 of chain $1, and what that is called
TAMPERED: dict[str, tuple[Flaw, tuple[str, ...]]] = {
    "flip": (Flaw.DIGEST, ("update chain_event set action = action || '!' where chain = $1 and seq = $2",)),
    "flip_actor": (Flaw.DIGEST, ("update chain_event set actor = null where chain = $1 and seq = $2",)),
    "flip_payload": (
        Flaw.PAYLOAD,
        ("""update chain_payload set payload = payload || '{"tonnes": -1}' where chain = $1 and seq = $2""",),
    ),
    "delete": (Flaw.GAP, ("delete from chain_event where chain = $1 and seq = $2",)),
    "delete_payload": (Flaw.PAYLOAD, ("delete from chain_payload where chain = $1 and seq = $2",)),
    "insert": (
        Flaw.DIGEST,
        (
            "update chain_event set seq = -seq where chain = $1 and seq >= $2",
            f"""insert into chain_event ({EVERY_EVENT}, previous, digest)
                select chain, $2::bigint, at, actor_tenant, actor, action, object_kind, object_id, audience,
                  payload_digest, previous, {DIGEST} from chain_event where chain = $1 and seq = -$2::bigint""",
            "update chain_event set seq = 1 - seq where chain = $1 and seq < 0 and $2::bigint > 0",
        ),
    ),
    "swap": (
        Flaw.DIGEST,
        (
            """update chain_event e set action = o.action, object_id = o.object_id, payload_digest = o.payload_digest
               from chain_event o where e.chain = $1 and o.chain = $1 and o.seq = 2 * $2::bigint + 1 - e.seq
                 and e.seq in ($2::bigint, $2::bigint + 1)""",
        ),
    ),
}


def entry(about: UUID, *audience: UUID, action: str = "offer", **payload: object) -> Entry:
    """An event about `about`."""
    return Entry(chain=about, action=action, object_kind="deal", object_id=uuid4(), audience=audience, payload=payload)


async def grown(market: Market, firm: NewOrganisation, length: int) -> UUID:
    """A chain with so many events of one firm."""
    about = uuid4()
    async with market.work(firm.id, actor=firm.id, request_id="r-1") as work:
        for number in range(length):
            await chain.append(work, entry(about, firm.id, tonnes=number))
    return about


async def verified(market: Market, about: UUID | None = None) -> Verdict:
    """As the engine, who verifies."""
    async with market.work(None, Role.ENGINE) as work:
        return await proof.verify(work.connection, about, heads=True)
