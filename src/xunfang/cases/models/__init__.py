"""Tables of the room, one file a matter."""

from xunfang.cases.models.answers import Answer, AnswerTemplate, Decision, PublicText
from xunfang.cases.models.cases import Case, CaseEvent, WordLink
from xunfang.cases.models.imports import WordImport
from xunfang.cases.models.referrals import CaseReferral
from xunfang.cases.models.topics import Topic

__all__ = [
    "Answer",
    "AnswerTemplate",
    "Case",
    "CaseEvent",
    "CaseReferral",
    "Decision",
    "PublicText",
    "Topic",
    "WordImport",
    "WordLink",
]
