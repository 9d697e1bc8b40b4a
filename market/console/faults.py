"""What is wrong with a form that was sent, and where on its page that is told."""

import msgspec


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with the field that a pointer names."""

    pointer: str
    reason: str


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """A fault as the summary tells it; `id` and `label` of its field are empty while it is not placed."""

    pointer: str = ""
    id: str = ""
    label: str = ""
    reason: str
