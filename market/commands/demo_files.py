"""The demo as files for the commands that need no server: `specs.json`, `lots.json`, and each spec by its code."""

from pathlib import Path

import msgspec

from market.commands.documents import FiledLot, FiledSpec
from market.commands.errors import CommandError
from market.demo.story import demo
from specs.kit import clock


def write_files(folder: Path) -> list[Path]:
    """Into `folder`, made if need be; the paths of the specs. Raises `CommandError` where it cannot be written."""
    told = demo(clock.today(clock.now()))
    specs = [FiledSpec(id=one.code, **msgspec.structs.asdict(one.spec)) for one in told.specs]
    lots = [FiledLot(id=one.code, **msgspec.structs.asdict(one.lot)) for one in told.lots]
    by_code = {folder / f"spec-{one.id}.json": one for one in specs}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, document in (*by_code.items(), (folder / "specs.json", specs), (folder / "lots.json", lots)):
            path.write_bytes(msgspec.json.format(msgspec.json.encode(document)) + b"\n")
    except OSError as error:
        raise CommandError(f"{folder}: {error.strerror or error}") from error
    return list(by_code)
