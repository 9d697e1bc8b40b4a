"""Schemathesis over the published document, against a real server. Fixed seed, stated budget.

`CAPILLARY_FUZZ_SECONDS` is the time of the longer run: 40 by default, to keep `make test` short; `make fuzz` has 600.
"""

import asyncio
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.api import settings
from tests.support.listening import listening
from tests.support.market import Market

pytestmark = pytest.mark.fuzz
HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SECONDS = int(os.environ.get("CAPILLARY_FUZZ_SECONDS", "60"))
# what a minute reaches on two cores that others use too, with room to spare
LEAST_CASES = 800
LEAST_SCENARIOS = 12


@pytest_asyncio.fixture(scope="module")
async def server(market: Market, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    with listening(settings(market, documents=str(tmp_path_factory.mktemp("documents")))) as address:
        yield address


async def attack(address: str, key: str, seconds: int, *more: str) -> str:
    """What schemathesis printed; its exit status is asserted by the caller through the text."""
    schemathesis = Path(sys.executable).with_name("schemathesis")
    command = [
        *(str(schemathesis), "--config-file", str(HERE / "schemathesis.toml")),
        *("run", f"{address}/schema/openapi.json", "-H", f"Authorization: Bearer {key}"),
        *("--seed", "20261124", "--max-time", str(seconds), "--generation-database", "none", "--no-color", *more),
    ]
    with tempfile.TemporaryDirectory() as home:
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": home}
        done = await asyncio.to_thread(
            subprocess.run, command, cwd=home, env=environment, capture_output=True, text=True, timeout=seconds + 90
        )
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    return output


def figure(pattern: str, output: str) -> int:
    found = re.search(pattern, output)
    assert found, output
    return int(found[1])


async def test_no_generated_request_of_a_trader_breaks_the_contract(server, market):
    party = await market.organisation("processor", "Fuzzing Works")
    # revoking is attacked apart: its own key is in the list of keys
    output = await attack(server, party.api_key, SECONDS, "--exclude-operation-id", "revoke_api_key")
    assert figure(r"(\d+) generated", output) >= LEAST_CASES
    assert figure(r"Scenarios:\s+(\d+)", output) >= LEAST_SCENARIOS


async def test_no_generated_request_of_a_coordinator_breaks_the_contract(server, market):
    party = await market.organisation("coordinator", "Fuzzing Ministry")
    await market.organisation("recycler", "Fuzzed Yard", verified=False)
    seconds = max(15, SECONDS // 4)
    await attack(server, party.api_key, seconds, "--include-path-regex", "/v1/(organisations|users|specs|lots)")


async def test_revoking_keys_at_random_keeps_the_contract(server, market):
    party = await market.organisation("recycler", "Fuzzing Yard")
    await attack(server, party.api_key, 10, "--include-operation-id", "revoke_api_key", "--phases", "coverage,fuzzing")
