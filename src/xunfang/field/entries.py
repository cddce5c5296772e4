"""What can be entered on the phone, read and typed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from xunfang.core.dispatching.sheets import DeviceTime, Step
from xunfang.core.dispatching.unit_states import DutyStep

type Point = tuple[float, float]
"""Longitude and latitude, WGS84."""


@dataclass(frozen=True, slots=True)
class Press:
    """How far the crew is with a call."""

    dispatch: int
    step: Step


@dataclass(frozen=True, slots=True)
class GiveBack:
    """The crew gives an order back."""

    dispatch: int
    reason: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """How a call ended."""

    dispatch: int
    outcome: str
    note: str


@dataclass(frozen=True, slots=True)
class Duty:
    """What the crew is doing from here on."""

    shift: int
    step: DutyStep
    mode: str = ""
    note: str = ""
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Gear:
    """The crew has looked through its gear, or says why it goes out without."""

    shift: int
    missing: tuple[str, ...] = ()
    overridden_because: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """Something noticed about a place: where the crew is, a stop of the plan, words."""

    shift: int
    kind: str
    stay: int | None = None
    place: str = ""
    note: str = ""
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """What the crew says it has with it tonight."""

    shift: int
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A step of a call's life-risk card is done."""

    dispatch: int
    step: str


@dataclass(frozen=True, slots=True)
class Look:
    """A restricted call was read on the phone while there was no signal."""

    dispatch: int


@dataclass(frozen=True, slots=True)
class Undo:
    """The officer's last entry was a mistake."""

    entry: UUID
    """Its key."""


type AboutCall = Press | GiveBack | Feedback | Tick | Look
"""What is about a call that the crew was sent to."""
type What = AboutCall | Duty | Gear | Seen | Declared | Undo


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, with the key and the time that the phone gave it."""

    key: UUID
    kind: str
    what: What
    device: DeviceTime | None = None
    """None where it was entered in a plain form: it happened when it came."""
    device_at: datetime | None = None
    seconds: int = 0
    """From the first touch of the form to its sending."""

    @property
    def is_cry_for_help(self) -> bool:
        """Whether it is taken before all others."""
        return isinstance(self.what, Duty) and self.what.step is DutyStep.EMERGENCY

    def happened_at(self, received_at: datetime) -> datetime:
        """Return when it happened, by the server's clock as well as is known."""
        return received_at if self.device is None else self.device.happened_at

    @property
    def skew(self) -> timedelta:
        """By how much the phone's clock was behind the server's."""
        return timedelta() if self.device is None else self.device.skew
