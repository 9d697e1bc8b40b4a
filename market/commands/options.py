"""Options that several commands have in common."""

from pathlib import Path
from typing import Annotated

import typer

File = Annotated[str, typer.Option(metavar="FILE", help="A JSON file, or - for standard input.")]
Data = Annotated[Path, typer.Option(metavar="DIR", help="The folder of the embedded servers.")]
HERE = Path("data")
