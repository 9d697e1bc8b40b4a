"""Refusals about permits."""

from specs.kit.errors import Refusal


class PermitWithdrawn(Refusal):
    code, title = "permit_withdrawn", "A withdrawn permit is neither changed nor checked"


class OwnPermit(Refusal):
    code, title = "own_permit", "A coordinator does not check a permit of its own organisation"
