"""What `capillary up` and `capillary demo` show once everything runs."""

import shlex
import shutil
import sys
from pathlib import Path

from rich.box import ROUNDED
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from market.commands.table import VERDICT_WIDTH, price, reasons, verdict
from market.demo.keys import KEYS_FILE
from market.demo.report import DemoReport, PartyShown, Shown
from market.up.installation import Installation

PIPED_WIDTH = 160
# Made for a terminal; a pipe gets the same at a width that keeps the tables whole.
console = Console(highlight=False, width=None if sys.stdout.isatty() else PIPED_WIDTH)
INTRODUCED = 3


def story(report: DemoReport) -> None:
    """The best matches with their reasons, and near misses with what would fix them."""
    console.print(_table("Best matches of the demo market", report.best, "Why"))
    console.print(_table("Near misses", report.near, "What stands in the way, and what would fix it"))
    stands = f"{report.specs} specs and {report.lots} lots of fictional parties"
    news = (
        f"{report.specs_new} and {report.lots_new} published now" if report.specs_new + report.lots_new else "as before"
    )
    console.print(f"{stands}, {news}.")
    console.print(_deals(report))


def _deals(report: DemoReport) -> str:
    """How many deals stand where, and which could not be told."""
    counted = ", ".join(f"{deals} {status.replace('_', ' ')}" for status, deals in report.deals.items())
    untold = ", ".join(f"{code} ({why})" for code, why in report.untold.items())
    return f"{sum(report.deals.values())} deals: {counted}." + (f" Not told: {untold}." if untold else "")


def addresses(installation: Installation, address: str) -> None:
    """Where things are."""
    parts = [("PostgreSQL", installation.postgres), ("Valkey", installation.valkey)]
    servers = ", ".join(f"{name} {'embedded' if part else 'external'}" for name, part in parts)
    console.print("\n[bold]Capillary is running[/]")
    _line(f"  API        {address}/v1")
    _line(f"  Console    {address}/console")
    _line(f"  Reference  {address}/schema")
    _line(f"  Health     {address}/health/ready")
    _line(f"  Data       {installation.folder.path} ({servers}; logs beside them)")


def founding(installation: Installation) -> None:
    """How to get a first key."""
    _line("\nMake an organisation and its key with")
    data = shlex.quote(str(installation.folder.path))
    _line(f"  {_program()} admin create-organisation --kind recycler --name NAME --data {data}")


def doors(report: DemoReport, address: str | None) -> None:
    """Links into the console, each good for one browser and for the day."""
    console.print("\n[bold]Open the console[/]")
    for door in report.doors:
        _line(f"  # as {_english(door.person)} of {_english(door.organisation)} ({door.kind})")
        _line(f"  {address or ''}{door.path}")


def keys(report: DemoReport, address: str | None, installation: Installation) -> None:
    """The first parties with their keys, and what to ask as each of them."""
    console.print("\n[bold]Try next[/]")
    for party in report.parties[:INTRODUCED]:
        _line(f"  # {party.name} ({party.kind})")
        for path in _questions(party):
            _line(f"  curl -s -H 'Authorization: Bearer {party.api_key}' '{address or ''}{path}'")
    _line(f"  # the keys of all {len(report.parties)} parties: {installation.folder.path / KEYS_FILE}")


def farewell() -> None:
    """How it ends."""
    _line("\nCtrl-C stops everything; nothing is lost.")
    sys.stdout.flush()


def _program() -> str:
    """`capillary`, or the way to it where the shell would not find it: the environment need not be activated."""
    program = Path(sys.argv[0])
    return shlex.quote(str(program)) if program.name == "capillary" and not shutil.which("capillary") else "capillary"


def _questions(party: PartyShown) -> tuple[str, ...]:
    match party.kind:
        case "manufacturer":
            matches = f"/v1/specs/{party.listing}/matches"
            return (matches, f"{matches}?near_misses=true")
        case "recycler" | "processor":
            return (f"/v1/lots/{party.listing}/matches", "/v1/lots?status=active")
        case _:
            return ("/v1/reviews", "/v1/deals?limit=5")


def _table(title: str, pairs: tuple[Shown, ...], why: str) -> Table:
    table = Table(title=title, title_justify="left", expand=True, show_lines=True, box=ROUNDED)
    table.add_column("Spec", ratio=3, overflow="fold")
    table.add_column("Lot", ratio=3, overflow="fold")
    table.add_column("Verdict", width=VERDICT_WIDTH)
    table.add_column("Delivered", justify="right")
    table.add_column(why, ratio=5, overflow="fold")
    table.add_column("Score", justify="right")
    for pair in pairs:
        table.add_row(
            f"{_names(pair.spec_title)}\n[dim]{_names(pair.buyer)}[/]",
            f"{_names(pair.lot_title)}, {pair.tonnes:,g} t\n[dim]{_names(pair.seller)}[/]",
            verdict(pair.evaluation),
            f"{price(pair.evaluation)}\n[dim]¥/t[/]",
            escape("\n".join(reasons(pair.evaluation))),
            f"{pair.evaluation.score:.2f}",
        )
    return table


def _english(text: str) -> str:
    return text.rpartition(" / ")[2]


def _names(text: str) -> str:
    """The demo names everything in Japanese and English: one line each."""
    return escape(text.replace(" / ", "\n"))


def _line(text: str) -> None:
    """As it is: addresses and commands are neither wrapped nor marked up."""
    console.print(text, markup=False, soft_wrap=True)
