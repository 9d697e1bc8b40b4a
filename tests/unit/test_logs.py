"""Logs are JSON lines on standard error, with a stack trace for a crash and no local variables."""

import json
import subprocess
import sys

SCRIPT = """
import logging, structlog
from market import logs
logs.configure(level="INFO")
log = structlog.get_logger("test")
with structlog.contextvars.bound_contextvars(request_id="r-1"):
    log.info("http.request", status=200)
    log.debug("too quiet to be heard")
    try:
        secret = "cap_not_to_be_shown"
        raise RuntimeError("broken")
    except RuntimeError as error:
        log.error("http.crash", exc_info=error)
    logging.getLogger("asyncpg.pool").warning("cannot connect", exc_info=True)
    logging.getLogger("library").warning("from a library")
"""


def test_every_line_is_json_with_its_request_and_a_pool_that_retries_says_none():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    request, crash, library = (json.loads(line) for line in done.stderr.splitlines())
    assert (request["event"], request["status"], request["level"]) == ("http.request", 200, "info")
    assert request["timestamp"].endswith("Z")
    assert {line["request_id"] for line in (request, crash, library)} == {"r-1"}
    assert "RuntimeError: broken" in crash["exception"]
    assert "cap_not_to_be_shown" not in done.stderr.replace('secret = "cap_not_to_be_shown"', "")
    assert library["event"] == "from a library"
