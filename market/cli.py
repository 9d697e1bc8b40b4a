"""The `capillary` command. Everything heavy is imported inside the command that needs it."""

import math
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from market import administration
from market.commands.ending import close_output, ended, open_output
from market.commands.options import HERE, Data, Enough, File, Pairs, Rates

app = typer.Typer(
    name="capillary",
    help="Match recycled material with the specs of manufacturers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(administration.admin, name="admin")
app.add_typer(administration.audit, name="audit")


@app.command()
def evaluate(
    spec: Annotated[str | None, typer.Option(metavar="FILE", help="A spec as JSON, or - for standard input.")] = None,
    lot: Annotated[str | None, typer.Option(metavar="FILE", help="A lot as JSON, or - for standard input.")] = None,
    pairs: Pairs = None,
    freight_table: Rates = None,
) -> None:
    """Judge one lot against one spec, or a file of pairs, one a line."""
    from market.commands.judge import evaluate_files, evaluate_pairs

    if pairs is not None and spec is None and lot is None:
        evaluate_pairs(pairs, freight_table=freight_table)
    elif pairs is None and spec is not None and lot is not None:
        evaluate_files(spec, lot, freight_table=freight_table)
    else:
        raise typer.BadParameter("give --spec and --lot, or --pairs alone")


@app.command()
def rank(spec: File, lots: File, freight_table: Rates = None) -> None:
    """Order lots for a spec, best first; near misses say what would fix them."""
    from market.commands.judge import rank_files

    rank_files(spec, lots, freight_table=freight_table)


@app.command()
def blend(
    spec: File,
    lots: File,
    offers: Annotated[str | None, typer.Option(metavar="FILE", help="What processors offer, as a list.")] = None,
    *,
    co2: Annotated[bool, typer.Option("--co2", help="Least CO2 of freight and steps, not least cost.")] = False,
    joint: Annotated[bool, typer.Option("--joint", help="The confidence is meant for all limits together.")] = False,
    lab_correlation: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of the error that laboratories have in common.")
    ] = 0.0,
    freight_table: Rates = None,
) -> None:
    """Combine many lots into one volume that conforms to a spec, at least delivered cost."""
    from market.commands.blend import blend_files

    blend_files(spec, lots, offers, co2=co2, joint=joint, lab_correlation=lab_correlation, freight_table=freight_table)


@app.command()
def freight(
    *,
    origin: Annotated[str, typer.Option("--from", metavar="JP-NN", help="A prefecture, as JP-14.")],
    destination: Annotated[str, typer.Option("--to", metavar="JP-NN", help="A prefecture, as JP-13.")],
    tonnes: Annotated[float, typer.Option(help="How much is to be moved at once.")],
    truck: Annotated[float | None, typer.Option(metavar="T", help="The largest truck that loads there, in t.")] = None,
    hub: Annotated[str | None, typer.Option(metavar="JP-NN", help="Compare with the way through this one.")] = None,
    handling: Annotated[float, typer.Option(metavar="JPY", help="All handling on that way, per t.")] = 0.0,
    ship: Annotated[bool, typer.Option("--ship", help="From the hub by ship; add its ports to --handling.")] = False,
    freight_table: Rates = None,
) -> None:
    """Price a way: by the cheapest trucks, or small trucks to a hub and a full large one or a ship from there."""
    from market.commands.freight import freight_between
    from matching.consolidation import Terms

    if hub is None and (ship or handling):
        raise typer.BadParameter("--ship and --handling belong to --hub")
    terms = Terms(largest_t=truck, handling_jpy_per_t=handling)
    freight_between(origin, destination, hub, tonnes, terms, ship=ship, freight_table=freight_table)


@app.command()
def upgrade(
    spec: File,
    offers: File,
    lot: Annotated[str | None, typer.Option(metavar="FILE", help="A lot as JSON, or - for standard input.")] = None,
    lots: Annotated[str | None, typer.Option(metavar="FILE", help="Instead: a list of lots.")] = None,
    freight_table: Rates = None,
) -> None:
    """Find the cheapest path of processors' steps that brings each lot into a spec."""
    from market.commands.upgrade import upgrade_files

    if (lot is None) == (lots is None):
        raise typer.BadParameter("give --lot or --lots")
    upgrade_files(spec, lot=lot, lots=lots, offers=offers, freight_table=freight_table)


@app.command()
def uplift(
    lot: File,
    specs: Annotated[str, typer.Option(metavar="FILE", help="A list of specs as JSON, or - for standard input.")],
    offers: File,
    freight_table: Rates = None,
) -> None:
    """Find the specs that processors' steps would lift a lot into, and what each would earn."""
    from market.commands.upgrade import uplift_files

    uplift_files(lot, specs, offers, freight_table=freight_table)


@app.command()
def advise(
    spec: File,
    lots: File,
    offers: Annotated[str | None, typer.Option(metavar="FILE", help="What processors offer, as a list.")] = None,
    freight_table: Rates = None,
) -> None:
    """Say what would bring a spec that is short of supply more of it, and at what cost."""
    from market.commands.advise import advise_files

    advise_files(spec, lots, offers, freight_table=freight_table)


@app.command()
def invest(
    specs: Annotated[str, typer.Option(metavar="FILE", help="A list of specs as JSON, or - for standard input.")],
    lots: File,
    offers: Annotated[str | None, typer.Option(metavar="FILE", help="What processors offer elsewhere.")] = None,
    assumed: Annotated[str | None, typer.Option(metavar="FILE", help="Figures that you assume of steps.")] = None,
    sites: Annotated[str | None, typer.Option(metavar="FILE", help="Where it may stand: id and location.")] = None,
    *,
    ports: Annotated[bool, typer.Option("--ports", help="At the scrap ports, not the prefectures.")] = False,
    freight_table: Rates = None,
) -> None:
    """Say which step, where and how large, would unlock the most value over all specs and lots."""
    from market.commands.upgrade import Sites, invest_files

    invest_files(specs, lots, offers, assumed, Sites(sites, ports=ports), freight_table=freight_table)


@app.command()
def site(
    instance: File,
    gap: Enough = 0.0,
    changes: Annotated[
        bool, typer.Option("--changes", help="Solve again with a hub more or less, other fixed costs, other detours.")
    ] = False,
    freight_table: Rates = None,
) -> None:
    """Choose where to open hubs, and who is served from which, at least cost."""
    from market.commands.site import site_file

    site_file(instance, gap=gap, changes=changes, freight_table=freight_table)


@app.command()
def allocate(
    specs: File,
    lots: File,
    *,
    blends: Annotated[
        bool, typer.Option("--blends", help="Specs that do not say otherwise take blends, where they can.")
    ] = False,
    objective: Annotated[str, typer.Option(metavar="welfare|tonnes|co2", help="What is made most.")] = "welfare",
    conditional: Annotated[
        bool, typer.Option("--conditional", help="Let in what is only conditionally acceptable.")
    ] = False,
    max_share: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="Most of the open demand that one owner may serve.")
    ] = None,
    small_firms: Annotated[
        float | None, typer.Option(min=0.0, help="Owners that offer at most so many tonnes in all come first.")
    ] = None,
    small_bonus: Annotated[float, typer.Option(min=0.0, help="JPY of welfare that a tonne of theirs may cost.")] = 1000,
    pairings: Annotated[
        str | None, typer.Option(metavar="FILE", help='{"pinned": [{"lot": …, "spec": …}], "forbidden": […]}')
    ] = None,
    gap: Annotated[float, typer.Option(min=0.0, max=1.0, help="Blends: the certified gap to stop at.")] = 0.005,
    freight_table: Rates = None,
) -> None:
    """Give all lots to all specs at once: the most welfare, tonnes, or tonnes at the least CO2 of their freight."""
    from market.commands.allocate import allocate_files
    from matching.allocation.wish import Goal, SmallFirms, Wish

    if objective not in tuple(Goal):
        raise typer.BadParameter("one of welfare, tonnes, co2", param_hint="--objective")
    if any(value is not None and not math.isfinite(value) for value in (max_share, small_firms, small_bonus, gap)):
        raise typer.BadParameter("give numbers that are finite")
    wish = Wish(
        goal=Goal(objective),
        conditional=conditional,
        most_share=max_share,
        small_firms=None if small_firms is None else SmallFirms(small_firms, small_bonus),
        gap=gap,
    )
    allocate_files(specs, lots, pairings, blends=blends, wish=wish, freight_table=freight_table)


@app.command()
def up(
    data: Data = HERE,
    port: Annotated[int | None, typer.Option(min=0, max=65_535, help="Default 8000; 0 takes a free one.")] = None,
    host: Annotated[str | None, typer.Option(help="Default 127.0.0.1: this machine only.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Load the demo market and show its matches.")] = False,
) -> None:
    """Run everything: database, queue, API and worker. Ctrl-C stops all of it."""
    from market.up.run import run

    run(data, host=host, port=port, demo=demo)


@app.command()
def serve(
    port: Annotated[int | None, typer.Option(min=1, max=65_535, help="Instead of CAPILLARY_PORT.")] = None,
    host: Annotated[str | None, typer.Option(help="Instead of CAPILLARY_HOST.")] = None,
) -> None:
    """Run one API process on DATABASE_URL and REDIS_URL."""
    from market.commands.serve import serve_api

    serve_api(os.environ, host=host, port=port)


@app.command()
def work() -> None:
    """Run one worker process on DATABASE_URL and REDIS_URL."""
    from market.commands.work import work_jobs

    work_jobs(os.environ)


@app.command()
def migrate() -> None:
    """Bring the tables up to date, as DATABASE_OWNER_URL (or DATABASE_URL where that role may)."""
    from market.commands.migrate import migrate_database

    migrate_database(os.environ)


@app.command()
def openapi() -> None:
    """Print the OpenAPI document."""
    from market.http.openapi import document

    sys.stdout.buffer.write(document())


@app.command()
def demo(
    data: Data = HERE,
    files: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write it there for the commands that read files, load nothing.")
    ] = None,
) -> None:
    """Load the demo market into the installation, and show its matches."""
    if files is not None:
        from market.commands.demo_files import write_files

        for path in write_files(files):
            typer.echo(path)
        return
    from market.up.operator import load_demo

    load_demo(data, os.environ)


def main() -> None:
    """Entry point: failures are one line on standard error, and an exit status (2: bad input)."""
    open_output()
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except BrokenPipeError:  # `capillary rank … | head`
        close_output()
        sys.exit(1)
    except Exception as error:
        ending = ended(error)
        if ending is None:
            raise
        sys.stderr.write(f"{ending.told}\n")
        if isinstance(error, OSError):
            close_output()
        sys.exit(ending.status)


if __name__ == "__main__":
    main()
