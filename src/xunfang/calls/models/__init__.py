"""Tables of the room, one file a matter."""

from xunfang.calls.models.arrivals import ArrivalWitness
from xunfang.calls.models.calls import (
    UNNAMED_UNIT,
    Call,
    CallClass,
    CallerWords,
    CallEvent,
    CallLink,
    Dispatch,
    unit_in_words,
)
from xunfang.calls.models.care import CallTask, CardTick, OnSpotResult, TaskParty
from xunfang.calls.models.mirror import (
    CallFeed,
    CallImport,
    CallSetAside,
    CallSource,
    LineDeletion,
    MirroredCall,
    UnitName,
)
from xunfang.calls.models.offers import OfferList
from xunfang.calls.models.problems import PlaceMeasure, PlaceProblem
from xunfang.calls.models.referrals import Referral
from xunfang.calls.models.resources import HELP_KINDS, HelpRequest, LocalHelp

__all__ = [
    "HELP_KINDS",
    "UNNAMED_UNIT",
    "ArrivalWitness",
    "Call",
    "CallClass",
    "CallEvent",
    "CallFeed",
    "CallImport",
    "CallLink",
    "CallSetAside",
    "CallSource",
    "CallTask",
    "CallerWords",
    "CardTick",
    "Dispatch",
    "HelpRequest",
    "LineDeletion",
    "LocalHelp",
    "MirroredCall",
    "OfferList",
    "OnSpotResult",
    "PlaceMeasure",
    "PlaceProblem",
    "Referral",
    "TaskParty",
    "UnitName",
    "unit_in_words",
]
