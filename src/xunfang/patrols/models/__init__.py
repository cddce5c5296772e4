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

__all__ = [
    "HOLDS",
    "Campaign",
    "CampaignReport",
    "CampaignShift",
    "CampaignTarget",
    "EditKind",
    "ForNights",
    "LayerSlot",
    "LightWindow",
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
    "SheetPrint",
    "SolveRun",
    "TeamFocus",
]
