"""Tables of the room, one file a matter."""

from xunfang.patrols.models.campaigns import (
    Campaign,
    CampaignReport,
    CampaignShift,
    CampaignTarget,
)
from xunfang.patrols.models.edits import HOLDS, EditKind, NightEdit
from xunfang.patrols.models.focus import TeamFocus
from xunfang.patrols.models.nights import (
    ForNights,
    LayerSlot,
    LightWindow,
    Order,
    OrderStation,
    Overlay,
    Plan,
    Reinforcement,
    SolveRun,
)
from xunfang.patrols.models.observations import Observation
from xunfang.patrols.models.publications import Publication, SheetPrint
from xunfang.patrols.models.rounds import MusterEntry, MusterVehicle, Round
from xunfang.patrols.models.runs import (
    KEPT,
    LoopGap,
    Run,
    RunNight,
    ShortRun,
    StayDone,
)

__all__ = [
    "HOLDS",
    "KEPT",
    "Campaign",
    "CampaignReport",
    "CampaignShift",
    "CampaignTarget",
    "EditKind",
    "ForNights",
    "LayerSlot",
    "LightWindow",
    "LoopGap",
    "MusterEntry",
    "MusterVehicle",
    "NightEdit",
    "Observation",
    "Order",
    "OrderStation",
    "Overlay",
    "Plan",
    "Publication",
    "Reinforcement",
    "Round",
    "Run",
    "RunNight",
    "SheetPrint",
    "ShortRun",
    "SolveRun",
    "StayDone",
    "TeamFocus",
]
