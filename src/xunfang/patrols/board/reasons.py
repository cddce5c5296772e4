"""Why something is wanted of a night, in the reader's language.

A reason is a code and its facts, as ``wanted`` gives them.
"""

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from xunfang.core.calendars.duties import REASONS
from xunfang.core.planning.problem import Reason
from xunfang.core.planning.report import PointGap
from xunfang.patrols.calendars import page as calendar_page
from xunfang.patrols.wording import Facts, clock, days_text

MARKET_REASONS = frozenset(code for code in REASONS if code.startswith("market."))


def why_here(reason: Reason | None) -> str:
    """Say why something is wanted."""
    if reason is None:
        return _("Asked for without a reason.")
    facts = reason.facts
    match reason.code:
        case "school.bell" | "school.bell_on_makeup_workday":
            sentence = _(
                "The bell rings at %(bell)s; the post stands %(lead)d minutes before."
            ) % {
                "bell": clock(facts["bell_min"]),
                "lead": facts["lead_min"],
            }
            if reason.code == "school.bell_on_makeup_workday":
                sentence += " " + _("Today is a make-up workday.")
            return sentence
        case "night_market.season":
            return _("The night market is open from %(from)s to %(until)s.") % {
                "from": clock(facts["from_min"]),
                "until": clock(facts["until_min"]),
            }
        case "place.check":
            return _("Last checked %(ago)s ago; due every %(every)s.") % {
                "ago": days_text(int(facts["days_since_check"])),
                "every": days_text(int(facts["check_every_days"])),
            }
        case "place.never_checked":
            return _("Never checked yet; due every %(every)s.") % {
                "every": days_text(int(facts["check_every_days"]))
            }
        case "presence.resident_reports":
            return ngettext(
                "Residents reported %(n)d incident here in %(days)d days: "
                "%(n_category)d %(category)s.",
                "Residents reported %(n)d incidents here in %(days)d days, "
                "%(n_category)d of them %(category)s.",
                int(facts["n_reports"]),
            ) % {
                "n": facts["n_reports"],
                "days": facts["n_days"],
                "n_category": facts.get("n_category", 0),
                "category": category_name(str(facts.get("category", ""))),
            }
        case "reinforcement":
            return _("More presence until %(until)s: %(why)s") % {
                "until": facts["until"],
                "why": facts["why"],
            }
        case "overlay":
            return ngettext(
                "%(layer)s: %(n)d officer for this hour, until %(until)s.",
                "%(layer)s: %(n)d officers for this hour, until %(until)s.",
                int(facts["n_officers"]),
            ) % {
                "layer": facts["layer"],
                "n": facts["n_officers"],
                "until": facts["until"],
            }
        case code if code in MARKET_REASONS:
            return f"{calendar_page.say(code, facts)} {_loop_text(facts)}"
        case "wish":
            if not facts["why"]:
                return _("Wished for tonight, by hand.")
            return _("Wished for tonight, by hand: %(why)s") % {"why": facts["why"]}
        case "street.end_to_end":
            return _("To be patrolled from end to end tonight.")
        case _:
            return reason.code


def category_name(category: str) -> str:
    """Name a class of incident."""
    names = {
        "theft": pgettext("incident", "theft"),
        "noise": pgettext("incident", "noise"),
        "disputes": pgettext("incident", "disputes"),
        "traffic": pgettext("incident", "traffic"),
        "scam": pgettext("incident", "scams"),
        "lost_help": pgettext("incident", "lost property or calls for help"),
        "help": pgettext("incident", "calls for help"),
    }
    return names.get(category, category)


def _loop_text(facts: Facts) -> str:
    return _(
        "A loop of %(n)d stops (%(stops)s); none is to be left alone for more than "
        "%(most)d minutes."
    ) % {
        "n": facts["n_stops"],
        "stops": facts["stops"] if _is_chinese() else facts["stops_en"],
        "most": facts["most_alone"],
    }


def loop_text(reason: Reason, worst: PointGap) -> str:
    """Say how long the stop of a round that waits longest is left alone in a plan."""
    stops = str(reason.facts["stops"]).split("、")
    if not _is_chinese():
        stops = str(reason.facts["stops_en"]).split(", ")
    return _("Longest tonight: %(n)d minutes, at %(stop)s, from %(since)s.") % {
        "n": worst.gap,
        "stop": stops[worst.number - 1],
        "since": clock(worst.since),
    }


def _is_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")
