"""What a person reads when the house refuses, by the code of the refusal.

The last resort stands here too, so that a refusal nobody has put in words yet is a
sentence all the same. A test holds the table equal to the codes in use.
"""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

SENTENCES: dict[str, str | Promise] = {
    "accounts.not_allowed": pgettext_lazy(
        "refusal", "Your role does not include this. Nothing was changed."
    ),
    "accounts.username_taken": pgettext_lazy(
        "refusal", "Somebody already signs in with this name. Choose another one."
    ),
    "audit.append_only": pgettext_lazy(
        "refusal", "The record can only be added to. Nothing was changed."
    ),
    "calendars.campaign_not_over": pgettext_lazy(
        "refusal", "The campaign is not over yet. Ask again after its last day."
    ),
    "calendars.date_outside_lunar_table": pgettext_lazy(
        "refusal", "Lunar dates are known from 1900 to 2100 only. Choose another date."
    ),
    "calendars.document_refused": pgettext_lazy(
        "refusal",
        "The calendar file says something that cannot be used. Correct it and import "
        "it again.",
    ),
    "calendars.exception_off_rule": pgettext_lazy(
        "refusal",
        "That day is no market day anyway. Check the date of the exception.",
    ),
    "calendars.exceptions_contradict": pgettext_lazy(
        "refusal", "Two exceptions of this market speak of the same day. Keep one."
    ),
    "calendars.lead_not_allowed": pgettext_lazy(
        "refusal",
        "A school gate post may stand 10, 15, 20 or 30 minutes before the bell.",
    ),
    "calendars.market_rule_unclear": pgettext_lazy(
        "refusal",
        "This market rule cannot be read, or can be read in two ways. Write it as "
        "逢一四七, 农历逢五十 or 每周日.",
    ),
    "patrols.night_over": pgettext_lazy(
        "refusal", "That night is over. Choose tonight or a later one."
    ),
    "patrols.order_over": pgettext_lazy(
        "refusal", "This has ended already. Nothing was changed."
    ),
    "patrols.order_step_out_of_turn": pgettext_lazy(
        "refusal",
        "This step has been taken already, or another one comes first. Look at the order "
        "again.",
    ),
    "patrols.overlay_too_long": pgettext_lazy(
        "refusal",
        "A campaign may add to the daily patrol for 100 nights at most. Choose an "
        "earlier last night.",
    ),
    "patrols.reason_missing": pgettext_lazy(
        "refusal", "Give the reason first. A renewal needs a new one."
    ),
    "patrols.reinforcement_too_long": pgettext_lazy(
        "refusal",
        "More presence can be ordered for 21 nights at once. After that, renew it with "
        "a new reason.",
    ),
    "patrols.renewed_already": pgettext_lazy(
        "refusal", "This has been renewed already. Nothing was changed."
    ),
    "patrols.run_lost": pgettext_lazy(
        "refusal",
        "The planning broke off without a word. Plan again; if it happens twice, tell "
        "your administrator.",
    ),
    "patrols.solver_failed": pgettext_lazy(
        "refusal",
        "The planning failed through a fault of ours. The last plan stays in force; "
        "tell your administrator.",
    ),
    "patrols.streets_missing": pgettext_lazy(
        "refusal", "No streets have been imported yet. Import them, then plan."
    ),
    "places.basemap_failed": pgettext_lazy(
        "refusal",
        "The map of the streets could not be made. Plans are right without it; tell "
        "your administrator.",
    ),
    "places.boundary_in_the_past": pgettext_lazy(
        "refusal",
        "A boundary can only be redrawn from today on. What was published stays.",
    ),
    "planning.baseline_reduced": pgettext_lazy(
        "refusal",
        "This would take officers from the everyday duty. Bring in others, or ask for "
        "fewer.",
    ),
    "planning.budget": pgettext_lazy(
        "refusal", "Say how long to search for a plan, once."
    ),
    "planning.format": pgettext_lazy(
        "refusal",
        "The patrol problem cannot be read. The last plan stays in force; tell your "
        "administrator.",
    ),
    "planning.no_guard_tour": pgettext_lazy(
        "refusal",
        "Not even the shortest tour fits. Add a unit, or ask for fewer places.",
    ),
    "planning.no_plans": pgettext_lazy(
        "refusal", "There is no plan to choose from yet. Plan the night first."
    ),
    "planning.not_resident_reported": pgettext_lazy(
        "refusal",
        "Only what residents reported may suggest where to patrol. Leave the rest out.",
    ),
    "planning.plan_refused": pgettext_lazy(
        "refusal",
        "The plan found did not pass the check and is not shown. Plan again; if it "
        "happens twice, tell your administrator.",
    ),
    "planning.pool": pgettext_lazy(
        "refusal",
        "The routes found cannot be combined so that every rule holds. Plan again with "
        "more time, or loosen a rule.",
    ),
    "planning.schedule.not_drivable": pgettext_lazy(
        "refusal",
        "The unit cannot be at these places in this order and in time. Change the "
        "order, or leave one out.",
    ),
    "planning.secondment.duties_overlap": pgettext_lazy(
        "refusal",
        "One person is on record at two duties at once. Correct one of them.",
    ),
    "planning.secondment.group_without_sworn": pgettext_lazy(
        "refusal",
        "A group needs at least one sworn officer. Change what the group wants.",
    ),
    "planning.secondment.history_in_future": pgettext_lazy(
        "refusal",
        "A duty given as worked lies on this night or after it. Correct its date.",
    ),
    "planning.secondment.number_twice": pgettext_lazy(
        "refusal",
        "A group number or a person stands twice in this night. Keep one.",
    ),
    "planning.secondment.person_unknown": pgettext_lazy(
        "refusal",
        "Somebody named here is not in the pool of this night. Check the names.",
    ),
    "planning.secondment.pool_empty": pgettext_lazy(
        "refusal",
        "There is nobody in the pool. Add people, or take the groups out.",
    ),
    "planning.secondment.times_out_of_order": pgettext_lazy(
        "refusal",
        "Something ends before it begins, or a limit makes no sense. Correct it.",
    ),
    "planning.secondment.waiver_unsigned": pgettext_lazy(
        "refusal",
        "Less rest than is due needs a leader and a reason. Fill in both.",
    ),
    "planning.secret_too_short": pgettext_lazy(
        "refusal", "The secret of this night is too short to keep. Draw a new one."
    ),
    "planning.streets_apart": pgettext_lazy(
        "refusal",
        "No street leads from one of these places to another. Check the places and the "
        "closures.",
    ),
    "planning.team_too_small": pgettext_lazy(
        "refusal",
        "The crew has fewer people, or fewer officers, than its duty needs. Add "
        "somebody.",
    ),
    "streets": pgettext_lazy(
        "refusal",
        "The streets cannot be used for this. Import them again, or choose another "
        "place.",
    ),
    "units.absence_cancelled": pgettext_lazy(
        "refusal", "This absence has been cancelled already. Nothing was changed."
    ),
    "units.absence_ends_first": pgettext_lazy(
        "refusal", "The absence would end before it begins. Correct one of the times."
    ),
    "units.absence_overlaps": pgettext_lazy(
        "refusal",
        "An absence of another kind is entered for part of this time. Cancel that one "
        "first, or choose another time.",
    ),
    "units.account_standing_differs": pgettext_lazy(
        "refusal",
        "The account has another standing than the person. Correct the standing, or "
        "ask the administrator.",
    ),
    "units.account_taken": pgettext_lazy(
        "refusal",
        "This account belongs to somebody else. Take it from the other first.",
    ),
    "units.crew_code_taken": pgettext_lazy(
        "refusal",
        "Another crew of this night has this code. Choose another one.",
    ),
    "units.crew_full": pgettext_lazy(
        "refusal",
        "The crew has no open place for this standing. Take somebody out first, "
        "or change the crew's numbers.",
    ),
    "units.entry_changed": pgettext_lazy(
        "refusal",
        "Somebody else has changed this meanwhile. Look at what it says now, then "
        "save again.",
    ),
    "units.gear_list_changed": pgettext_lazy(
        "refusal",
        "Somebody else has changed this list meanwhile. Look at what it says now, "
        "then save again.",
    ),
    "units.gear_list_name_taken": pgettext_lazy(
        "refusal", "Another list has this name. Choose a different one."
    ),
    "units.gear_named_twice": pgettext_lazy(
        "refusal", "The list names a thing twice. Put them together in one line."
    ),
    "units.in_crew_already": pgettext_lazy(
        "refusal",
        "This person is in the crew already. Nothing was changed.",
    ),
    "units.in_two_places": pgettext_lazy(
        "refusal",
        "This person would be in two crews at once. Choose somebody else, or "
        "take them out of the other crew first.",
    ),
    "units.may_not_go": pgettext_lazy(
        "refusal",
        "This person may not go out with this crew. Nothing was changed.",
    ),
    "units.mentor_not_of_station": pgettext_lazy(
        "refusal",
        "The mentor must be a serving sworn officer of this station. Choose another "
        "officer.",
    ),
    "units.night_moved": pgettext_lazy(
        "refusal",
        "Somebody has changed the groups since you opened the page. Look at "
        "them again before you begin afresh.",
    ),
    "units.night_over": pgettext_lazy(
        "refusal",
        "That night is over: its roster can be read, not changed.",
    ),
    "units.not_a_newcomer": pgettext_lazy(
        "refusal",
        "This person serves at the station or knows its ground already. No mentor is "
        "needed.",
    ),
    "units.not_in_crew": pgettext_lazy(
        "refusal",
        "This person is not in the crew any more. Nothing was changed.",
    ),
    "units.nothing_to_copy": pgettext_lazy(
        "refusal",
        "There is no crew to copy: that night has none, or all of them are "
        "there already.",
    ),
    "units.notice_ended": pgettext_lazy(
        "refusal",
        "The notice has been taken down already.",
    ),
    "units.notice_says_nothing": pgettext_lazy(
        "refusal",
        "Write what the crews should know.",
    ),
    "units.number_taken": pgettext_lazy(
        "refusal",
        "Somebody has this service number already, perhaps after the end of service. "
        "Search for it.",
    ),
    "units.pair_over": pgettext_lazy(
        "refusal", "This pair has ended already. Nothing was changed."
    ),
    "units.paired_already": pgettext_lazy(
        "refusal",
        "This person has a mentor at this station already. End that pair first.",
    ),
    "units.person_absent": pgettext_lazy(
        "refusal",
        "This person is absent at that time. Choose somebody else.",
    ),
    "units.person_not_serving": pgettext_lazy(
        "refusal",
        "This person does not serve any more. Choose somebody else.",
    ),
    "units.rest_too_short": pgettext_lazy(
        "refusal",
        "Less than 11 hours of rest: choose somebody else, or ask a leader to "
        "sign with a reason.",
    ),
    "units.roster_does_not_hold": pgettext_lazy(
        "refusal",
        "What was found breaks a rule, so nothing was kept. Tell whoever looks "
        "after the system.",
    ),
    "units.roster_moved": pgettext_lazy(
        "refusal",
        "Somebody else has changed this crew since you opened the page. Your "
        "change was not made yet.",
    ),
    "units.service_stands": pgettext_lazy(
        "refusal", "This has been done already. Nothing was changed."
    ),
    "units.skill_declared": pgettext_lazy(
        "refusal", "You have declared this already. Nothing was changed."
    ),
    "units.standing_wrong": pgettext_lazy(
        "refusal",
        "Civil staff do not go on patrol, and only a sworn officer goes along "
        "with a group. Choose somebody else.",
    ),
    "units.swap_asked_already": pgettext_lazy(
        "refusal",
        "A swap of this place is waiting for an answer. Take it back first.",
    ),
    "units.swap_decided": pgettext_lazy(
        "refusal",
        "This request has been answered or taken back already.",
    ),
    "units.swap_reason_missing": pgettext_lazy(
        "refusal",
        "Give the reason for the refusal.",
    ),
    "units.swap_with_oneself": pgettext_lazy(
        "refusal",
        "Choose another person who takes the place.",
    ),
    "units.too_many_nights": pgettext_lazy(
        "refusal",
        "This person would go out on more nights in fourteen days than may be "
        "asked. Choose somebody else.",
    ),
    "units.unit_code_taken": pgettext_lazy(
        "refusal", "Another unit has this code. Choose a different one."
    ),
    "units.unit_in_itself": pgettext_lazy(
        "refusal", "The unit would stand below itself. Choose another unit above it."
    ),
    "units.waived_already": pgettext_lazy(
        "refusal",
        "A leader has signed for this person and night already.",
    ),
    "units.waiver_reason_missing": pgettext_lazy(
        "refusal",
        "Say why less rest is unavoidable.",
    ),
    "web.columns_missing": pgettext_lazy(
        "refusal",
        "The first line of the file must name its columns, and some that are needed are "
        "missing. Take the exported file as a pattern.",
    ),
    "web.table_too_large": pgettext_lazy(
        "refusal",
        "The file is larger than one import may be: 10 MB and 50,000 rows. Cut it into "
        "parts.",
    ),
    "web.unreadable_table": pgettext_lazy(
        "refusal",
        "This file is no table that can be read. Save it as CSV (UTF-8 or GB18030) or "
        "XLSX and try again.",
    ),
}
"""A key is a code, or the beginning of several: "streets" speaks for "streets.none"."""

LAST_RESORT = pgettext_lazy(
    "refusal", "This is not possible as things stand. Nothing was changed."
)


def sentence_key(code: str) -> str | None:
    """Return the key that speaks for ``code``: the longest that is its beginning."""
    parts = code.split(".")
    for n_parts in range(len(parts), 0, -1):
        key = ".".join(parts[:n_parts])
        if key in SENTENCES:
            return key
    return None


def sentence_of(code: str) -> str | Promise:
    """Return what a person reads for a code that was kept, known or not."""
    key = sentence_key(code)
    return LAST_RESORT if key is None else SENTENCES[key]
