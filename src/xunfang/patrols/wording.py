"""What officers read: why a stop is in the plan, why a wish is not, what it would take.

The core gives codes and facts; here they become sentences of the reader's language.
A test holds the codes here equal to the codes in use.
"""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from xunfang.core.planning.plan import Unmet
from xunfang.core.planning.staffing import Staffing
from xunfang.units.models import MODES
from xunfang.web.names import listed, local_name

type Facts = Mapping[str, str | int | float]


def clock(minute: str | float) -> str:
    """Say a minute of the night as civil time: 1500 is 01:00.

    >>> clock(1500)
    '01:00'
    """
    hour, rest = divmod(int(minute), 60)
    return f"{hour % 24:02d}:{rest:02d}"


def windows_text(windows: Iterable[tuple[int, int]]) -> str:
    """Say stretches of the night as civil time.

    >>> windows_text([(1260, 1290), (1430, 1500)])
    '21:00–21:30、23:50–01:00'
    """
    return listed(f"{clock(begins)}–{clock(ends)}" for begins, ends in windows)


def place_name(facts: Facts) -> str:
    """Return the place's name in the reader's language, the Chinese one if need be."""
    return local_name(str(facts.get("place", "")), str(facts.get("place_en") or ""))


def minutes_text(minutes: int) -> str:
    """Say a length of time."""
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}


def days_text(days: int) -> str:
    """Say a number of days."""
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def length_text(minutes: int) -> str:
    """Say a length of time in hours and minutes, to the minute.

    >>> length_text(160)
    '2小时40分'
    """
    hours, rest = divmod(minutes, 60)
    said = {"hours": hours, "minutes": rest}
    if not hours:
        return _("%(minutes)d min") % said
    return _("%(hours)d h %(minutes)d min") % said if rest else _("%(hours)d h") % said


def why_not(thing: Unmet, names: Mapping[str, str]) -> str:
    """Say why a wish is not in the plan, and what it would take.

    ``names`` gives what people call a stop or a unit, by its id.
    """
    facts = {
        name: clock(value)
        if name.endswith("_moment") and not isinstance(value, str)
        else _named(name, value, names)
        for name, value in thing.facts.items()
    }
    sentence = why_not_sentences()[thing.code] % facts
    if thing.code == "too_few_people_then":
        n_people = int(thing.facts["take_people"])
        return f"{sentence} {more_people_text(n_people)}"
    if "take_mode" in thing.facts and thing.code != "search_missed_it":
        sentence += " " + _(
            "It would take one more unit (%(mode)s, %(people)s people) for "
            "%(duration)s minutes from %(from)s."
        ) % {
            "mode": mode_name(str(thing.facts["take_mode"])),
            "people": thing.facts["take_people"],
            "duration": thing.facts["take_duration"],
            "from": facts["take_from_moment"],
        }
    return sentence


def more_people_text(n_people: int) -> str:
    """Say that it would take more people."""
    return ngettext(
        "It would take %(n)d more person.",
        "It would take %(n)d more people.",
        n_people,
    ) % {"n": n_people}


def shortage_text(short: Staffing) -> str:
    """Say when the night's duties need more than is there, and by how much."""
    times = {"from": clock(short.begins), "until": clock(short.ends)}
    if short.n_people_short:
        return _(
            "Between %(from)s and %(until)s the duties need %(needs)d people; "
            "%(has)d are on shift."
        ) % (times | {"needs": short.n_people_needed, "has": short.n_people_on_shift})
    return _(
        "Between %(from)s and %(until)s the duties need %(needs)d units; at most "
        "%(has)d can hold them."
    ) % (times | {"needs": short.n_units_needed, "has": short.n_units_placeable})


def _named(name: str, value: str | int | float, names: Mapping[str, str]) -> str:
    if name == "modes":
        return listed(mode_name(mode) for mode in str(value).split(", "))
    if isinstance(value, float):
        return f"{value:g}"
    if name in {"displaced", "duties", "unit", "units"}:
        ids = [part for part in str(value).split(", ") if part]
        return listed(names.get(part, part) for part in ids)
    return str(value)


def mode_name(mode: str) -> str:
    """Name a way of moving."""
    return {str(code): str(name) for code, name in MODES}.get(mode, mode)


def why_not_sentences() -> dict[str, str]:
    """Every code of ``core.planning.explain`` as a sentence."""
    return {
        "no_unit": _("Nobody is on shift."),
        "too_few_people": _(
            "It needs %(needed)s people; the largest unit has %(largest)s."
        ),
        "too_few_sworn": _(
            "It needs %(needed)s sworn officers; the closest unit has %(largest)s."
        ),
        "wrong_mode": _("It can be reached only by: %(modes)s."),
        "tag_missing": _("No unit has what it needs: %(tags)s."),
        "reserved_for_others": _("It is reserved for %(units)s."),
        "excluded": _("The units that could go are excluded."),
        "all_who_may_are_there": _(
            "All %(n_able)s units that may serve it are there already."
        ),
        "gaps_leave_no_moment": _(
            "The time between visits leaves no moment for another one."
        ),
        "no_unit_on_shift": _(
            "No unit that may serve it is on shift between %(first_moment)s and "
            "%(last_moment)s."
        ),
        "no_way": _("No street leads there."),
        "too_far": _(
            "The nearest unit, %(unit)s, would be there at %(arrive_moment)s; it must "
            "begin by %(last_moment)s."
        ),
        "drive_limit": _("The way there is longer than a unit may drive in a shift."),
        "break_in_the_way": _("The meal breaks leave no time for it."),
        "too_few_people_then": _(
            "Between %(first_moment)s and %(last_moment)s the duties need %(needs)s "
            "people; %(has)s are on shift."
        ),
        "too_few_units_then": _(
            "Between %(first_moment)s and %(last_moment)s the duties need %(needs)s "
            "units; %(has)s can be placed."
        ),
        "no_room_beside_duties": _("Beside their duties no unit has room for it."),
        "duties_go_first": _("Duties go first: %(duties)s."),
        "search_missed_it": _(
            "It would fit with %(unit)s at %(start_moment)s: plan again with more time."
        ),
        "worth_less_than_what_it_displaces": _(
            "It fits only with %(unit)s at %(start_moment)s, in place of %(displaced)s: "
            "worth %(value)s, at the price of %(lost)s."
        ),
    }


def why_not_title(code: str) -> str:
    """Say in a few words what wishes that are missing for one reason share."""
    return why_not_titles()[code]


def why_not_titles() -> dict[str, str]:
    """Every code of ``core.planning.explain`` as a heading."""
    return {
        "no_unit": pgettext("not in the plan", "Nobody is on shift"),
        "too_few_people": pgettext("not in the plan", "The crews are too small"),
        "too_few_sworn": pgettext(
            "not in the plan", "Too few sworn officers in a crew"
        ),
        "wrong_mode": pgettext("not in the plan", "Another means of travel is needed"),
        "tag_missing": pgettext("not in the plan", "No crew has what it needs"),
        "reserved_for_others": pgettext("not in the plan", "Reserved for other crews"),
        "excluded": pgettext("not in the plan", "The crews are excluded"),
        "all_who_may_are_there": pgettext("not in the plan", "All who may are there"),
        "gaps_leave_no_moment": pgettext(
            "not in the plan", "Too close to another visit"
        ),
        "no_unit_on_shift": pgettext("not in the plan", "No crew is on shift then"),
        "no_way": pgettext("not in the plan", "No street leads there"),
        "too_far": pgettext("not in the plan", "Too far away"),
        "drive_limit": pgettext("not in the plan", "Too long under way"),
        "break_in_the_way": pgettext("not in the plan", "Meal breaks are in the way"),
        "too_few_people_then": pgettext("not in the plan", "Too few people then"),
        "too_few_units_then": pgettext("not in the plan", "Too few crews then"),
        "no_room_beside_duties": pgettext("not in the plan", "No room beside duties"),
        "duties_go_first": pgettext("not in the plan", "Duties go first"),
        "search_missed_it": pgettext("not in the plan", "Plan again with more time"),
        "worth_less_than_what_it_displaces": pgettext(
            "not in the plan", "Worth less than what it would push out"
        ),
    }
