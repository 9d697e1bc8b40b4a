"""Paths that a form may name: of this console, never another site's."""

import re

HOME = "/console"
SIGN_IN = "/console/sign-in"
PROFILE = "/console/profile"
PEOPLE = "/console/people"
_LOCAL = re.compile(r"/console(/[A-Za-z0-9._~/-]*)?([?][A-Za-z0-9._~/?=&%+:,-]*)?", re.ASCII)


def local(path: str | None) -> str:
    """`path` where it is one of the console's pages, else its start: browsers take `//host` to another site."""
    if path is None or "//" in path or not _LOCAL.fullmatch(path):
        return HOME
    return path
