"""Tables of the room, one file a matter."""

from xunfang.units.models.gear import GearItem, GearMissing, GearTemplate
from xunfang.units.models.imports import PeopleImport, SetAsideLine
from xunfang.units.models.people import (
    Absence,
    KnownGround,
    MentorPair,
    Person,
    Skill,
    Unit,
)
from xunfang.units.models.rosters import (
    Assignment,
    NightNotice,
    Part,
    RestWaiver,
    SwapRequest,
)
from xunfang.units.models.stations import MODES, Shift, Station, TeamTemplate

__all__ = [
    "MODES",
    "Absence",
    "Assignment",
    "GearItem",
    "GearMissing",
    "GearTemplate",
    "KnownGround",
    "MentorPair",
    "NightNotice",
    "Part",
    "PeopleImport",
    "Person",
    "RestWaiver",
    "SetAsideLine",
    "Shift",
    "Skill",
    "Station",
    "SwapRequest",
    "TeamTemplate",
    "Unit",
]
