"""Refusals about parties and keys."""

from specs.kit.errors import Refusal


class ScopeNotAllowed(Refusal):
    code, title = "scope_not_allowed", "A key cannot have more rights than its maker, nor than its organisation"


class EmailTaken(Refusal):
    code, title = "email_taken", "This organisation has a person with that address"


class OwnOrganisation(Refusal):
    code, title = "own_organisation", "A coordinator does not verify itself"
