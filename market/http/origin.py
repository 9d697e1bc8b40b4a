"""Whether an unsafe request came from our own pages: browsers say so, and forms prove it.

`Sec-Fetch-Site` is set by the browser and by no script. Where it is missing (plain http that is not this machine, old
browsers) the origin must be ours, unless a referrer policy hid it: then the token alone decides, which no other site
can read.
"""

from market.http.call import Call
from market.http.refusal import Refusal
from market.people import tokens

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
HEADER = "x-csrf-token"
# `none`: the person typed the address or reloaded the page
OURS = frozenset({"same-origin", "none"})
HIDDEN = frozenset({"", "null"})


def check(request: Call, given: str | None, wanted: str) -> None:
    """Raises Refusal csrf unless the token is the session's and the request is from here."""
    if given is None or not tokens.same(given, wanted) or not ours(request):
        raise Refusal("csrf")


def ours(request: Call) -> bool:
    """Whether the browser says that the request comes from a page of ours, or cannot say."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in OURS
    origin = request.headers.get("origin", "")
    return origin in HIDDEN or origin.partition("://")[2] == request.headers.get("host")
