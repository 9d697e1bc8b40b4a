"""The measurement for people and for programs."""

import platform
from collections.abc import Sequence
from statistics import median

import msgspec
from rich.console import Console
from rich.table import Table

from tests.benchmarks.bulk import Loaded
from tests.benchmarks.sampling import Sample
from tests.benchmarks.targets import BUSY_CORES, CPU_AIM, CPU_GATE, P99_AIM, BulkRow, Result, Row

COLOURS = {Result.AIM: "bold green", Result.PASS: "green", Result.BELOW: "bold red", Result.NOISY: "yellow"}


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What `--json` writes."""

    python: str
    cores: int
    loop: str
    rounds: int
    seconds: float
    cases: tuple[Row, ...]
    bulk: BulkRow

    @property
    def passed(self) -> bool:
        """Whether every gate was met."""
        return self.bulk.passed and all(row.passed for row in self.cases)


def show(report: Report, console: Console) -> None:
    """Two tables and a verdict."""
    console.print(
        f"Python {platform.python_version()}, {report.cores} cores, uvicorn on {report.loop}, "
        f"{report.rounds} rounds of {report.seconds:g} s, 16 connections"
    )
    console.print(_measured(report))
    console.print(_judgement(report))
    foreign = [report.bulk.foreign_cores, *(row.foreign_cores for row in report.cases)]
    if max(foreign) > BUSY_CORES:
        console.print(f"Others took more than {BUSY_CORES} core: rates are not judged, CPU is.", style="yellow")
    word, style = ("every gate is met", "bold green") if report.passed else ("below a gate", "bold red")
    console.print(word, style=style)


def _measured(report: Report) -> Table:
    table = Table("case", "side", title="Measured (medians of the rounds)")
    for name in ("req/s", "p50 ms", "p99 ms", "server µs", "PostgreSQL µs", "client µs", "bytes", "foreign cores"):
        table.add_column(name, justify="right")
    for row in report.cases:
        table.add_row(row.title, "ours", *_figures(row.ours))
        table.add_row("", "twin", *_figures(row.twin), end_section=True)
    table.add_row(report.bulk.title, "ours", *_bulk_figures(report.bulk, report.bulk.ours))
    table.add_row("", "twin", *_bulk_figures(report.bulk, report.bulk.twin))
    return table


def _figures(samples: Sequence[Sample]) -> list[str]:
    def middle(name: str, form: str) -> str:
        return format(median(getattr(sample, name) for sample in samples), form)

    return [
        middle("rate", ",.0f"),
        middle("p50", ".2f"),
        middle("p99", ".2f"),
        middle("server_us", ",.0f"),
        middle("postgres_us", ",.0f"),
        middle("client_us", ",.0f"),
        middle("bytes_each", ",.0f"),
        middle("foreign_cores", ".2f"),
    ]


def _bulk_figures(row: BulkRow, loads: Sequence[Loaded]) -> list[str]:
    seconds = median(load.seconds for load in loads)
    client = median(load.client_cpu for load in loads) * 1e6 / row.rows
    postgres = median(load.postgres_cpu for load in loads) * 1e6 / row.rows
    return [f"{row.rows / seconds:,.0f} rows", f"{seconds:.2f} s", "", f"{client:.1f}", f"{postgres:.1f}", "", "", ""]


def _judgement(report: Report) -> Table:
    table = Table("case", "what", title="Ours over the twin")
    for name in ("ratio", "gate", "aim"):
        table.add_column(name, justify="right")
    table.add_column("result")
    for row in report.cases:
        table.add_row(
            row.title, "rate", f"{row.rate_ratio:.2f}x", f"≥ {row.gate}x", f"≥ {row.aim}x", _coloured(row.rate_result)
        )
        table.add_row(
            "", "CPU", f"{row.cpu_ratio:.2f}", f"≤ {CPU_GATE:.2f}", f"≤ {CPU_AIM:.2f}", _coloured(row.cpu_result)
        )
        table.add_row("", "p99", f"{row.p99_ratio:.2f}", "", f"≤ {P99_AIM:.2f}", "", end_section=True)
    bulk = report.bulk
    table.add_row(
        bulk.title, "rate", f"{bulk.ratio:.1f}x", f"≥ {bulk.gate:g}x", f"≥ {bulk.aim:g}x", _coloured(bulk.result)
    )
    table.add_row("", "CPU", f"{bulk.cpu_ratio:.1f}x less")
    return table


def _coloured(result: Result) -> str:
    return f"[{COLOURS[result]}]{result}[/]"
