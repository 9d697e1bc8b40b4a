"""Refusals about which lots a spec meets."""

from specs.kit.errors import Refusal


class NotOpen(Refusal):
    code, title = "not_open", "Only an active spec of a verified organisation meets lots"


class TooManyLots(Refusal):
    code, title = "too_many_lots", "There are more lots than one answer is worked out of"
