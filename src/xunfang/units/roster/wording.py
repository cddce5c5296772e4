"""What officers read about a roster: codes and facts as sentences of their language."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from xunfang.web.names import listed

type Facts = Mapping[str, str | int]


def clock(minute: int) -> str:
    """Say a minute after the midnight of a night as civil time.

    >>> clock(1500)
    '01:00'
    """
    hour, rest = divmod(minute, 60)
    return f"{hour % 24:02d}:{rest:02d}"


def hours_text(minutes: int) -> str:
    """Say a length of time in hours and minutes.

    >>> hours_text(545)
    '9:05'
    """
    return f"{minutes // 60}:{minutes % 60:02d}"


def conflict_text(
    code: str, *, crew: str, people: list[str], free: list[str], facts: Facts
) -> str:
    """Say what does not hold, or what a leader should know."""
    said: dict[str, str | int] = {
        **facts,
        "group": crew,
        "people": listed(people),
        "free": listed(free),
    }
    if "minutes" in facts:
        said["rest"] = hours_text(int(facts["minutes"]))
    if code == "no_local_knowledge" and free:
        return (
            _(
                "%(group)s: nobody knows the ground. Free officers of the station: %(free)s."
            )
            % said
        )
    if code == "places_unfilled":
        return (
            ngettext(
                "%(group)s: %(n)d place is not filled.",
                "%(group)s: %(n)d places are not filled.",
                int(facts["n"]),
            )
            % said
        )
    return conflict_sentences()[code] % said


def conflict_sentences() -> dict[str, str]:
    """Every code of ``night.Conflict`` that needs no second form."""
    return {
        "absent": _("%(group)s: %(people)s is absent."),
        "not_serving": _("%(group)s: %(people)s does not serve any more."),
        "standing_wrong": _(
            "%(group)s: %(people)s is civil staff and may not go on patrol."
        ),
        "two_places": _(
            "%(group)s: %(people)s is at the same time in crew %(crew)s of %(station)s "
            "(night of %(night)s)."
        ),
        "rest_too_short": _(
            "%(group)s: %(people)s has %(rest)s h of rest beside crew %(crew)s of "
            "%(station)s (night of %(night)s); 11 h are due, or a leader signs."
        ),
        "rest_waived": _(
            "%(group)s: %(people)s goes out after %(rest)s h of rest; %(leader)s signed: "
            "%(reason)s."
        ),
        "too_many_nights": _(
            "%(group)s: %(people)s would be out %(n)d nights in fourteen days; at most "
            "%(most)d are allowed."
        ),
        "third_night": _("%(group)s: for %(people)s it is the third night in a row."),
        "crew_empty": _("%(group)s: nobody is in this crew."),
        "no_sworn_officer": _(
            "%(group)s: no sworn officer is there; auxiliaries never go alone."
        ),
        "too_few_sworn": _(
            "%(group)s: %(sworn)d sworn officers are there; such a team needs "
            "%(min_sworn)d."
        ),
        "too_few_people": _(
            "%(group)s: %(sworn)d sworn officers and %(auxiliary)d auxiliaries are "
            "there; such a team needs %(min_total)d people."
        ),
        "crew_overfull": _(
            "%(group)s has places for %(n_sworn)d sworn officers and %(n_auxiliary)d "
            "auxiliaries; %(sworn)d and %(auxiliary)d are in it."
        ),
        "no_stand_in": _("%(group)s has no stand-in."),
        "stand_in_unfit": _(
            "%(group)s: the stand-in %(people)s is absent, out or not rested."
        ),
        "no_local_knowledge": _(
            "%(group)s: nobody knows the ground, and no officer of the station is free."
        ),
    }


def change_text(kind: str, *, from_crew: str, to_crew: str, in_place_of: str) -> str:
    """Say what one person is told after a filling."""
    said = {"from": from_crew, "to": to_crew, "other": in_place_of}
    if kind == "called" and in_place_of:
        return _("is called to %(to)s, in place of %(other)s") % said
    if kind == "moved" and in_place_of:
        return _("moves from %(from)s to %(to)s, in place of %(other)s") % said
    return {
        "called": _("is called to %(to)s"),
        "moved": _("moves from %(from)s to %(to)s"),
        "released": _("is released from %(from)s"),
        "gone": _("cannot come to %(from)s"),
    }[kind] % said


def shortage_text(short: Facts) -> str:
    """Say how many places of a standing stay open, and what it would take."""
    sentence = {
        "sworn": _(
            "Sworn officers: %(filled)d of %(wanted)d places filled; %(free)d may go "
            "tonight; %(needed)d more would be needed."
        ),
        "auxiliary": _(
            "Auxiliaries: %(filled)d of %(wanted)d places filled; %(free)d may go "
            "tonight; %(needed)d more would be needed."
        ),
    }[str(short["standing"])]
    return sentence % short


def moved_text(name: str, was: str | None, is_now: str | None) -> str:
    """Say what became of somebody in a crew while a page was open."""
    part = {
        "member": pgettext("part", "In the crew"),
        "joined": pgettext("part", "Local officer who goes along"),
        "stand_in": pgettext("part", "Stand-in"),
    }
    said = {
        "person": name,
        "was": part.get(was or "", ""),
        "now": part.get(is_now or "", ""),
    }
    if was is None:
        return _("+ %(person)s (%(now)s)") % said
    if is_now is None:
        return _("− %(person)s (%(was)s)") % said
    return _("%(person)s: %(was)s → %(now)s") % said


def problem_text(code: str, facts: Facts) -> str:
    """Say what is wrong with a line of an imported table."""
    return problem_sentences()[code] % facts


def problem_sentences() -> dict[str, str]:
    """Every code of ``importing.Problem`` that no crew's sentence says."""
    return {
        "night_unclear": _("“%(text)s” is not a date. Write it as 2026-08-14."),
        "night_over": _("The night of %(text)s is over."),
        "crew_unknown": _(
            "There is no crew “%(text)s” on this night that you may edit."
        ),
        "person_unknown": _("Nobody has the number “%(text)s”."),
        "yes_or_no_unclear": _("“%(text)s” is neither yes nor no."),
        "in_crew_already": _("%(person)s is in this crew already."),
        "in_crew_twice": _("%(person)s stands in this crew on line %(other)s as well."),
        "crew_full": _("The crew has no open place for %(person)s."),
        "two_lines": _(
            "%(person)s is at the same time in crew %(crew)s, on line %(other)s."
        ),
        "moment_unclear": _("“%(text)s” is not a time. Write it as 2026-08-14 18:00."),
        "absence_ends_first": _("It ends before it begins."),
        "absence_overlaps": _(
            "%(person)s is away for another reason during part of this time."
        ),
        "not_allowed": _("You may not enter absences of %(person)s."),
    }
