"""Optimistic locking: what a change says it is based on (`If-Match`), against what it finds."""

from specs.kit.errors import VersionMismatch

# the versions that the caller would change; None takes any
Versions = tuple[int, ...] | None


def check(version: int, if_match: Versions) -> None:
    """Of what is locked. Raises VersionMismatch, which names the version that is there."""
    if if_match is not None and version not in if_match:
        raise VersionMismatch({"version": version})
