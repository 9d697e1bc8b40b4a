"""What a job is given besides its id."""

from dataclasses import dataclass, field
from typing import Any

from market.documents.scanner import Scanner
from market.documents.store import NoStore, Store
from market.insight.assessing import Assessor
from market.matches.record import Recorder
from specs.kit.tenancy import Database
from workers.relay import Relay


@dataclass(frozen=True)
class Tools:
    """Opened once per process by `workers.main`."""

    database: Database
    relay: Relay
    recorder: Recorder
    assessor: Assessor
    catalogue_version: str
    store: Store = field(default_factory=NoStore)
    scanner: Scanner | None = None


def tools_of(ctx: dict[Any, Any]) -> Tools:
    """arq hands every job one dictionary; this is its only key of ours."""
    tools = ctx["tools"]
    if not isinstance(tools, Tools):
        raise TypeError("the worker was started without its tools")
    return tools
