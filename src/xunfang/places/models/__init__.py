"""Tables of the room, one file a matter."""

from xunfang.places.models.addresses import AddressCount
from xunfang.places.models.ideas import Idea, IdeaTrial, TrialFigures
from xunfang.places.models.measures import MeasuresCard
from xunfang.places.models.places import (
    KEY_PLACE_KINDS,
    AreaEdition,
    AreaEditionQuerySet,
    AreaStreet,
    BusyWindow,
    CalendarSheet,
    GridCell,
    IncidentCount,
    KeyPlace,
    KeyPlaceQuerySet,
    MarketGround,
    PatrolArea,
    PlaceCheck,
    ResponseCircle,
    StreetNetwork,
)
from xunfang.places.models.redraws import FormerCellArea, Redraw
from xunfang.places.models.register import PlaceImport, SetAside
from xunfang.places.models.school_plans import SchoolPlan
from xunfang.places.models.service_points import (
    ServicePoint,
    ServicePointException,
    ServicePointStaffing,
)

__all__ = [
    "KEY_PLACE_KINDS",
    "AddressCount",
    "AreaEdition",
    "AreaEditionQuerySet",
    "AreaStreet",
    "BusyWindow",
    "CalendarSheet",
    "FormerCellArea",
    "GridCell",
    "Idea",
    "IdeaTrial",
    "IncidentCount",
    "KeyPlace",
    "KeyPlaceQuerySet",
    "MarketGround",
    "MeasuresCard",
    "PatrolArea",
    "PlaceCheck",
    "PlaceImport",
    "Redraw",
    "ResponseCircle",
    "SchoolPlan",
    "ServicePoint",
    "ServicePointException",
    "ServicePointStaffing",
    "SetAside",
    "StreetNetwork",
    "TrialFigures",
]
