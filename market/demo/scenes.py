"""The demo's deals as a script: for each what it is about, and what its parties do in turn.

Days count from the day of loading and lie before it, so that the script never grows old.
"""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import msgspec

from market.demo.acts import dealing, delivering, inviting, sampling, showing
from market.demo.story import DemoPart

AnyAct = (
    dealing.Open
    | dealing.TakeUp
    | dealing.Decide
    | dealing.Escalate
    | dealing.MakeOffer
    | dealing.Accept
    | dealing.OpenNames
    | dealing.Sign
    | dealing.Complete
    | sampling.RequestSample
    | sampling.SendSample
    | sampling.ReceiveSample
    | sampling.FileResult
    | sampling.NameUmpire
    | sampling.DecideSample
    | delivering.Plan
    | delivering.Dispatch
    | delivering.Receive
    | delivering.AcceptPortion
    | delivering.RejectPortion
    | delivering.SettlePortion
    | delivering.MakeClaim
    | showing.Upload
    | showing.ShowDocument
    | inviting.ProposeBlend
    | inviting.Invite
    | inviting.MakeBid
)


class Scene(DemoPart, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """On a spec and a lot by the demo's codes; without a lot on a blend or a tender for the spec."""

    code: str
    spec: str
    lot: str | None = None
    acts: tuple[AnyAct, ...]

    @property
    def what(self) -> str:
        """What stands in the database where it was played: a deal on a pair, one on a blend, or a tender."""
        if self.lot is not None:
            return "pair"
        return "tender" if isinstance(self.acts[0], inviting.Invite) else "blend"


class Script(DemoPart, frozen=True, kw_only=True):
    """All scenes, in the order in which they are played: deals are listed by the order of their opening."""

    scenes: tuple[Scene, ...]


@cache
def scenes() -> Sequence[Scene]:
    """As written in the file."""
    text = files("market.demo").joinpath("deals.json").read_bytes()
    return msgspec.json.decode(text, type=Script).scenes
