"""What an open page is refused for."""

from specs.kit.errors import Refusal


class TooManyStreams(Refusal):
    code, title = "too_many_streams", "Too many pages are open at once"
