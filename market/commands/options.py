"""Options that several commands have in common."""

from pathlib import Path
from typing import Annotated

import typer

File = Annotated[str, typer.Option(metavar="FILE", help="A JSON file, or - for standard input.")]
Data = Annotated[Path, typer.Option(metavar="DIR", help="The folder of the embedded servers.")]
HERE = Path("data")
Pairs = Annotated[str | None, typer.Option(metavar="FILE", help='Instead: one {"spec": …, "lot": …} a line.')]
Enough = Annotated[
    float, typer.Option(min=0.0, max=1.0, help="A proven gap that is good enough, as 0.01; 0 looks for the optimum.")
]
Rates = Annotated[
    str | None,
    typer.Option("--freight-table", metavar="FILE", help="Price hauls by this table, not by the shipped one."),
]
