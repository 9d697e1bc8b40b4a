"""`python -m tests.benchmarks.twin --port N`: one uvicorn worker, set up as `capillary serve` sets up its own."""

import argparse

import uvicorn

from tests.benchmarks.twin.app import app

parser = argparse.ArgumentParser()
parser.add_argument("--port", type=int, required=True)
uvicorn.run(
    app,
    host="127.0.0.1",
    port=parser.parse_args().port,
    log_config=None,
    access_log=False,
    server_header=False,
    proxy_headers=False,
    backlog=2048,
)
