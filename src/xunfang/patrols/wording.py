"""What officers read: why a stop is in the plan, why a wish is not, what it would take.

The core gives codes and facts; here they become sentences of the reader's language.
A test holds the codes here equal to the codes in use.
"""

from collections.abc import Mapping

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from xunfang.core.planning.problem import Reason

type Facts = Mapping[str, str | int | float]


def clock(minute: int | float) -> str:
    """Say a minute of the night as civil time: 1500 is 01:00.

    >>> clock(1500)
    '01:00'
    """
    hour, rest = divmod(int(minute), 60)
    return f"{hour % 24:02d}:{rest:02d}"


def place_name(facts: Facts) -> str:
    """Return the place's name in the reader's language, the Chinese one if need be."""
    english = str(facts.get("place_en") or "")
    if english and not (get_language() or "").startswith("zh"):
        return english
    return str(facts.get("place", ""))


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
            return _(
                "Last looked in on %(days)d days ago; due every %(every)d days."
            ) % {"days": facts["days_since_check"], "every": facts["check_every_days"]}
        case "place.never_checked":
            return _("Never looked in on yet; due every %(every)d days.") % {
                "every": facts["check_every_days"]
            }
        case "presence.resident_reports":
            return _(
                "Residents reported %(n)d incidents here in %(days)d days, "
                "%(n_category)d of them %(category)s."
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
        case "street.end_to_end":
            return _("To be gone along from end to end tonight.")
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
        "lost_help": pgettext("incident", "lost and help"),
        "help": pgettext("incident", "help"),
    }
    return names.get(category, category)


def minutes_text(minutes: int) -> str:
    """Say a length of time."""
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
