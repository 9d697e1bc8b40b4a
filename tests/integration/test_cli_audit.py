"""`capillary audit` as the operator runs it: one JSON document, and an exit status that a script can ask."""

import asyncio
import json
import os
import sys
from typing import Any
from uuid import uuid4

from tests.support.chains import grown
from tests.support.launched import ROOT
from tests.support.market import Market


async def run(market: Market, *arguments: str, owner: bool = True) -> tuple[int | None, Any, str]:
    """Exit status, document and complaint."""
    environment = {"PATH": os.environ["PATH"], "DATABASE_URL": market.cluster.dsn(market.name)}
    if owner:
        environment["DATABASE_OWNER_URL"] = market.cluster.dsn(market.name, "capillary_owner")
    done = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "market.cli", "audit", *arguments),
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complaint = await done.communicate()
    return done.returncode, json.loads(said) if said else None, complaint.decode()


async def test_chains_that_hold_are_counted_and_their_heads_told_on_demand(market: Market) -> None:
    firm = await market.organisation()
    chains = [await grown(market, firm, length) for length in (2, 3)]
    before = await run(market, "verify", owner=False)
    status, document, _ = await run(market, "verify", "--heads")
    assert before == (0, {"chains": 2, "events": 5, "broken_chains": 0, "broken": None}, "")
    async with market.superuser() as connection:
        heads = await connection.fetch("select chain::text, encode(digest, 'hex') from chain_head")
    assert (status, document["heads"], len(heads)) == (0, dict(map(tuple, heads)), len(chains))


async def test_a_broken_chain_is_named_with_exit_status_1(market: Market) -> None:
    firm = await market.organisation()
    whole, broken = [await grown(market, firm, 3) for _ in range(2)]
    async with market.superuser() as connection:
        await connection.execute("update chain_event set action = 'forged' where chain = $1 and seq = 2", broken)
    status, document, _ = await run(market, "verify", "--chain", str(broken))
    assert (status, document["broken"]) == (1, {"chain": str(broken), "seq": 2, "flaw": "digest"})
    assert (await run(market, "verify", "--chain", str(whole)))[0] == 0
    assert (await run(market, "verify"))[0] == 1


async def test_a_payload_is_erased_once_and_the_chain_says_so(market: Market) -> None:
    about = await grown(market, await market.organisation(), 2)
    arguments = ("erase", "--chain", str(about), "--seq", "1", "--reason", "asked to by the person named in it")
    assert await run(market, *arguments) == (0, {"chain": str(about), "erased": 1, "told_in": 3}, "")
    assert await run(market, *arguments) == (1, None, f"event 1 of {about} has no payload that could be erased\n")
    assert (await run(market, "verify", "--chain", str(about)))[0] == 0


async def test_who_does_not_own_the_database_erases_nothing(market: Market) -> None:
    about = await grown(market, await market.organisation(), 1)
    arguments = ("erase", "--chain", str(about), "--seq", "1", "--reason", "x")
    status, _, complaint = await run(market, *arguments, owner=False)
    assert (status, complaint.startswith("the database refused: permission denied")) == (1, True)


async def test_a_chain_that_is_not_there_is_not_said_to_hold(market: Market) -> None:
    unknown = uuid4()
    assert await run(market, "verify", "--chain", str(unknown)) == (1, None, f"there is no chain about {unknown}\n")


async def test_an_erasure_without_a_reason_is_refused(market: Market) -> None:
    status, _, complaint = await run(market, "erase", "--chain", str(uuid4()), "--seq", "1", "--reason", " ")
    assert (status, complaint) == (2, "--reason: must be a printable text\n")
