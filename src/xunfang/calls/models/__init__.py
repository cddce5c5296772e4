"""Tables of the room, one file a matter."""

from xunfang.calls.models.calls import (
    Call,
    CallClass,
    CallerWords,
    CallEvent,
    CallLink,
    Dispatch,
)
from xunfang.calls.models.mirror import (
    CallFeed,
    CallImport,
    CallSetAside,
    CallSource,
    MirroredCall,
)
from xunfang.calls.models.offers import OfferList
from xunfang.calls.models.referrals import Referral

__all__ = [
    "Call",
    "CallClass",
    "CallEvent",
    "CallFeed",
    "CallImport",
    "CallLink",
    "CallSetAside",
    "CallSource",
    "CallerWords",
    "Dispatch",
    "MirroredCall",
    "OfferList",
    "Referral",
]
