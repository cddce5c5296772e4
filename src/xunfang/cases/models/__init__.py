"""Tables of the room, one file a matter."""

from xunfang.cases.models.advice import StatedSaving
from xunfang.cases.models.answers import (
    Answer,
    AnswerTemplate,
    CitedService,
    Decision,
    PublicText,
)
from xunfang.cases.models.cases import Case, CaseEvent, WordLink
from xunfang.cases.models.catalogue import ServiceChange, ServiceItem
from xunfang.cases.models.causes import RootCause
from xunfang.cases.models.consultations import (
    Consultation,
    ConsultationLink,
    ConsultedGroup,
)
from xunfang.cases.models.contacts import ContactRequest
from xunfang.cases.models.help import Help, HelpType
from xunfang.cases.models.imports import WordImport
from xunfang.cases.models.learning import LearningRun
from xunfang.cases.models.livelihood import LivelihoodRequest, Offer, OfferConfirmation
from xunfang.cases.models.lost import LostItem, LostReturn, ReturnConfirmation
from xunfang.cases.models.referrals import CaseReferral
from xunfang.cases.models.topics import Topic

__all__ = [
    "Answer",
    "AnswerTemplate",
    "Case",
    "CaseEvent",
    "CaseReferral",
    "CitedService",
    "Consultation",
    "ConsultationLink",
    "ConsultedGroup",
    "ContactRequest",
    "Decision",
    "Help",
    "HelpType",
    "LearningRun",
    "LivelihoodRequest",
    "LostItem",
    "LostReturn",
    "Offer",
    "OfferConfirmation",
    "PublicText",
    "ReturnConfirmation",
    "RootCause",
    "ServiceChange",
    "ServiceItem",
    "StatedSaving",
    "Topic",
    "WordImport",
    "WordLink",
]
