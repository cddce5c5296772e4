"""Words for clocks, suggestions and what the check of an answer found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import npgettext, pgettext, pgettext_lazy

from xunfang.cases.log import ZONE
from xunfang.cases.models import Case
from xunfang.core.casework.clocks import Warned, warned
from xunfang.core.casework.steps import State
from xunfang.core.language.remarks import Remark
from xunfang.core.language.replies import Flaw
from xunfang.web.names import local_name


def because_of(case: Case) -> str:
    """Name a case as the reason for something done elsewhere: its topic and number."""
    topic = (
        local_name(case.topic.name, case.topic.name_en)
        if case.topic
        else _("a resident's word")
    )
    return f"{topic} · {case.number}"


@dataclass(frozen=True, slots=True)
class Clock:
    """How a case stands with its time: a level, a shape and words; never colour alone."""

    level: str
    """``good``, ``warn``, ``bad`` or empty."""
    shape: str
    text: str
    by: datetime | None = None

    @property
    def is_overdue(self) -> bool:
        return self.level == "bad"


def clock_of(case: Case, at: datetime) -> Clock:
    """Say by when somebody must reply or settle, or how long ago that was."""
    if case.state in {State.ANSWERED, State.CLOSED}:
        return Clock("good", "✓", pgettext("clock", "answered"))
    if case.paused_at is not None:
        return Clock(
            "",
            "‖",
            pgettext("clock", "stands for %(time)s")
            % {"time": span_text(at - case.paused_at)},
        )
    is_reply = case.replied_at is None
    by = case.reply_by if is_reply else case.settle_by
    left = by - at
    if left < timedelta():
        text = (
            pgettext("clock", "reply overdue by %(time)s")
            if is_reply
            else pgettext("clock", "overdue by %(time)s")
        )
        return Clock("bad", "■", text % {"time": span_text(-left)}, by)
    text = (
        pgettext("clock", "reply in %(time)s")
        if is_reply
        else pgettext("clock", "settle in %(time)s")
    )
    told = warned(case.opened_at, max(by, case.opened_at), at)
    level, shape = ("", "●") if told is Warned.NOBODY else ("warn", "▲")
    return Clock(level, shape, text % {"time": span_text(left)}, by)


def span_text(span: timedelta) -> str:
    """Say how long something is: minutes, hours or days, rounded down."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return npgettext("span", "%(n)d min", "%(n)d min", minutes) % {"n": minutes}
    if minutes < 48 * 60:
        hours = minutes // 60
        return npgettext("span", "%(n)d h", "%(n)d h", hours) % {"n": hours}
    days = minutes // (24 * 60)
    return npgettext("span", "%(n)d day", "%(n)d days", days) % {"n": days}


FINDINGS: Mapping[str, Promise] = {
    Flaw.TOO_SHORT: pgettext_lazy(
        "answer check", "It is so short that it can hardly be an answer."
    ),
    Flaw.ONLY_PHRASES: pgettext_lazy(
        "answer check", "Without its phrases nothing is left of it."
    ),
    Flaw.MISSES_POINT: pgettext_lazy(
        "answer check", "It does not name what was asked about."
    ),
    Flaw.NO_FACT: pgettext_lazy(
        "answer check", "It names no fact, no date and no next step."
    ),
    Flaw.NO_ITEM: pgettext_lazy(
        "answer check", "It is about a service and cites none of the catalogue."
    ),
}
UNKNOWN_FINDING = pgettext_lazy("answer check", "Look at it once more.")


def finding_text(code: str) -> str | Promise:
    """Say what the check of an answer found."""
    return FINDINGS.get(code, UNKNOWN_FINDING)


REMARKS: Mapping[Remark, Promise] = {
    Remark.SECRECY: pgettext_lazy(
        "remark",
        "They ask that nobody learns who said it: two officers, no text message.",
    ),
    Remark.PRESSED: pgettext_lazy(
        "remark", "Somebody pressed them about a rating or a complaint: a supervisor's."
    ),
    Remark.COMMANDS: pgettext_lazy(
        "remark", "It gives orders to the system. It is a text, and nothing was done."
    ),
}

WARNED: Mapping[str, Promise] = {
    Warned.OWNER: pgettext_lazy("warned", "Half of the time is gone: told the owner"),
    Warned.UNIT_HEAD: pgettext_lazy(
        "warned", "A fifth of the time is left: told the head of the unit"
    ),
    Warned.SUPERVISOR: pgettext_lazy("warned", "Overdue: told the supervisor"),
}


def moment(at: datetime) -> str:
    """Return a moment in the city's time."""
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}"
