"""The keys of the demo's parties, kept in a file of the data folder that only its owner may read."""

import os
from pathlib import Path
from uuid import UUID

import msgspec

KEYS_FILE = "demo-keys.json"


class KeyRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One party's key, as the file keeps it."""

    name: str
    kind: str
    id: UUID
    api_key: str


Keys = dict[str, KeyRecord]


def kept(file: Path) -> Keys:
    """What an earlier loading kept, by the demo's code of the party; nothing where the file is missing or foreign."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Keys)
    except (FileNotFoundError, UnicodeDecodeError, msgspec.DecodeError):
        return {}


def keep(file: Path, keys: Keys) -> None:
    """Replace the file at once, mode 0600 from its first byte."""
    text = msgspec.json.format(msgspec.json.encode(keys), indent=2)
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        # left by a loading that died under the same process id, the file may have had another mode
        os.fchmod(descriptor, 0o600)
        out.write(text + b"\n")
    fresh.replace(file)
