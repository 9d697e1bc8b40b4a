"""Refusals at the door. None says whether an address is known here."""

from matching.faults import Fault
from specs.kit.errors import Refusal


class WrongCredentials(Refusal):
    code, title = "wrong_credentials", "The address and the password do not belong together"


class TooManyAttempts(Refusal):
    code, title = "too_many_attempts", "Too many attempts; wait before the next"


class NoMembership(Refusal):
    code, title = "no_membership", "This login acts for no organisation at present"


class LinkSpent(Refusal):
    code, title = "link_spent", "This link was used, has expired, or never was"


class WeakPassword(Refusal):
    code, title = "weak_password", "This password is too easy to guess"


class WrongCode(Refusal):
    code, title = "wrong_code", "This code is not right, or was used already"

    def __init__(self) -> None:
        super().__init__(faults=(Fault("/code", self.code, {}),))


class WrongPassword(Refusal):
    code, title = "wrong_password", "This is not the present password"

    def __init__(self) -> None:
        super().__init__(faults=(Fault("/former", self.code, {}),))


class NotJustOpened(Refusal):
    code, title = "not_just_opened", "The link that opened this session was used too long ago"


class HasLogin(Refusal):
    code, title = "has_login", "This person has a login already"


class HasNoLogin(Refusal):
    code, title = "has_no_login", "This person has no login yet; invite them"


class LoginShared(Refusal):
    code, title = "login_shared", "This login acts for another organisation too; its password is not yours to reset"
