"""Tables of the room, one file a matter."""

from xunfang.units.models.duty import (
    CrewDeclaration,
    Device,
    DeviceUse,
    DutyEntry,
    DutyStay,
    GearCheck,
    Position,
)
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
from xunfang.units.models.positions import Fix, FixDeletion, PositionsClock
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
    "CrewDeclaration",
    "Device",
    "DeviceUse",
    "DutyEntry",
    "DutyStay",
    "Fix",
    "FixDeletion",
    "GearCheck",
    "GearItem",
    "GearMissing",
    "GearTemplate",
    "KnownGround",
    "MentorPair",
    "NightNotice",
    "Part",
    "PeopleImport",
    "Person",
    "Position",
    "PositionsClock",
    "RestWaiver",
    "SetAsideLine",
    "Shift",
    "Skill",
    "Station",
    "SwapRequest",
    "TeamTemplate",
    "Unit",
]
